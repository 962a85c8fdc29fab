/** The steps of docs/spec.md, "Verifying". */

import { type Bytes, compare, startsWith } from './bytes.js';
import { openPublished } from './container.js';
import { Tally } from './counting.js';
import { NotValid } from './errors.js';
import { fingerprint } from './hashing.js';
import { isJoint, verifyJoint } from './joint.js';
import { makeReport } from './make_report.js';
import type { Event, Outcome } from './outcome.js';
import { type ProofVerifier, type Signed, tagOf } from './proof.js';
import { PublishedReader } from './published.js';
import { Cosignature, OpenCosignature } from './records/published.js';
import type { ValidReport } from './report.js';
import { type VerifiedRound, verifyRound } from './round.js';
import type { Source } from './source.js';

/** How often progress is told: drawing it costs a page as much as verifying some records. */
const EVENT_MILLISECONDS = 250;

/**
 * Verify a published letter in one pass and in bounded memory.
 *
 * @param file armored or not, or in a page.
 * @param pins fingerprints of groups, each in twelve groups of five digits.
 *
 * Throws NotValid, or NotJudged if the file is no published letter.
 */
export async function verifyLetter(
  file: Source,
  pins: readonly string[],
  onEvent: (event: Event) => void,
): Promise<Outcome> {
  const { file: opened, inPage } = await openPublished(file);
  if (await isJoint(opened)) return { ...(await verifyJoint(opened, pins, onEvent)), inPage };
  const onRound = ({ group }: VerifiedRound) => checkPins(fingerprint(group.groupId), pins);
  const { verified, report } = await verifyPublished(opened, pins, onEvent, onRound);
  return { report, letter: verified.letter, inPage };
}

function checkPins(group: string, pins: readonly string[]): void {
  if (pins.some((pin) => pin !== group)) {
    throw new NotValid(
      `the letter is by the group ${group}, not by the one you pinned`,
      "the digits are mistyped or a round's, or it is another group's letter; do not trust it",
    );
  }
}

/** A letter that is valid. */
export interface VerifiedLetter {
  readonly verified: VerifiedRound;
  readonly report: ValidReport;
}

/**
 * Verify the published letter of one group, in binary form.
 *
 * @param onRound called once the round holds, before the records are read.
 */
export async function verifyPublished(
  file: Source,
  pins: readonly string[],
  onEvent: (event: Event) => void,
  onRound: (verified: VerifiedRound) => void = () => {},
): Promise<VerifiedLetter> {
  const reader = await PublishedReader.open(file);
  const { round, opening } = reader.header;
  const verified = await verifyRound(round);
  onRound(verified);
  onEvent({ kind: 'opened', title: round.terms.title, letter: verified.letter });
  let told = performance.now();
  const tally = await countRecords(reader, verified, (done) => {
    if (performance.now() - told < EVENT_MILLISECONDS) return;
    told = performance.now();
    onEvent({ kind: 'progress', done, about: Math.max(done, opening[0]) });
  });
  verified.group.checkCounts((registrar) => tally.certified(registrar), round.statements);
  const pinned = pins.includes(fingerprint(verified.group.groupId));
  const report = makeReport(verified, opening, tally, reader.stamps, pinned);
  return { verified, report };
}

async function countRecords(
  reader: PublishedReader,
  { round, roundId, group }: VerifiedRound,
  onProgress: (done: number) => void,
): Promise<Tally> {
  const verifier = group.proofVerifier(round.terms.slot, roundId);
  const tally = new Tally();
  const order = new Order();
  let done = 0;
  for await (const batch of reader.records(roundId, verifier.batchSize)) {
    const records = await readValid(batch, verifier, done);
    for (const record of records) {
      done += 1;
      order.check(record, done);
      tally.add(record, verifier.registrarsOf(record.proof));
    }
    onProgress(done);
  }
  tally.finish();
  return tally;
}

/** Read the records of a batch and verify their proofs; `before` records came before it. */
async function readValid(
  batch: readonly Bytes[],
  verifier: ProofVerifier,
  before: number,
): Promise<Signed[]> {
  const records: Signed[] = [];
  for (const raw of batch) {
    const record = readCosignature(raw);
    if (record === null) break;
    records.push(record);
  }
  const invalid = records.length > 0 ? await verifier.firstInvalid(records) : -1;
  const valid = invalid >= 0 ? invalid : records.length;
  if (valid < batch.length) {
    const record = `record ${before + valid + 1}`;
    const { open, ...anonymous } = records[valid] ?? {};
    // Without its name it is valid: then the name is what is false.
    const isName = open && (await verifier.firstInvalid([anonymous as Signed])) < 0;
    throw new NotValid(
      isName
        ? `the name in ${record} is not proved to be its signer's`
        : `${record} is not a valid cosignature`,
      'the file was changed, or published without verifying it; do not trust it',
    );
  }
  return records;
}

/** Read a record of either kind; null if it is not well-formed. */
export function readCosignature(raw: Bytes): Signed | null {
  try {
    if (!startsWith(raw, OpenCosignature.start)) return Cosignature.read(raw);
    const open = OpenCosignature.read(raw);
    return { ...open, action: 'cosign', open };
  } catch (error) {
    if (error instanceof NotValid) return null;
    throw error;
  }
}

/** Checks that records ascend strictly by tag, and for equal tags by their bytes. */
class Order {
  #last: Signed | null = null;

  check(record: Signed, number: number): void {
    const last = this.#last;
    this.#last = record;
    if (last === null) return;
    const byTag = compare(tagOf(last.proof), tagOf(record.proof));
    if (byTag > 0 || (byTag === 0 && compare(last.raw, record.raw) >= 0)) {
      throw new NotValid(
        `record ${number} is out of order or repeated`,
        'this program sorts the records; another one made or changed this file',
      );
    }
  }
}
