/** The letters of several groups in one file (docs/spec.md, "Verifying a joint letter"). */

import { equal, startsWith } from './bytes.js';
import { isValidSignature } from './ed25519.js';
import { NotJudged, NotValid } from './errors.js';
import { H, fingerprint } from './hashing.js';
import { CAMPAIGN_SIGNATURE } from './labels.js';
import type { Event, Outcome } from './outcome.js';
import { phrase } from './phrases.js';
import { JOINT_MAGIC, frame, take } from './published.js';
import { type Campaign, JointHeader } from './records/joint.js';
import type { Asked, InSeveral, JointReport, OpenName, ValidReport } from './report.js';
import type { VerifiedRound } from './round.js';
import { type Chunks, Source } from './source.js';
import { type VerifiedLetter as Letter, verifyPublished } from './verify_letter.js';

const HINT = 'the file is cut off or damaged; get it again from where it was published';
const FALSE = 'its organizer stated what is not so; do not trust it';

export async function isJoint(file: Source): Promise<boolean> {
  return startsWith(await file.peek(JOINT_MAGIC.length), JOINT_MAGIC);
}

/**
 * Verify a joint letter in one pass and in bounded memory.
 *
 * @param pins fingerprints of groups; each must be of a letter in the file.
 *
 * Throws NotValid.
 */
export async function verifyJoint(
  file: Source,
  pins: readonly string[],
  onEvent: (event: Event) => void,
): Promise<Outcome> {
  await take(file, JOINT_MAGIC.length);
  const { content } = await frame(file, JointHeader.mostBytes);
  const { campaigns, parts } = JointHeader.read(content);
  await checkSigned(campaigns);
  const letters: Letter[] = [];
  for (const [place, [roundId, length]] of parts.entries()) {
    const name = `letter ${place + 1}`;
    const tell = (event: Event) => {
      if (event.kind !== 'opened' || place === 0) onEvent(event);
    };
    const part = new Source(limited(file, length));
    // Before its records: what a letter is to the others needs no proof of its cosignatures.
    const onRound = (verified: VerifiedRound) => {
      if (!equal(verified.roundId, roundId)) {
        const said = "it is of another round than the file's header says";
        throw new NotValid(said, 'the file was put together wrongly; do not trust it');
      }
      checkTogether(verified, letters, campaigns, name);
    };
    const letter = await naming(name, () => verifyPublished(part, pins, tell, onRound));
    letters.push(letter);
  }
  if ((await file.peek(1)).length > 0) {
    throw new NotValid('something follows the last letter of the file', HINT);
  }
  checkOrganizers(campaigns, letters);
  const groups = letters.map(({ report }) => report);
  for (const pin of pins) {
    if (groups.every(({ group }) => group.fingerprint !== pin)) {
      throw new NotValid(
        `no letter of the file is by the group ${pin}, which you pinned`,
        "the group is missing, or the digits are a round's; do not trust the file",
      );
    }
  }
  return { report: makeJointReport(letters, campaigns), letter: letters[0]!.verified.letter };
}

async function checkSigned(campaigns: readonly Campaign[]): Promise<void> {
  for (const [place, { terms, signature }] of campaigns.entries()) {
    const message = H(CAMPAIGN_SIGNATURE, terms.raw);
    if (!(await isValidSignature(terms.organizer_key, signature, message))) {
      const said = `campaign ${place + 1}: the campaign is not signed by its organizer`;
      throw new NotValid(said, 'ask the organizer for it again');
    }
  }
}

/** Yield the next bytes of a file, exactly so many; the file stays open behind them. */
export async function* limited(file: Source, length: number): Chunks {
  for (let left = length; left > 0; ) {
    const piece = await file.take(Math.min(left, 2 ** 16));
    if (piece.length === 0) throw new NotValid('the file ends in the middle', HINT);
    left -= piece.length;
    yield piece;
  }
}

/** Name the letter in an error; what is no published letter makes the joint one not valid. */
async function naming<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OfSeveral) throw error;
    if (error instanceof NotValid || error instanceof NotJudged) {
      throw new NotValid(`${name}: ${error.message}`, error.hint);
    }
    throw error;
  }
}

/** Letters that do not belong together; the error names them itself. */
class OfSeveral extends NotValid {}

