/**
 * Points of edwards25519, -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032, section 5.1).
 *
 * A point is 48 limbs at an offset: X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z (H. Hisil, K. Wong,
 * G. Carter, E. Dawson, "Twisted Edwards curves revisited", ASIACRYPT 2008). What is added many
 * times is *cached*: y + x, y - x, 2dxy, 36 limbs. The formulas are complete: they hold for all
 * points of the curve, those of small order too.
 *
 * Each multiplication keeps to the bounds of field.ts: a coordinate is carried, and no factor is
 * a sum of more than four coordinates, or of more than three where the other is of three.
 */

import { type Bytes, toLittleEndian } from '../bytes.js';
import {
  LIMBS,
  type Limbs,
  add,
  equals,
  fromBigInt,
  fromBytes,
  isOdd,
  isZero,
  mul,
  powP58,
  sqr,
  sub,
  toBigInt,
} from './field.js';

export const POINT = 4 * LIMBS;
export const CACHED = 3 * LIMBS;
export const POINT_BYTES = 32;

const [X, Y, Z, T] = [0, LIMBS, 2 * LIMBS, 3 * LIMBS] as const;

/** The field elements that formulas need, side by side. */
const CONSTANTS = new Float64Array(4 * LIMBS);
const [ONE, D, TWO_D, ROOT] = [0, LIMBS, 2 * LIMBS, 3 * LIMBS] as const;
const D_VALUE = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
fromBigInt(CONSTANTS, ONE, 1n);
fromBigInt(CONSTANTS, D, D_VALUE);
fromBigInt(CONSTANTS, TWO_D, 2n * D_VALUE);
/** A square root of -1. */
const ROOT_VALUE = 19681161376707505956807079304988542015446066515923890162744021073123829784752n;
fromBigInt(CONSTANTS, ROOT, ROOT_VALUE);

const t = new Float64Array(8 * LIMBS);
const [A, B, C, D_, E, F, G, H] = Array.from({ length: 8 }, (_, k) => k * LIMBS) as [
  number, number, number, number, number, number, number, number,
];

/** Return the identity. */
export function identity(): Limbs {
  const point = new Float64Array(POINT);
  setIdentity(point, 0);
  return point;
}

export function setIdentity(p: Limbs, o: number): void {
  p.fill(0, o, o + POINT);
  p[o + Y] = 1;
  p[o + Z] = 1;
}

export function isIdentity(p: Limbs, o: number): boolean {
  return isZero(p, o + X) && equals(p, o + Y, p, o + Z);
}

/** p += q, or p -= q, for a cached q. */
export function addCached(p: Limbs, o: number, q: Limbs, j: number, minus = false): void {
  const [sum, difference] = minus ? [LIMBS, 0] : [0, LIMBS];
  sub(t, A, p, o + Y, p, o + X);
  mul(t, A, t, A, q, j + difference);
  add(t, B, p, o + Y, p, o + X);
  mul(t, B, t, B, q, j + sum);
  mul(t, C, p, o + T, q, j + 2 * LIMBS);
  add(t, D_, p, o + Z, p, o + Z);
  finish(p, o, minus);
}

/** p += q. */
export function addPoint(p: Limbs, o: number, q: Limbs, j: number): void {
  sub(t, A, p, o + Y, p, o + X);
  sub(t, E, q, j + Y, q, j + X);
  mul(t, A, t, A, t, E);
  add(t, B, p, o + Y, p, o + X);
  add(t, E, q, j + Y, q, j + X);
  mul(t, B, t, B, t, E);
  mul(t, C, p, o + T, q, j + T);
  mul(t, C, t, C, CONSTANTS, TWO_D);
  mul(t, D_, p, o + Z, q, j + Z);
  add(t, D_, t, D_, t, D_);
  finish(p, o, false);
}

/** Set p from A, B, C, D: E = B - A, F = D -+ C, G = D +- C, H = B + A. */
function finish(p: Limbs, o: number, minus: boolean): void {
  sub(t, E, t, B, t, A);
  sub(t, minus ? G : F, t, D_, t, C);
  add(t, minus ? F : G, t, D_, t, C);
  add(t, H, t, B, t, A);
  mul(p, o + X, t, E, t, F);
  mul(p, o + Y, t, G, t, H);
  mul(p, o + Z, t, F, t, G);
  mul(p, o + T, t, E, t, H);
}

