/** Rosters (docs/spec.md, "Rosters"). */

import { type Bytes, fromHex } from './bytes.js';
import { isValidSignature } from './ed25519.js';
import { NotValid } from './errors.js';
import type { Group } from './group.js';
import { H, identifier } from './hashing.js';
import { GROUP_ID, ROSTER_SIGNATURE } from './labels.js';
import { placeOf } from './listed.js';
import { phrase, someOf } from './phrases.js';
import type { ProofVerifier } from './proof.js';
import type { EnrolmentStatement, SlotGrant } from './records/registered.js';
import { KEY_BYTES, type Roster } from './records/roster.js';
import type { Anonymity, Combination, KeyKinds, LeftOut, OpenName, ValidReport } from './report.js';
import { RingVerifier } from './ring.js';
import { counted, have } from './words.js';
import { quoted } from './text.js';

export class Rostered implements Group {
  readonly kind = 'rostered';
  readonly groupId: Bytes;
  readonly earliestOpening = 0;
  readonly #roster: Roster;

  constructor(roster: Roster) {
    this.#roster = roster;
    this.groupId = identifier(GROUP_ID, roster.terms.raw);
  }

  get name(): string {
    return this.#roster.terms.name;
  }

  get keyKinds(): NonNullable<KeyKinds> {
    let fresh = 0;
    for (const byte of this.#roster.terms.fresh) {
      for (let bit = 0; bit < 8; bit++) fresh += (byte >>> bit) & 1;
    }
    return { fresh, ssh: this.#size - fresh };
  }

  keyKindsWithout(names: readonly OpenName[]): KeyKinds {
    let { fresh, ssh } = this.keyKinds;
    const { keys, fresh: flags } = this.#roster.terms;
    for (const { key } of names) {
      if (key === null) continue;
      const place = placeOf(keys, fromHex(key));
      if ((flags[place >>> 3]! >>> (place & 7)) & 1) fresh -= 1;
      else ssh -= 1;
    }
    return { fresh, ssh };
  }

  get anonymity(): Anonymity {
    const { fresh, ssh } = this.keyKinds;
    if (ssh === 0) return 'everlasting';
    return fresh >= 2 ? 'mixed' : 'computational';
  }

  get leftOut(): LeftOut {
    const [other_type, security_key, limited, bad_key, same_person, same_key] =
      this.#roster.terms.left_out;
    return { other_type, security_key, limited, bad_key, same_person, same_key };
  }

  get vouchedBy(): ValidReport['vouched_by'] {
    const { publishers, threshold, source } = this.#roster.terms;
    const who = this.#roster.signatures.map(([number]) => publishers[number]!.name);
    return { role: 'publisher', who, threshold, of: publishers.length, basis: source };
  }

  get notChecked(): readonly string[] {
    const { fresh, ssh } = this.keyKinds;
    const signed = this.#roster.signatures.length;
    const count = this.#roster.terms.publishers.length;
    const signers =
      signed === count
        ? someOf(count, count, 'publisher')
        : phrase('publishers.some', { signed, count });
    const name = fresh > 0 && ssh > 0 ? 'not_checked.roster_kinds' : 'not_checked.roster';
    return [phrase(name, { count: signed, keys: this.#size, fresh, signers })];
  }

  checkSlot(slot: number): void {
    if (slot !== 0) throw new NotValid('a round of a roster has no slot', 'leave --slot out');
  }

  async verify(statements: readonly EnrolmentStatement[]): Promise<void> {
    if (statements.length > 0) {
      throw new NotValid('a roster has no enrolment statements', 'leave them out');
    }
    const { terms, signatures } = this.#roster;
    const message = H(ROSTER_SIGNATURE, terms.raw);
    for (const [number, signature] of signatures) {
      const { name, identity_key } = terms.publishers[number]!;
      if (!(await isValidSignature(identity_key, signature, message))) {
        const hint = 'the roster was changed or damaged; ask its publishers for it again';
        throw new NotValid(`the signature of publisher ${quoted(name)} on the roster is false`, hint);
      }
    }
    if (signatures.length < terms.threshold) {
      const publishers = counted(terms.publishers.length, 'publisher');
      throw new NotValid(
        `the roster is signed by ${signatures.length} of ${publishers}, and ${terms.threshold} ` +
          `${have(terms.threshold)} to`,
        'give it to another of its publishers, who adds a signature with roster sign',
      );
    }
  }

  async checkGrants(grants: readonly SlotGrant[]): Promise<void> {
    if (grants.length > 0) {
      throw new NotValid('a round of a roster carries no slot grants', 'leave the grants out');
    }
  }

  proofVerifier(_slot: number, roundId: Bytes): ProofVerifier {
    return new RingVerifier(this.#roster.terms.keys, this.groupId, roundId);
  }

  admissions(): [] {
    return [];
  }

  anonymitySet(): number {
    return this.#size;
  }

  combinations(): Combination[] {
    return [];
  }

  checkCounts(): void {
    // Valid proofs with different tags are by different keys.
  }

  get #size(): number {
    return this.#roster.terms.keys.length / KEY_BYTES;
  }
}
