/**
 * Rostered groups: a public list of keys.
 *
 * docs/spec.md, "Rosters" and the table in "Groups". `Registered` has the same members.
 */

import { bytesToHex } from '@noble/curves/utils.js';
import { pieces } from './bytes.mjs';
import { identifier } from './hashing.mjs';
import { must } from './not_valid.mjs';
import { mustBeWanted } from './open_name.mjs';
import { decodePrimeOrderPoint, mustBeSigned } from './points.mjs';
import { RingBatch } from './ring.mjs';

const REASONS = [
  'other_type',
  'security_key',
  'limited',
  'bad_key',
  'same_person',
  'same_key',
];

export class Rostered {
  kind = 'rostered';
  earliestOpening = 0;
  registrars = [];
  admissions = [];
  splits = false;

  #roster;
  #keys;

  constructor(roster) {
    const { terms } = roster;
    this.id = identifier('cosign/v1/group-id', terms.bytes);
    this.name = terms.name;
    this.source = terms.source;
    this.leftOut = Object.fromEntries(REASONS.map((reason, i) => [reason, terms.left_out[i]]));
    this.#roster = roster;
    this.#keys = pieces(terms.keys);
    const fresh = this.#keys.filter((_, i) => this.#isFresh(i)).length;
    this.keyKinds = { fresh, ssh: this.#keys.length - fresh };
  }

  get anonymity() {
    const { fresh, ssh } = this.keyKinds;
    if (ssh === 0) return 'everlasting';
    return fresh >= 2 ? 'mixed' : 'computational';
  }

  get vouchedBy() {
    const { terms, signatures } = this.#roster;
    const who = signatures.map(([publisher]) => terms.publishers[publisher].name);
    const of = terms.publishers.length;
    return { role: 'publisher', who, threshold: terms.threshold, of, basis: this.source };
  }

  /** How many keys of each kind the list has besides these. */
  keyKindsWithout(keys) {
    const gone = new Set(keys.map(bytesToHex));
    const left = this.#keys.map((key, i) => [key, i]).filter(([key]) => !gone.has(bytesToHex(key)));
    const fresh = left.filter(([, i]) => this.#isFresh(i)).length;
    return { fresh, ssh: left.length - fresh };
  }

  #isFresh(i) {
    return (this.#roster.terms.fresh[i >> 3] >> (i & 7)) & 1;
  }

  hasSlot(slot) {
    return slot === 0;
  }

  verify(statements) {
    const { terms, signatures } = this.#roster;
    for (const [publisher, signature] of signatures) {
      const key = terms.publishers[publisher].identity_key;
      mustBeSigned(key, signature, 'cosign/v1/roster-signature', terms.bytes);
    }
    must(signatures.length >= terms.threshold, 'too few publishers signed a roster');
    must(statements.length === 0, 'a roster has no enrolment statements');
  }

  verifyGrants(grants) {
    must(grants.length === 0, 'a round of a roster carries a grant');
  }

  anonymitySet() {
    return this.#keys.length;
  }

  /** {tag, registrars} of each, if all proofs and names are valid; no registrar is ever named. */
  async verifyProofs(cosignatures, roundId) {
    const ring = this.#keys.map(decodePrimeOrderPoint);
    const batch = new RingBatch(ring, this.id, roundId);
    const shown = cosignatures.map((one) => ({ tag: batch.add(one), registrars: [] }));
    batch.mustVerify();
    const listed = new Set(this.#keys.map(bytesToHex));
    cosignatures.forEach((one, i) => {
      if (one.name === undefined) return;
      must(one.key !== null, 'a name on a roster shows no key');
      must(listed.has(bytesToHex(one.key)), 'a name shows a key that is not on the roster');
      mustBeWanted(one, shown[i].tag, roundId);
    });
    return shown;
  }
}