/** p += p. */
export function double(p: Limbs, o: number): void {
  sqr(t, A, p, o + X);
  sqr(t, B, p, o + Y);
  sqr(t, C, p, o + Z);
  add(t, E, p, o + X, p, o + Y);
  sqr(t, E, t, E);
  add(t, H, t, A, t, B);
  sub(t, E, t, H, t, E);
  sub(t, G, t, A, t, B);
  add(t, C, t, C, t, C);
  add(t, F, t, C, t, G);
  mul(p, o + X, t, E, t, F);
  mul(p, o + Y, t, G, t, H);
  mul(p, o + Z, t, F, t, G);
  mul(p, o + T, t, E, t, H);
}

/** p = -p. */
export function negate(p: Limbs, o: number): void {
  for (let k = 0; k < LIMBS; k++) {
    p[o + X + k]! *= -1;
    p[o + T + k]! *= -1;
  }
}

/** Write the cached form of a point whose Z is 1. */
export function cache(out: Limbs, o: number, p: Limbs, i: number): void {
  add(out, o, p, i + Y, p, i + X);
  sub(out, o + LIMBS, p, i + Y, p, i + X);
  mul(out, o + 2 * LIMBS, p, i + T, CONSTANTS, TWO_D);
}

/**
 * Decode the point in 32 bytes at `at` (docs/spec.md, "Group"); its Z is 1.
 *
 * @returns whether the bytes are the one encoding of a point of the curve.
 */
export function decode(out: Limbs, o: number, bytes: Uint8Array, at: number): boolean {
  if (!isBelowP(bytes, at)) return false;
  fromBytes(out, o + Y, bytes, at);
  sqr(t, A, out, o + Y);
  mul(t, B, t, A, CONSTANTS, D);
  sub(t, A, t, A, CONSTANTS, ONE); // u = y^2 - 1
  add(t, B, t, B, CONSTANTS, ONE); // v = d y^2 + 1
  if (!setRoot(out, o + X)) return false;
  const sign = bytes[at + 31]! >>> 7 === 1;
  if (isOdd(out, o + X) !== sign) {
    if (isZero(out, o + X)) return false;
    for (let k = 0; k < LIMBS; k++) out[o + X + k]! *= -1;
  }
  out.set(CONSTANTS.subarray(ONE, ONE + LIMBS), o + Z);
  mul(out, o + T, out, o + X, out, o + Y);
  return true;
}

/** out = a square root of u/v, u at A and v at B (RFC 8032, section 5.1.3); false if none. */
function setRoot(out: Limbs, o: number): boolean {
  sqr(t, C, t, B);
  mul(t, C, t, C, t, B); // v^3
  sqr(t, E, t, C);
  mul(t, E, t, E, t, B); // v^7
  mul(t, E, t, E, t, A);
  powP58(t, E, t, E);
  mul(t, E, t, E, t, C);
  mul(t, E, t, E, t, A); // u v^3 (u v^7)^((p - 5) / 8)
  sqr(t, F, t, E);
  mul(t, F, t, F, t, B); // v x^2
  if (equals(t, F, t, A)) {
    out.set(t.subarray(E, E + LIMBS), o);
    return true;
  }
  add(t, F, t, F, t, A);
  if (!isZero(t, F)) return false;
  mul(out, o, t, E, CONSTANTS, ROOT);
  return true;
}

/** Whether the 255 bits of y are below p. */
export function isBelowP(bytes: Uint8Array, at: number): boolean {
  if ((bytes[at + 31]! & 0x7f) !== 0x7f || bytes[at]! < 0xed) return true;
  for (let k = 1; k < 31; k++) if (bytes[at + k] !== 0xff) return true;
  return false;
}

/** Encode a point in 32 bytes. */
export function encode(p: Limbs, o: number): Bytes {
  const inverse = new Float64Array(3 * LIMBS);
  powP58(inverse, 0, p, o + Z);
  for (let k = 0; k < 3; k++) sqr(inverse, 0, inverse, 0);
  sqr(inverse, LIMBS, p, o + Z);
  mul(inverse, LIMBS, inverse, LIMBS, p, o + Z);
  mul(inverse, 0, inverse, 0, inverse, LIMBS); // z^(p - 2) = (z^((p - 5) / 8))^8 z^3
  mul(inverse, LIMBS, p, o + Y, inverse, 0);
  mul(inverse, 2 * LIMBS, p, o + X, inverse, 0);
  const bytes = toLittleEndian(toBigInt(inverse, LIMBS), POINT_BYTES);
  if (isOdd(inverse, 2 * LIMBS)) bytes[POINT_BYTES - 1]! |= 0x80;
  return bytes;
}

