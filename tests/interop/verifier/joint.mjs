/**
 * Verifying the letters of several groups in one file.
 *
 * docs/spec.md, "Campaigns", "Joint letter", "Verifying a joint letter".
 */

import { bytesToHex } from '@noble/curves/utils.js';
import { ascendStrictly, compareBytes, equalBytes, utf8 } from './bytes.mjs';
import { fingerprint } from './hashing.mjs';
import { must } from './not_valid.mjs';
import { mustBeSigned } from './points.mjs';
import { JointHeader } from './records.mjs';
import { EXIT } from './report.mjs';
import { verifyPublished } from './verify.mjs';

const MAGIC = utf8('JOINT COSIGNED LETTER\n');

export const isJoint = (bytes) => equalBytes(bytes.subarray(0, MAGIC.length), MAGIC);

/** The report of a valid joint file; `pins` are the fingerprints that the verifier knows. */
export async function verifyJoint(bytes, pins) {
  const { header, files } = cut(bytes);
  header.campaigns.forEach(({ terms, signature }) => {
    mustBeSigned(terms.organizer_key, signature, 'cosign/v1/campaign-signature', terms.bytes);
  });
  const letters = [];
  for (const file of files) letters.push(await verifyPublished(file, pins));
  letters.forEach((letter, i) => checkTogether(letter, letters[0], header, i));
  const groups = letters.map(({ terms }) => terms.group_id);
  must(ascendStrictly(groups.toSorted(compareBytes), compareBytes), 'one group twice');
  for (const { terms } of header.campaigns) {
    const mine = letters.some((one) => equalBytes(one.terms.organizer_key, terms.organizer_key));
    must(mine, 'a campaign is by none of the organizers');
  }
  const shown = letters.map(({ report }) => report);
  for (const pin of pins) {
    must(shown.some(({ group }) => group.fingerprint === pin), 'a pinned group has no letter');
  }
  return jointReport(header.campaigns, shown, letters.map(({ names }) => names));
}

/** The header, and the bytes of each letter. */
function cut(bytes) {
  let at = MAGIC.length + 4;
  must(at <= bytes.length, 'the joint file ends before its header');
  const length = new DataView(bytes.buffer, bytes.byteOffset + at - 4, 4).getUint32(0);
  must(length <= JointHeader.cap, 'the header is longer than it can be');
  must(at + length <= bytes.length, 'the joint file ends within its header');
  const header = JointHeader.read(bytes.subarray(at, at + length));
  at += length;
  const files = header.parts.map(([, size]) => {
    must(at + size <= bytes.length, 'the joint file ends within a letter');
    at += size;
    return bytes.subarray(at - size, at);
  });
  must(at === bytes.length, 'something follows the last letter');
  return { header, files };
}

function checkTogether({ terms, roundId, group }, first, { campaigns, parts }, i) {
  must(equalBytes(roundId, parts[i][0]), 'a letter is of another round than the header says');
  must(equalBytes(terms.letter_id, first.terms.letter_id), 'the letters have different texts');
  for (const { terms: campaign } of campaigns) {
    must(equalBytes(campaign.letter_id, terms.letter_id), 'a campaign is about another letter');
    const named = campaign.rounds.find(([round]) => equalBytes(round, roundId));
    must(named, 'a campaign does not name a round');
    must(equalBytes(named[1], terms.group_id), 'a campaign names another group for a round');
    must(named[2] === group.name, 'a campaign calls a group by another name');
  }
}

function jointReport(campaigns, groups, names) {
  const asked = campaigns.flatMap(({ terms }) => terms.rounds.map(row));
  const here = new Set(groups.map(({ round }) => round));
  const missing = asked.filter(({ round }) => !here.has(round));
  return {
    joint: true,
    valid: true,
    exit_code: worst(groups.map((one) => one.exit_code)),
    letter_sha256: groups[0].letter_sha256,
    total: groups.reduce((sum, { cosigners }) => sum + cosigners, 0),
    named: groups.reduce((sum, { named }) => sum + named, 0),
    groups,
    campaigns: campaigns.map(({ terms }) => ({
      title: terms.title,
      organizer: fingerprint(terms.organizer_key),
      asked: terms.rounds.map(row).map((one) => ({ ...one, here: here.has(one.round) })),
    })),
    asked_not_here: distinctRows(missing),
    same_names: inSeveral(names, ({ name }) => folded(name)),
    same_keys: inSeveral(names, ({ key }) => key && bytesToHex(key)),
    not_checked: [
      'that nobody belongs to several of the groups',
      'when campaigns were signed, and whether other groups were asked',
      "that every group's letter is in the file",
    ],
    page: null,
  };
}

/** What is open in several letters: the name as it stands first, and the numbers of the letters. */
function inSeveral(names, sameness) {
  const found = new Map();
  names.forEach((open, place) => open.forEach((one) => {
    const same = sameness(one);
    if (same === null) return;
    const known = found.get(same) ?? { name: one.name, letters: [] };
    if (known.letters.at(-1) !== place + 1) known.letters.push(place + 1);
    found.set(same, known);
  }));
  return [...found.values()].filter(({ letters }) => letters.length > 1);
}

/** A name as names are compared: small Latin letters, blanks collapsed and trimmed. */
function folded(name) {
  const small = name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return small.replace(/\p{White_Space}+/gu, ' ').replace(/^ | $/g, '');
}

const row = ([round, group, name]) => ({ name, group: fingerprint(group), round: fingerprint(round) });
const distinctRows = (rows) => [...new Map(rows.map((r) => [JSON.stringify(r), r])).values()];
const worst = (codes) => [EXIT.notPinned, EXIT.belowQuorum].find((c) => codes.includes(c)) ?? EXIT.valid;
