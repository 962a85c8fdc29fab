/** Counting distinct members (docs/spec.md, "Counting"). */

import { equal, hex } from './bytes.js';
import type { KeysOf } from './group.js';
import type { Signed } from './proof.js';
import { tagOf } from './proof.js';
import type { OpenCosignature } from './records/published.js';
import type { OpenName } from './report.js';

/** Counts verified records, which come in ascending order; it remembers one tag's at a time. */
export class Tally {
  keys = 0;
  withdrawn = 0;
  duplicates = 0;
  conflicts = 0;
  readonly statements: string[] = [];
  readonly names: OpenName[] = [];
  /** Keys by the registrars that their proofs name, under these numbers joined. */
  readonly #combinations = new Map<string, Count>();
  #first: { cosign?: Entry; withdraw?: Entry } = {};
  #open: OpenCosignature | undefined;
  #conflict = false;

  /** Add a record; all records with one tag come one after another. */
  add(signed: Signed, registrars: readonly number[]): void {
    const current = this.#first.cosign ?? this.#first.withdraw;
    if (current && !equal(tagOf(current.signed.proof), tagOf(signed.proof))) this.finish();
    const { open } = signed;
    if (open) {
      const { name, role } = (this.#open ??= open);
      this.#conflict ||= name !== open.name || role !== open.role;
    }
    const first = this.#first[signed.action];
    if (first === undefined) {
      this.#first[signed.action] = { signed, registrars };
      return;
    }
    this.duplicates += 1;
    this.#conflict ||= first.signed.statement !== signed.statement;
  }

  /** Finish the current tag; to be called after the last record, too. */
  finish(): void {
    const { cosign, withdraw } = this.#first;
    if (withdraw) this.withdrawn += 1;
    else if (cosign) this.#addKey(cosign);
    this.#first = {};
    this.#open = undefined;
    this.#conflict = false;
  }

  #addKey({ signed, registrars }: Entry): void {
    this.keys += 1;
    const name = registrars.join();
    const row = this.#combinations.get(name) ?? { registrars, keys: 0, named: 0 };
    row.keys += 1;
    this.#combinations.set(name, row);
    if (this.#conflict) this.conflicts += 1;
    else if (this.#open) {
      row.named += 1;
      const { name, role, key, statement } = this.#open;
      this.names.push({ name, role, statement: statement || null, key: key && hex(key) });
    } else if (signed.statement !== '') this.statements.push(signed.statement);
  }

  get combinations(): KeysOf[] {
    return [...this.#combinations.values()];
  }

  /** The number of keys that a registrar certified. */
  certified(registrar: number): number {
    return this.combinations.reduce(
      (sum, { registrars, keys }) => sum + (registrars.includes(registrar) ? keys : 0),
      0,
    );
  }

  /** The number of distinct members that the proofs show: the t-th largest of those numbers. */
  get cosigners(): number {
    const threshold = this.combinations[0]?.registrars.length ?? 0;
    if (threshold === 0) return this.keys;
    const registrars = new Set(this.combinations.flatMap((one) => one.registrars));
    const numbers = [...registrars].map((one) => this.certified(one));
    return numbers.sort((one, other) => other - one)[threshold - 1]!;
  }
}

type Count = { -readonly [field in keyof KeysOf]: KeysOf[field] };

interface Entry {
  readonly signed: Signed;
  readonly registrars: readonly number[];
}
