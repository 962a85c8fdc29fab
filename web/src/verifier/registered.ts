/** Registered groups (docs/spec.md, "Groups", "Slot grants"). */

import { type Bytes, equal, u64, utf8 } from './bytes.js';
import { CertificateVerifier } from './certificate.js';
import { isValidSignature } from './ed25519.js';
import { NotValid } from './errors.js';
import type { Group } from './group.js';
import { H, identifier } from './hashing.js';
import { GRANT_SIGNATURE, GROUP_ID, STATEMENT_SIGNATURE } from './labels.js';
import { phrase, someOf } from './phrases.js';
import type { ProofVerifier } from './proof.js';
import { MEMBER_LIMIT } from './records/limits.js';
import {
  type EnrolmentStatement,
  type RegisteredGroup,
  type Registrar,
  type SlotGrant,
  issuedBy,
} from './records/registered.js';
import type { KeysOf } from './group.js';
import type { Combination, ValidReport } from './report.js';
import { counted, have } from './words.js';
import { quoted } from './text.js';

const STATEMENT = 'ask the registrar for the statement of this group';
const GRANTS = 'ask the registrars of this group for grants';
const FORGED = 'it was changed or forged; ask the registrar for it again';

export class Registered implements Group {
  readonly kind = 'registered';
  readonly groupId: Bytes;
  readonly anonymity = 'everlasting';
  readonly keyKinds = null;
  readonly leftOut = {};
  readonly #group: RegisteredGroup;

  constructor(group: RegisteredGroup) {
    this.#group = group;
    this.groupId = identifier(GROUP_ID, group.raw);
  }

  get name(): string {
    return this.#group.name;
  }

  get earliestOpening(): number {
    return this.#group.enrol_closes;
  }

  get vouchedBy(): ValidReport['vouched_by'] {
    const { registrars, threshold, purpose } = this.#group;
    const who = registrars.map((one) => one.name);
    return { role: 'registrar', who, threshold, of: who.length, basis: purpose };
  }

  get notChecked(): readonly string[] {
    const { registrars, threshold } = this.#group;
    const count = registrars.length;
    const some = someOf(threshold, count, 'registrar');
    const admitted = threshold > 1 ? 'not_checked.registrars_together' : 'not_checked.registrars';
    const found = [phrase(admitted, { noun: phrase('noun.registrar', { count }), some })];
    return this.#splits ? [...found, phrase('not_checked.splits', { some })] : found;
  }

  checkSlot(slot: number): void {
    const slots = this.#group.registrars[0]!.slot_keys.length;
    if (slot < 1 || slot > slots) {
      throw new NotValid(`the group has slots 1 to ${slots}, not ${slot}`, 'choose another slot');
    }
  }

  async verify(statements: readonly EnrolmentStatement[]): Promise<void> {
    for (const statement of statements) {
      const registrar = this.#registrar(statement, 'an enrolment statement', STATEMENT);
      const { group_id, admitted, signature } = statement;
      const kinds = admitted.flatMap(([kind, people]) => [utf8(kind), u64(people)]);
      const message = H(STATEMENT_SIGNATURE, group_id, u64(statement.registrar), ...kinds);
      if (!(await isValidSignature(registrar.identity_key, signature, message))) {
        const what = `the enrolment statement of registrar ${quoted(registrar.name)} is not signed by it`;
        throw new NotValid(what, FORGED);
      }
    }
  }

