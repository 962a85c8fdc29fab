/**
 * Ring proofs: "I hold the secret of one of these keys".
 *
 * docs/spec.md, "Ring proof: parameters", "Ring proof: statement and challenge", "Ring proof:
 * verifying". All proofs of a file are checked as one batch. If it fails, the file is not valid, so
 * nobody asks which proof was bad.
 */

import { bytesToNumberBE, bytesToNumberLE } from '@noble/curves/utils.js';
import { pieces, u64, utf8 } from './bytes.mjs';
import { H } from './hashing.mjs';
import { must } from './not_valid.mjs';
import {
  B, ORDER, decodePoint, decodePrimeOrderPoint, decodeScalar, hashToGroup, modOrder, sumVanishes,
} from './points.mjs';

/** The radices for a ring are the first of these whose product is at least its size. */
const RADICES = [
  [4],
  [4, 4],
  [8, 4],
  [4, 4, 4],
  [8, 4, 4],
  [4, 4, 4, 4],
  [8, 4, 4, 4],
  [4, 4, 4, 4, 4],
  [8, 4, 4, 4, 4],
  [8, 8, 4, 4, 4],
  [16, 5, 5, 5, 5],
  [16, 5, 5, 5, 5, 5],
  [16, 5, 5, 5, 5, 5, 5],
  [16, 5, 5, 5, 5, 5, 5, 5],
];

const product = (numbers) => numbers.reduce((a, b) => a * b, 1);
const sum = (scalars) => scalars.reduce((a, b) => a + b, 0n);

export function radicesFor(size) {
  return RADICES.find((radices) => product(radices) >= size);
}

/** Generators by number, and U; they are the same for every ring. */
const generators = {};

function generator(number) {
  const index = u64(number).subarray(4); // 4 bytes, big-endian
  generators[number] ??= hashToGroup('cosign/v1/ring-generator', index);
  return generators[number];
}

export const K = () => generator(0);
export const G = (p) => generator(1 + 2 * p);
export const GPrime = (p) => generator(2 + 2 * p);

/** The second base of member keys: C = xB + rU. */
export const U = () => (generators.U ??= hashToGroup('cosign/v1/member-key-generator', utf8('')));

export const tagBase = (roundId) => hashToGroup('cosign/v1/ring-tag-base', roundId);

/** The values that a proof is about, by their names in the transcript and in its order. */
export function statementOf({ size, rosterId, roundId, action, statement }) {
  return {
    suite: utf8('edwards25519_XMD:SHA-512_ELL2_RO_'),
    radices: Uint8Array.from(radicesFor(size)),
    size: u64(size),
    roster: rosterId,
    round: roundId,
    Q: tagBase(roundId).toBytes(),
    action: utf8(action),
    statement: utf8(statement),
  };
}

/** ξ = 1 + (H(label, name₁, value₁, …) mod (ℓ − 1)), so it is never zero. */
export function challenge(transcript, label = 'cosign/v1/ring-proof') {
  const parts = Object.entries(transcript).flatMap(([name, value]) => [utf8(name), value]);
  return 1n + (bytesToNumberLE(H(label, ...parts)) % (ORDER - 1n));
}

export function power(base, exponent) {
  return exponent === 0 ? 1n : modOrder(base * power(base, exponent - 1));
}

export class RingBatch {
  #ring;
  #about;
  #Q;
  #radices;
  /** The sum E of the section: points, and the scalar of each. */
  #points = [];
  #scalars = [];
  /** The scalars of the ring's keys, to which every proof adds. */
  #ofKeys;

  constructor(ring, rosterId, roundId) {
    this.#ring = ring;
    this.#about = { size: ring.length, rosterId, roundId };
    this.#Q = tagBase(roundId);
    this.#radices = radicesFor(ring.length);
    this.#ofKeys = ring.map(() => 0n);
  }

