/**
 * The scalars of a batch (docs/spec.md, "Ring proof: verifying", Batch).
 *
 * A key's scalar is the sum over proofs k of v_k times one f for each digit of its index. The
 * products over the lower digits and those over the upper digits are made once for each proof;
 * then a key costs one multiplication for each proof, and one reduction.
 */

import type { RingParameters } from './ring_parameters.js';
import { product } from './ring_parameters.js';
import type { RingProof } from './ring_proof.js';
import { reduce } from './curve/scalars.js';

/** A proof of a batch with its weights u, v, w. */
export interface Weighted extends RingProof {
  readonly u: bigint;
  readonly v: bigint;
  readonly w: bigint;
}

export class RingCoefficients {
  readonly #parameters: RingParameters;
  readonly #proofs: readonly Weighted[];

  constructor(parameters: RingParameters, proofs: readonly Weighted[]) {
    this.#parameters = parameters;
    this.#proofs = proofs;
  }

  /** Of the keys, in the ring's order; places behind the last key are the last key's. */
  ofKeys(): bigint[] {
    const { size, radices } = this.#parameters;
    const split = splitPoint(radices);
    const lowers = this.#proofs.map(({ f }) => products(1n, radices.slice(0, split), f));
    const skipped = radices.slice(0, split).reduce((sum, radix) => sum + radix, 0);
    const uppers = this.#proofs.map(({ f, v }) => products(v, radices.slice(split), f, skipped));
    const width = product(radices.slice(0, split));
    const scalars: bigint[] = [];
    let total = 0n;
    for (let i = 0; i < size - 1; i++) {
      const [low, high] = [i % width, Math.floor(i / width)];
      let sum = 0n;
      for (let k = 0; k < lowers.length; k++) sum += lowers[k]![low]! * uppers[k]![high]!;
      const scalar = reduce(sum);
      scalars.push(scalar);
      total += scalar;
    }
    scalars.push(reduce(this.#sum(({ v, xi }) => v * power(xi, radices.length)) - total));
    return scalars;
  }

  /** Of B, U, Q, K, then of G_p and G'_p by position. */
  ofBases(): bigint[] {
    const positions = Array.from({ length: this.#parameters.positions }, (_, p) => p);
    return [
      this.#sum(({ v, z }) => -v * z),
      this.#sum(({ v, zR }) => -v * zR),
      this.#sum(({ w, z }) => -w * z),
      this.#sum(({ u, zA }) => -u * zA),
      ...positions.flatMap((p) => [
        this.#sum(({ u, f }) => -u * f[p]!),
        this.#sum(({ u, f, xi }) => -u * reduce(f[p]! * (xi - f[p]!))),
      ]),
    ];
  }

  /** Of T, A, B', X_0 ..., Y_0 ... of each proof. */
  ofCommitments(): bigint[] {
    const { radices } = this.#parameters;
    return this.#proofs.flatMap(({ u, v, w, xi }) => {
      const powers = radices.map((_, j) => power(xi, j));
      return [
        w * power(xi, radices.length),
        u,
        u * xi,
        ...powers.map((one) => -v * one),
        ...powers.map((one) => -w * one),
      ].map(reduce);
    });
  }

  #sum(term: (proof: Weighted) => bigint): bigint {
    return reduce(this.#proofs.reduce((sum, proof) => sum + term(proof), 0n));
  }
}

function power(xi: bigint, exponent: number): bigint {
  let result = 1n;
  for (let k = 0; k < exponent; k++) result = reduce(result * xi);
  return result;
}

/** How many digits are lower ones: about half of all places are products over them. */
function splitPoint(radices: readonly number[]): number {
  let split = 1;
  while (product(radices.slice(0, split)) < Math.sqrt(product(radices))) split += 1;
  return split;
}

/** `start` times one f for each digit, for all digits, the first digit varying fastest. */
function products(
  start: bigint,
  radices: readonly number[],
  f: readonly bigint[],
  skipped = 0,
): bigint[] {
  let found = [start];
  let at = skipped;
  for (const radix of radices) {
    const own = f.slice(at, at + radix);
    found = own.flatMap((factor) => found.map((one) => reduce(one * factor)));
    at += radix;
  }
  return found;
}
