/** Making ring proofs and claims about them (docs/spec.md, "Ring proof: proving", "Claims"). */

import { type Bytes, concat, utf8 } from '../../verifier/bytes.js';
import { encode as encodePoint } from '../../verifier/curve/points.js';
import { ringGenerator, tagBase } from '../../verifier/hash_to_curve.js';
import { OPEN_PROOF, RING_PROOF } from '../../verifier/labels.js';
import { type RingStatement, SUITE, challengeOf, ringChallenge, statementFields } from '../../verifier/ring_proof.js';
import { type RingParameters, ringParameters } from '../../verifier/ring_parameters.js';
import { foldKeys } from './folding.js';
import type { Progress } from './interface.js';
import { CLAIM_PROOF } from './labels.js';
import { type Curve, type MemberSecret, commit, respond, scalarOf, secretBytes } from './member_secret.js';
import { hedgedNonces } from './nonces.js';
import type { Randomness } from './primitives.js';

const KEY_BYTES = 32;

/** What a member signs. */
export interface Binding {
  readonly action: 'cosign' | 'withdraw';
  readonly statement: string;
}

/** What an open signer is called; the role may be empty. */
export interface PublicName {
  readonly name: string;
  readonly role: string;
}

/** A proof about a tag and, if it is shown, a key. */
export interface KeyProof {
  readonly key: Bytes | null;
  readonly proof: Bytes;
}

/** One member of a ring in one round. */
export class RingProver {
  readonly #curve: Curve;
  readonly #secret: MemberSecret;
  readonly #randomness: Randomness;
  readonly #keys: readonly Bytes[];
  readonly #index: number;
  readonly #statement: RingStatement;