  async checkGrants(grants: readonly SlotGrant[], slot: number, roundId: Bytes): Promise<void> {
    for (const grant of grants) await this.#verifyGrant(grant);
    for (const grant of grants) {
      const { name } = this.#group.registrars[grant.registrar]!;
      if (grant.slot !== slot) {
        const what =
          `registrar ${quoted(name)} granted slot ${grant.slot}, ` +
          `but the round has slot ${slot}`;
        throw new NotValid(what, 'ask the registrar for a grant of this round');
      }
      if (!equal(grant.round_id, roundId)) {
        const what = `registrar ${quoted(name)} granted slot ${slot} to another round`;
        const hint = 'a slot belongs to one round; the organizer has to use a fresh slot';
        throw new NotValid(what, hint);
      }
    }
    const count = this.#group.registrars.length;
    const needed = Math.ceil((count + this.#group.threshold) / 2);
    if (grants.length < needed) {
      throw new NotValid(
        `slot ${slot} was granted to the round by ${grants.length} of ` +
          `${counted(count, 'registrar')}, and ${needed} ${have(needed)} to`,
        'the organizer gives the round to the registrars, who run registrar grant, ' +
          'and adds what they send with round grant',
      );
    }
  }

  async #verifyGrant(grant: SlotGrant): Promise<void> {
    const registrar = this.#registrar(grant, `a slot grant of registrar ${grant.registrar + 1}`, GRANTS);
    const { group_id, slot, round_id, signature } = grant;
    const parts = [group_id, u64(slot), round_id, u64(grant.registrar)];
    const message = H(GRANT_SIGNATURE, ...parts);
    if (!(await isValidSignature(registrar.identity_key, signature, message))) {
      const what = `the slot grant of registrar ${quoted(registrar.name)} is not signed by it`;
      throw new NotValid(what, FORGED);
    }
  }

  /** Return the registrar of this group that made a record. */
  #registrar(
    made: { readonly group_id: Bytes; readonly registrar: number },
    what: string,
    hint: string,
  ): Registrar {
    const registrar = this.#group.registrars[made.registrar];
    if (!equal(made.group_id, this.groupId) || registrar === undefined) {
      throw new NotValid(`${what} belongs to another group`, hint);
    }
    return registrar;
  }

  proofVerifier(slot: number, roundId: Bytes): ProofVerifier {
    return new CertificateVerifier(this.#group, this.groupId, slot, roundId);
  }

  admissions(statements: readonly EnrolmentStatement[]): ValidReport['admissions'] {
    return statements.map(({ registrar, admitted }) => ({
      registrar: this.#group.registrars[registrar]!.name,
      admitted: admitted.map(([kind, people]) => ({ kind, people })),
    }));
  }

  anonymitySet(statements: readonly EnrolmentStatement[]): number | null {
    const { registrars, threshold } = this.#group;
    if (statements.length < registrars.length) return null;
    let size = MEMBER_LIMIT;
    for (;;) {
      const certified = statements.reduce((sum, one) => sum + Math.min(issuedBy(one), size), 0);
      const next = Math.floor(certified / threshold);
      if (next >= size) return size;
      size = next;
    }
  }

  keyKindsWithout(): null {
    return null;
  }

  combinations(
    keys: readonly KeysOf[],
    statements: readonly EnrolmentStatement[],
  ): Combination[] {
    if (!this.#splits) return [];
    const issued = new Map(statements.map((one) => [one.registrar, issuedBy(one)]));
    const others = new Map(issued);
    for (const { registrars, named } of keys) {
      // A registrar certifies each member once: the owner of a named key is none of the others.
      for (const one of registrars) others.set(one, (others.get(one) ?? NaN) - named);
    }
    const rows = [...keys].sort((one, other) => compareNumbers(one.registrars, other.registrars));
    const found = rows.map(({ registrars, keys: count, named }) => {
      const known = registrars.every((number) => issued.has(number));
      const least = (of: ReadonlyMap<number, number>) =>
        known ? Math.min(...registrars.map((number) => of.get(number)!)) : null;
      return {
        registrars: registrars.map((number) => this.#group.registrars[number]!.name),
        keys: count,
        at_most: least(issued),
        named,
        others_at_most: least(others),
      };
    });
    const size = ({ at_most }: Combination) => at_most ?? Infinity;
    return found.sort((one, other) =>
      size(one) === size(other) ? one.keys - other.keys : size(one) - size(other),
    );
  }

  checkCounts(
    certified: (registrar: number) => number,
    statements: readonly EnrolmentStatement[],
  ): void {
    for (const statement of statements) {
      const { registrar } = statement;
      const issued = issuedBy(statement);
      const keys = certified(registrar);
      if (keys > issued) {
        const { name } = this.#group.registrars[registrar]!;
        const counts = `${counted(keys, 'key')} and issued ${counted(issued, 'certificate')}`;
        const hint = 'the registrar understated its count, or its keys were stolen';
        throw new NotValid(`registrar ${quoted(name)} certified ${counts}`, hint);
      }
    }
  }

  /** Whether a proof shows a choice of registrars. */
  get #splits(): boolean {
    return this.#group.threshold < this.#group.registrars.length;
  }
}

function compareNumbers(one: readonly number[], other: readonly number[]): number {
  const place = one.findIndex((number, i) => number !== other[i]);
  return place < 0 ? 0 : one[place]! - other[place]!;
}