function checkTogether(
  { round: { terms }, roundId, group }: VerifiedRound,
  before: readonly Letter[],
  campaigns: readonly Campaign[],
  name: string,
): void {
  for (const [place, { verified }] of before.entries()) {
    if (equal(verified.round.terms.group_id, terms.group_id)) {
      const said = `${name} is of the same group as letter ${place + 1}`;
      throw new OfSeveral(said, 'leave one of them out: each group is there once');
    }
    if (!equal(verified.round.terms.letter_id, terms.letter_id)) {
      const hint = 'only letters with the same text, byte for byte, belong into one file';
      throw new OfSeveral(`${name} has another text than letter ${place + 1}`, hint);
    }
  }
  for (const [place, { terms: campaign }] of campaigns.entries()) {
    const both = `campaign ${place + 1} and ${name}`;
    const hint = 'ask the organizer which campaign it is';
    if (!equal(campaign.letter_id, terms.letter_id)) {
      throw new OfSeveral(`${both}: the campaign is about another letter`, hint);
    }
    const named = campaign.rounds.find(([id]) => equal(id, roundId));
    if (named === undefined) {
      throw new OfSeveral(`${both}: the campaign does not name the round`, hint);
    }
    if (!equal(named[1], terms.group_id) || named[2] !== group.name) {
      throw new OfSeveral(`${both}: the campaign names another group for the round`, FALSE);
    }
  }
}

/** Check that each campaign is by the organizer of one of the letters, and no stranger's. */
function checkOrganizers(campaigns: readonly Campaign[], letters: readonly Letter[]): void {
  const keys = letters.map(({ verified }) => verified.round.terms.organizer_key);
  for (const [place, { terms }] of campaigns.entries()) {
    if (keys.every((key) => !equal(key, terms.organizer_key))) {
      const said = `campaign ${place + 1} is by nobody who organized a letter of the file`;
      throw new NotValid(said, 'leave it out, or join the letter of its organizer, too');
    }
  }
}

function makeJointReport(
  letters: readonly Letter[],
  campaigns: readonly Campaign[],
): JointReport {
  const groups = letters.map(({ report }) => report);
  const here = new Set(groups.map(({ round }) => round));
  const shown = campaigns.map(({ terms }) => ({
    title: terms.title,
    organizer: fingerprint(terms.organizer_key),
    asked: terms.rounds.map(([round, group, name]) => ({
      name,
      group: fingerprint(group),
      round: fingerprint(round),
      here: here.has(fingerprint(round)),
    })),
  }));
  const codes = groups.map(({ exit_code }) => exit_code);
  return {
    joint: true,
    valid: true,
    exit_code: codes.includes(3) ? 3 : codes.includes(4) ? 4 : 0,
    letter_sha256: groups[0]!.letter_sha256,
    total: groups.reduce((sum, { cosigners }) => sum + cosigners, 0),
    named: groups.reduce((sum, { named }) => sum + named, 0),
    groups,
    campaigns: shown,
    asked_not_here: missing(shown.flatMap(({ asked }) => asked)),
    same_names: inSeveral(groups, ({ name }) => folded(name)),
    same_keys: inSeveral(groups, ({ key }) => key),
    not_checked: [
      phrase('not_checked.overlap'),
      phrase(campaigns.length > 0 ? 'not_checked.asked.by_campaign' : 'not_checked.asked.by_nobody'),
      phrase('not_checked.other_letters'),
    ],
    page: null,
  };
}

/** Return what is the same of names that are open in several letters. */
function inSeveral(
  letters: readonly ValidReport[],
  sameness: (open: OpenName) => string | null,
): InSeveral[] {
  const found = new Map<string, InSeveral & { letters: number[] }>();
  letters.forEach(({ names }, place) =>
    names.forEach((open) => {
      const same = sameness(open);
      if (same === null) return;
      const one = found.get(same) ?? { name: open.name, letters: [] };
      found.set(same, one);
      if (!one.letters.includes(place + 1)) one.letters.push(place + 1);
    }),
  );
  return [...found.values()].filter((one) => one.letters.length > 1);
}

/** A name as names are compared: with small Latin letters, and single spaces within. */
function folded(name: string): string {
  return name
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replace(/\p{White_Space}+/gu, ' ')
    .replace(/^ | $/g, '');
}

/** Return the groups of which the file has no letter, each once. */
function missing(asked: readonly (Asked & { here: boolean })[]): Asked[] {
  const found = new Map<string, Asked>();
  for (const { name, group, round, here } of asked) {
    const key = JSON.stringify([name, group, round]);
    if (!here && !found.has(key)) found.set(key, { name, group, round });
  }
  return [...found.values()];
}
