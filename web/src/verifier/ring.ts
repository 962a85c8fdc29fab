/** Verifying ring proofs in batches (docs/spec.md, "Ring proof: verifying"). */

import type { Bytes } from './bytes.js';
import type { Limbs } from './curve/field.js';
import { PointTable, multiscalar } from './curve/multiscalar.js';
import { allInPrimeOrderGroup, hasPrimeOrder } from './curve/orders.js';
import { POINT, decode, double, encode, isIdentity } from './curve/points.js';
import { randomWeight } from './curve/random.js';
import { BASE } from './ed25519.js';
import { NotValid } from './errors.js';
import { memberKeyGenerator, ringGenerator, tagBase } from './hash_to_curve.js';
import { placeOf } from './listed.js';
import { isWanted } from './open_proof.js';
import type { ProofVerifier, Signed } from './proof.js';
import { RingCoefficients, type Weighted } from './ring_coefficients.js';
import { ringParameters } from './ring_parameters.js';
import { type RingProof, type RingStatement, readRingProof } from './ring_proof.js';

const KEY_BYTES = 32;

/** Rings of at most so many keys have each key checked alone, which is faster then. */
const FEW_KEYS = 200;

export class RingVerifier implements ProofVerifier {
  readonly batchSize = 256;
  readonly #statement: RingStatement;
  readonly #encoded: Bytes;
  readonly #keys: PointTable;
  readonly #q: Limbs;
  readonly #u = memberKeyGenerator();
  /** B, U, Q, K, then G_p and G'_p by position. */
  readonly #bases: PointTable;

  /**
   * @param keys the ring, 32 bytes a key; each is checked here.
   *
   * Throws NotValid if a key is no prime-order point.
   */
  constructor(keys: Bytes, rosterId: Bytes, roundId: Bytes) {
    const parameters = ringParameters(keys.length / KEY_BYTES);
    this.#encoded = keys;
    this.#keys = loadKeys(keys);
    const q = (this.#q = tagBase(roundId));
    const generators = Array.from({ length: 1 + 2 * parameters.positions }, (_, index) =>
      ringGenerator(index),
    );
    this.#bases = tableOf([BASE, this.#u, q, ...generators]);
    this.#statement = { parameters, rosterId, roundId, tagBase: encode(q, 0) };
  }

  async firstInvalid(batch: readonly Signed[]): Promise<number> {
    const proofs: Weighted[] = [];
    for (const signed of batch) {
      const proof = readRingProof(this.#statement, signed);
      if (proof === null) break;
      proofs.push({ ...proof, u: randomWeight(), v: randomWeight(), w: randomWeight() });
    }
    const readable = proofs.length;
    const bad = readable > 0 ? this.#firstFalse(proofs) : -1;
    const end = bad < 0 ? readable : bad;
    const falseName = batch.slice(0, end).findIndex((signed) => !this.#isNamed(signed));
    if (falseName >= 0) return falseName;
    return end < batch.length ? end : -1;
  }

  #isNamed({ open }: Signed): boolean {
    if (!open) return true;
    const { key } = open;
    if (!key || placeOf(this.#encoded, key) < 0) return false;
    return isWanted({ ...open, key }, this.#statement.roundId, this.#q, this.#u);
  }

  registrarsOf(): readonly number[] {
    return [];
  }

  /** Return the place of the first proof of which an equation is false; -1 if there is none. */
  #firstFalse(proofs: readonly Weighted[]): number {
    if (isSmall(this.#sum(proofs))) return -1;
    let [from, to] = [0, proofs.length];
    while (to - from > 1) {
      const middle = (from + to) >>> 1;
      // The first false proof is in the first half unless all of that half hold.
      if (isSmall(this.#sum(proofs.slice(from, middle)))) from = middle;
      else to = middle;
    }
    return from;
  }

  /** E: the weighted sum of the three equations of all proofs, without the cofactor. */
  #sum(proofs: readonly Weighted[]): Limbs {
    const { parameters } = this.#statement;
    const coefficients = new RingCoefficients(parameters, proofs);
    return multiscalar([
      [this.#keys, coefficients.ofKeys()],
      [this.#bases, coefficients.ofBases()],
      [commitments(proofs), coefficients.ofCommitments()],
    ]);
  }
}

/** Whether eight times a point is the identity. */
function isSmall(point: Limbs): boolean {
  for (let k = 0; k < 3; k++) double(point, 0);
  return isIdentity(point, 0);
}

function commitments(proofs: readonly RingProof[]): PointTable {
  const each = (proofs[0]?.points.length ?? 0) / POINT;
  const table = new PointTable(proofs.length * each);
  proofs.forEach(({ points }, i) => {
    for (let k = 0; k < each; k++) table.set(i * each + k, points, k * POINT);
  });
  return table;
}

function tableOf(points: readonly Limbs[]): PointTable {
  const table = new PointTable(points.length);
  points.forEach((point, i) => table.set(i, point, 0));
  return table;
}

/** Decode the keys of a roster and check that each is a prime-order point. */
function loadKeys(keys: Bytes): PointTable {
  const size = keys.length / KEY_BYTES;
  const table = new PointTable(size);
  const point = new Float64Array(POINT);
  for (let i = 0; i < size; i++) {
    const isPoint = decode(point, 0, keys, i * KEY_BYTES) && !isIdentity(point, 0);
    if (!isPoint || (size <= FEW_KEYS && !hasPrimeOrder(point, 0))) throw badKey(i);
    table.set(i, point, 0);
  }
  if (size > FEW_KEYS && !allInPrimeOrderGroup(table)) throw badKey(firstOfOtherOrder(keys));
  return table;
}

function firstOfOtherOrder(keys: Bytes): number {
  const point = new Float64Array(POINT);
  let i = 0;
  while (decode(point, 0, keys, i * KEY_BYTES) && hasPrimeOrder(point, 0)) i += 1;
  return i;
}

function badKey(i: number): NotValid {
  return new NotValid(
    `roster key ${i + 1}: not a point of the prime-order group of edwards25519`,
    'no honest program makes a key or tag with a component of small order',
  );
}