  /**
   * @param keys of the ring, 32 bytes each, which were checked.
   * @param index of the member's key.
   */
  constructor(
    curve: Curve,
    keys: Bytes,
    ids: { readonly rosterId: Bytes; readonly roundId: Bytes },
    secret: MemberSecret,
    index: number,
    randomness: Randomness,
  ) {
    const size = keys.length / KEY_BYTES;
    this.#curve = curve;
    this.#secret = secret;
    this.#index = index;
    this.#randomness = randomness;
    this.#keys = Array.from({ length: size }, (_, i) =>
      keys.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES),
    );
    const base = encodePoint(tagBase(ids.roundId), 0);
    this.#statement = { ...ids, parameters: ringParameters(size), tagBase: base };
  }

  /** T = x Q: in every proof of this member in this round. */
  get tag(): Bytes {
    return this.#curve.points.multiply(this.#secret.x, this.#statement.tagBase);
  }

  async prove(binding: Binding, onProgress: Progress): Promise<Bytes> {
    const { scalars, points } = this.#curve;
    const { radices } = this.#statement.parameters;
    const digits = digitsOf(this.#statement.parameters, this.#index);
    const values = statementFields(this.#statement, binding).map(([, value]) => value);
    const nonce = hedgedNonces(scalars, RING_PROOF, secretBytes(this.#secret), values, this.#randomness);
    const rows = radices.map((radix) => this.#zeroSum(Array.from({ length: radix - 1 }, nonce)));
    const [rA, rB] = [nonce(), nonce()];
    const rho = digits.map(nonce);
    const tau = digits.map(nonce);
    const [A, B] = this.#commitments(rows, digits, rA, rB);
    const P = await foldKeys(points, this.#keys, rows, digits, onProgress);
    const X = P.map((point, j) => points.add(point, commit(this.#curve, rho[j]!, tau[j]!)));
    const Y = rho.map((scalar) => points.multiply(scalar, this.#statement.tagBase));
    const proof = concat(this.tag, A, B, ...X, ...Y);
    const xi = scalarOf(ringChallenge(this.#statement, { ...binding, proof }));
    const f = rows.flatMap((row, t) =>
      row.map((a, i) => (i === digits[t] ? scalars.add(xi, a) : a)).slice(1),
    );
    const zA = scalars.add(rA, scalars.multiply(xi, rB));
    const z = this.#response(this.#secret.x, rho, xi);
    return concat(proof, ...f, zA, z, this.#response(this.#secret.r, tau, xi));
  }

  /** Prove that T is one's own, to a challenge; with `reveal`, of which listed key. */
  claim(challenge: string, reveal: boolean): KeyProof {
    const key = reveal ? this.#keys[this.#index]!.slice() : null;
    return this.#proveKey(CLAIM_PROOF, key, [['challenge', challenge]]);
  }

  /** Prove that T and the listed key are one's own, and that a name may stand beside them. */
  consent(statement: string, { name, role }: PublicName): KeyProof {
    const words = [['statement', statement], ['name', name], ['role', role]] as const;
    return this.#proveKey(OPEN_PROOF, this.#keys[this.#index]!.slice(), words);
  }

  /** Prove knowledge of x with T = xQ and, with a key, of r with C = xB + rU, about some words. */
  #proveKey(
    label: string,
    key: Bytes | null,
    words: readonly (readonly [name: string, text: string])[],
  ): KeyProof {
    const { scalars, points } = this.#curve;
    const { roundId, tagBase: Q } = this.#statement;
    const C = key ?? new Uint8Array(0);
    const about = words.map(([name, text]) => [name, utf8(text)] as const);
    const values = [Q, C, roundId, ...about.map(([, text]) => text)];
    const nonce = hedgedNonces(scalars, label, secretBytes(this.#secret), values, this.#randomness);
    const [k, kR] = [nonce(), nonce()];
    const c = scalarOf(
      challengeOf(label, [
        ['suite', SUITE],
        ['round', roundId],
        ['Q', Q],
        ['T', this.tag],
        ['C', C],
        ...about,
        ['R', points.multiply(k, Q)],
        ['S', key === null ? C : commit(this.#curve, k, kR)],
      ]),
    );
    const proof = concat(c, respond(scalars, k, c, this.#secret.x));
    if (key === null) return { key, proof };
    return { key, proof: concat(proof, respond(scalars, kR, c, this.#secret.r)) };
  }

  /** A digit's a: nonces but for the first, so that they add up to zero. */
  #zeroSum(nonces: readonly Bytes[]): Bytes[] {
    const { scalars } = this.#curve;
    return [scalars.negate(nonces.reduce(scalars.add)), ...nonces];
  }

  /** A = Com(a, -a^2; r_A) and B' = Com(sigma, a(1 - 2 sigma); r_B). */
  #commitments(
    rows: readonly (readonly Bytes[])[],
    digits: readonly number[],
    rA: Bytes,
    rB: Bytes,
  ): [A: Bytes, B: Bytes] {
    const { scalars } = this.#curve;
    const a = rows.flat();
    const squares = a.map((one) => scalars.negate(scalars.multiply(one, one)));
    const K = generator(0);
    const G = a.map((_, p) => generator(1 + 2 * p));
    const H = a.map((_, p) => generator(2 + 2 * p));
    const A = this.#sum([...a, ...squares, rA], [...G, ...H, K]);
    const signed = rows.flatMap((row, t) =>
      row.map((one, i) => (i === digits[t] ? scalars.negate(one) : one)),
    );
    const chosen = rows.map((_, t) => G[startOf(rows, t) + digits[t]!]!);
    const B = this.#sum([...signed, rB], [...H, K]);
    return [A, chosen.reduce(this.#curve.points.add, B)];
  }

  #sum(scalars: readonly Bytes[], bases: readonly Bytes[]): Bytes {
    const { points } = this.#curve;
    return scalars.map((scalar, i) => points.multiply(scalar, bases[i]!)).reduce(points.add);
  }

  /** secret * xi^m - the sum of blinds_j xi^j. */
  #response(secret: Bytes, blinds: readonly Bytes[], xi: Bytes): Bytes {
    const { scalars } = this.#curve;
    return blinds.reduceRight(
      (response, blind) => scalars.subtract(scalars.multiply(response, xi), blind),
      secret,
    );
  }
}

/** The digits of an index, the lowest first. */
function digitsOf({ radices }: RingParameters, index: number): number[] {
  return radices.map((radix) => {
    const digit = index % radix;
    index = (index - digit) / radix;
    return digit;
  });
}

function startOf(rows: readonly (readonly Bytes[])[], digit: number): number {
  return rows.slice(0, digit).reduce((sum, row) => sum + row.length, 0);
}

const generators = new Map<number, Bytes>();

function generator(index: number): Bytes {
  const known = generators.get(index) ?? encodePoint(ringGenerator(index), 0);
  generators.set(index, known);
  return known;
}