  /** Add the equations of a cosignature's proof to the sum; return its tag, 32 bytes. */
  add({ action, statement, proof }) {
    const { encoded, sent, ...parts } = this.#cut(proof);
    const xi = challenge({ ...statementOf({ ...this.#about, action, statement }), ...encoded });
    // The digits' first numbers are not sent: f_{t,0} = ξ − Σ f_{t,i}.
    const f = sent.map((numbers) => [modOrder(xi - sum(numbers)), ...numbers]);
    this.#addDigits(parts, xi, f.flat());
    this.#addKeys(parts, xi, f);
    this.#addTag(parts, xi);
    return encoded.T;
  }

  /** All equations hold, but for a chance of 2⁻¹²⁸. */
  mustVerify() {
    const points = [...this.#points, ...this.#ring];
    must(sumVanishes(points, [...this.#scalars, ...this.#ofKeys]), 'a ring proof is not valid');
  }

  /** (1)  A + ξ B′ = Com(f, f(ξ − f); z_A) */
  #addDigits({ A, BPrime, zA }, xi, f) {
    const u = randomWeight();
    this.#addTerm(A, u);
    this.#addTerm(BPrime, u * xi);
    this.#addTerm(K(), -u * zA);
    f.forEach((number, p) => {
      this.#addTerm(G(p), -u * number);
      this.#addTerm(GPrime(p), -u * number * (xi - number));
    });
  }

  /** (2)  Σᵢ (Πₜ f_{t,iₜ}) Cᵢ − Σⱼ ξʲ Xⱼ = z B + z_r U */
  #addKeys({ X, z, zR }, xi, f) {
    const v = randomWeight();
    // v times the products for all indices: the last digit is the highest, the first the lowest.
    const products = f.reduceRight(
      (above, digit) => above.flatMap((one) => digit.map((number) => modOrder(one * number))),
      [v],
    );
    const last = this.#ring.length - 1; // stands at every higher index too
    products.forEach((one, i) => {
      const key = Math.min(i, last);
      this.#ofKeys[key] = modOrder(this.#ofKeys[key] + one);
    });
    X.forEach((point, j) => this.#addTerm(point, -v * power(xi, j)));
    this.#addTerm(B, -v * z);
    this.#addTerm(U(), -v * zR);
  }

  /** (3)  ξᵐ T − Σⱼ ξʲ Yⱼ = z Q */
  #addTag({ T, Y, z }, xi) {
    const w = randomWeight();
    this.#addTerm(T, w * power(xi, Y.length));
    Y.forEach((point, j) => this.#addTerm(point, -w * power(xi, j)));
    this.#addTerm(this.#Q, -w * z);
  }

  #addTerm(point, scalar) {
    this.#points.push(point);
    this.#scalars.push(modOrder(scalar));
  }

  /** The parts of a proof: decoded, and as the bytes that the transcript absorbs. */
  #cut(proof) {
    const m = this.#radices.length;
    const places = this.#radices.reduce((total, radix) => total + radix + 1, 6);
    must(proof.length === 32 * places, 'a ring proof has another length than its ring asks for');
    let at = 0;
    const take = (count) => proof.subarray(at, (at += 32 * count));
    const encoded = { T: take(1), A: take(1), B: take(1), X: take(m), Y: take(m) };
    return {
      encoded,
      T: decodePrimeOrderPoint(encoded.T),
      A: decodePoint(encoded.A),
      BPrime: decodePoint(encoded.B),
      X: pieces(encoded.X).map(decodePoint),
      Y: pieces(encoded.Y).map(decodePoint),
      sent: this.#radices.map((radix) => pieces(take(radix - 1)).map(decodeScalar)),
      zA: decodeScalar(take(1)),
      z: decodeScalar(take(1)),
      zR: decodeScalar(take(1)),
    };
  }
}

/** One plus 128 random bits. */
function randomWeight() {
  return 1n + bytesToNumberBE(crypto.getRandomValues(new Uint8Array(16)));
}
