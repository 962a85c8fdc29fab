/**
 * Verifying a published file.
 *
 * docs/spec.md, "Verifying". The trailer (step 5) comes before the proofs (step 4), because it is
 * quicker, and which of several failures is reported does not matter.
 */

import { unarmor } from './armor.mjs';
import { ascendStrictly, compareBytes } from './bytes.mjs';
import { count } from './counting.mjs';
import { fingerprint } from './hashing.mjs';
import { isJoint, verifyJoint } from './joint.mjs';
import { must } from './not_valid.mjs';
import { readPublished } from './published.mjs';
import { report } from './report.mjs';
import { verifyRound } from './round.mjs';

/**
 * The report of a valid file; throws NotValid for every other.
 *
 * `pins` are the fingerprints of the groups that the verifier knows.
 */
export async function verifyLetter(file, pins = []) {
  const bytes = unarmor(file);
  if (isJoint(bytes)) return verifyJoint(bytes, pins);
  const { report: found, group } = await verifyPublished(bytes, pins);
  must(pins.every((pin) => pin === fingerprint(group.id)), 'the group is not the pinned one');
  return found;
}

/** {report, group, roundId, terms, names} of one group's letter that is valid. */
export async function verifyPublished(bytes, pins) {
  const { header, roundId, cosignatures, stamps } = readPublished(bytes);
  const { round } = header;
  const group = verifyRound(round);
  const pinned = pins.includes(fingerprint(group.id));

  const shown = await group.verifyProofs(cosignatures, roundId, round.terms);
  const records = cosignatures.map((record, i) => ({ ...record, ...shown[i] }));
  must(ascendStrictly(records, compareRecords), 'the records do not ascend');

  const counted = count(records, group.registrars.length, group.threshold);
  counted.certified.forEach((number, i) => {
    const issued = group.issued[i];
    must(issued === null || number <= issued, 'more keys are certified than a registrar issued');
  });
  const found = report({ header, roundId, group, counted, stamps, pinned });
  return { report: found, group, roundId, terms: round.terms, names: counted.names };
}

function compareRecords(a, b) {
  return compareBytes(a.tag, b.tag) || compareBytes(a.bytes, b.bytes);
}
