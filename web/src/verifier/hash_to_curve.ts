/**
 * Points that are hashed from labels: the suite edwards25519_XMD:SHA-512_ELL2_RO_ of RFC 9380
 * (docs/spec.md, "Hash to curve", "Ring proof: parameters").
 */

import { sha512 } from './sha2.js';
import { type Bytes, bigEndian, concat, u32, utf8 } from './bytes.js';
import { LIMBS, type Limbs, P, fromBigInt } from './curve/field.js';
import { POINT, addPoint, decode, double, encode, identity } from './curve/points.js';
import { MEMBER_KEY_GENERATOR, RING_GENERATOR, RING_TAG_BASE } from './labels.js';

/** The second base of member keys. */
export function memberKeyGenerator(): Limbs {
  return hashToCurve(MEMBER_KEY_GENERATOR, new Uint8Array(0));
}

/** The base of a round's tags. */
export function tagBase(roundId: Bytes): Limbs {
  return hashToCurve(RING_TAG_BASE, roundId);
}

/** K is generator 0, G_p generator 1 + 2p, G'_p generator 2 + 2p. */
export function ringGenerator(index: number): Limbs {
  return hashToCurve(RING_GENERATOR, u32(index));
}

/** hash_to_curve of RFC 9380, section 3; `tag` is the domain separation tag, in ASCII. */
export function hashToCurve(tag: string, message: Uint8Array): Limbs {
  const sum = identity();
  for (const u of hashToField(tag, message)) addPoint(sum, 0, mapToCurve(u), 0);
  for (let k = 0; k < 3; k++) double(sum, 0); // times the cofactor
  const point = new Float64Array(POINT);
  decode(point, 0, encode(sum, 0), 0); // its Z is 1
  return point;
}

/** Two field elements, of 48 bytes of hash each (sections 5.2 and 5.3.1). */
function hashToField(tag: string, message: Uint8Array): [bigint, bigint] {
  const size = 96;
  const suffix = concat(utf8(tag), Uint8Array.of(tag.length));
  const start = concat(new Uint8Array(128), message, Uint8Array.of(0, size, 0), suffix);
  const b0 = sha512(start);
  const b1 = sha512(concat(b0, Uint8Array.of(1), suffix));
  const mixed = b0.map((byte, i) => byte ^ b1[i]!);
  const b2 = sha512(concat(mixed, Uint8Array.of(2), suffix));
  const uniform = concat(b1, b2).subarray(0, size);
  return [bigEndian(uniform.subarray(0, 48)) % P, bigEndian(uniform.subarray(48)) % P];
}

/** The coefficient of curve25519, y^2 = x^3 + J x^2 + x. */
const J = 486662n;

/** A square root of -(J + 2) whose lowest bit is 0, between the two curves (appendix D.1). */
const SCALE = 6853475219497561581579357271197624642482790079785650197046958215289687604742n;

/** Elligator 2 (section 6.7.1), then the map to edwards25519 (appendix D.1); its Z may be any. */
function mapToCurve(u: bigint): Limbs {
  const denominator = mod(1n + 2n * u * u); // never zero: -1/2 is no square
  const first = mod(-J * power(denominator, P - 2n));
  const root = squareRoot(rightSide(first));
  const s = root === null ? mod(-first - J) : first;
  const y = root ?? squareRoot(rightSide(s))!;
  const isNegative = y % 2n === 1n;
  const t = isNegative === (root !== null) ? y : mod(-y);
  // x = SCALE s / t, y = (s - 1) / (s + 1), both over t (s + 1)
  const common = mod(t * (s + 1n));
  if (common === 0n) return identity();
  return projective(mod(SCALE * s * (s + 1n)), mod((s - 1n) * t), common);
}

function rightSide(x: bigint): bigint {
  return mod(x * mod(x * mod(x + J) + 1n));
}

function projective(x: bigint, y: bigint, z: bigint): Limbs {
  const point = new Float64Array(POINT);
  [x * z, y * z, z * z, x * y].forEach((number, k) => fromBigInt(point, k * LIMBS, number));
  return point;
}

/** A square root of -1. */
const ROOT = power(2n, (P - 1n) / 4n);

function squareRoot(square: bigint): bigint | null {
  const root = power(square, (P + 3n) / 8n);
  for (const candidate of [root, mod(root * ROOT)]) {
    if (mod(candidate * candidate) === square) return candidate;
  }
  return null;
}

function mod(number: bigint): bigint {
  const rest = number % P;
  return rest < 0n ? rest + P : rest;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % P;
    if (bit === '1') result = (result * base) % P;
  }
  return result;
}
