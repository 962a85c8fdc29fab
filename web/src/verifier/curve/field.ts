/**
 * Arithmetic modulo p = 2^255 - 19 in doubles, which are the fastest exact numbers that a browser
 * has without WebAssembly, and WebAssembly would need another policy.
 *
 * A number is twelve limbs, integers in doubles: limb k counts multiples of 2^ceil(21.25 k), as in
 * D. J. Bernstein, "Curve25519: new Diffie-Hellman speed records" (PKC 2006), section 4. Numbers
 * stand in arrays of limbs at an offset, so that a point is one stretch of an array.
 *
 * A *carried* number has limbs of at most 2^21 (limbs 0, 4 and 8) or 1.04 * 2^20 (the others) in
 * absolute value. `mul` and `sqr` give carried numbers. They are exact, each sum below 2^53 in
 * absolute value, if one factor is a sum or difference of at most c carried numbers and the other
 * of at most d, with c d <= 12. `add` and `sub` do not carry.
 *
 * All values here are public, so nothing runs in constant time.
 */

import { toLittleEndian } from '../bytes.js';

export type Limbs = Float64Array;

export const LIMBS = 12;

export const P = 2n ** 255n - 19n;

/** Bits below each limb. */
const SHIFTS = Array.from({ length: LIMBS + 1 }, (_, k) => Math.ceil(21.25 * k));

/** One more than the largest limb that is not negative. */
const RANGES = Float64Array.from({ length: LIMBS }, (_, k) => 2 ** (SHIFTS[k + 1]! - SHIFTS[k]!));

/** Adding and subtracting one of these rounds a double to a multiple of 2^21 or 2^22. */
const ROUND_21 = 3 * 2 ** 72;
const ROUND_22 = 3 * 2 ** 73;
/** What a carry is worth in the next limb; the last limb's goes to the first, 19 times. */
const DOWN_21 = 2 ** -21;
const DOWN_22 = 2 ** -22;
const WRAP_21 = 19 * 2 ** -21;

export function add(
  out: Limbs,
  o: number,
  a: Limbs,
  i: number,
  b: Limbs,
  j: number,
): void {
  for (let k = 0; k < LIMBS; k++) out[o + k] = a[i + k]! + b[j + k]!;
}

export function sub(
  out: Limbs,
  o: number,
  a: Limbs,
  i: number,
  b: Limbs,
  j: number,
): void {
  for (let k = 0; k < LIMBS; k++) out[o + k] = a[i + k]! - b[j + k]!;
}

/** Write a number that is not negative; the result is carried. */
export function fromBigInt(out: Limbs, o: number, number: bigint): void {
  fromBytes(out, o, toLittleEndian(number % P, 32), 0);
}

export function toBigInt(a: Limbs, i: number): bigint {
  let number = 0n;
  for (let k = LIMBS - 1; k >= 0; k--) {
    const width = SHIFTS[k + 1]! - SHIFTS[k]!;
    number = (number << BigInt(width)) + BigInt(a[i + k]!);
  }
  number %= P;
  return number < 0n ? number + P : number;
}

/** Read 255 bits, little-endian; the highest bit of the last byte is left out. */
export function fromBytes(out: Limbs, o: number, bytes: Uint8Array, at: number): void {
  for (let k = 0; k < LIMBS; k++) {
    const low = SHIFTS[k]!;
    const first = at + (low >>> 3);
    const word = // the last limb has three bytes left
      bytes[first]! |
      (bytes[first + 1]! << 8) |
      (bytes[first + 2]! << 16) |
      (k < LIMBS - 1 ? bytes[first + 3]! << 24 : 0);
    out[o + k] = (word >>> (low & 7)) & (RANGES[k]! - 1);
  }
  carry(out, o);
}

/** Bring limbs below 2^52 in absolute value into bounds. */
function carry(a: Limbs, i: number): void {
  for (let k = 0; k <= LIMBS; k++) {
    const at = k % LIMBS;
    const over = Math.round(a[i + at]! / RANGES[at]!);
    a[i + at]! -= over * RANGES[at]!;
    if (at === LIMBS - 1) a[i]! += 19 * over;
    else a[i + at + 1]! += over;
  }
}

const frozen = new Float64Array(LIMBS);

/** Whether two numbers are equal modulo p. */
export function equals(a: Limbs, i: number, b: Limbs, j: number): boolean {
  sub(frozen, 0, a, i, b, j);
  return isFrozenZero();
}

export function isZero(a: Limbs, i: number): boolean {
  for (let k = 0; k < LIMBS; k++) frozen[k] = a[i + k]!;
  return isFrozenZero();
}

function isFrozenZero(): boolean {
  freeze(frozen, 0);
  for (let k = 0; k < LIMBS; k++) if (frozen[k] !== 0) return false;
  return true;
}

/** The lowest bit of the number between 0 and p - 1. */
export function isOdd(a: Limbs, i: number): boolean {
  for (let k = 0; k < LIMBS; k++) frozen[k] = a[i + k]!;
  freeze(frozen, 0);
  return frozen[0]! % 2 === 1;
}

/** Write the one form of a number that is below p and has no negative limbs. */
function freeze(a: Limbs, i: number): void {
  carry(a, i);
  a[i]! += 19 * floor(a, i); // 2^255 is 19 modulo p
  a[i]! += 19 * floor(a, i); // now the number is from 0 to 2^255 - 1
  a[i]! += 19;
  if (floor(a, i) > 0) return; // it was at least p, and floor() has taken 2^255 away
  a[i]! -= 19;
  floor(a, i);
}

/** Carry upwards until all limbs are within their bits; return the multiple of 2^255 left out. */
function floor(a: Limbs, i: number): number {
  let up = 0;
  for (let k = 0; k < LIMBS; k++) {
    const limb = a[i + k]! + up;
    up = Math.floor(limb / RANGES[k]!);
    a[i + k] = limb - up * RANGES[k]!;
  }
  return up;
}

/** out = a^(2^n), for n of at least 1. */
function sqrTimes(out: Limbs, o: number, a: Limbs, i: number, n: number): void {
  sqr(out, o, a, i);
  for (let k = 1; k < n; k++) sqr(out, o, out, o);
}

/** out = a^((p - 5) / 8), the core of a square root (RFC 8032, section 5.1.3). */
export function powP58(out: Limbs, o: number, a: Limbs, i: number): void {
  const t = new Float64Array(3 * LIMBS);
  const [x, y, z] = [0, LIMBS, 2 * LIMBS];
  sqr(t, x, a, i); // 2
  sqrTimes(t, y, t, x, 2); // 8
  mul(t, y, a, i, t, y); // 9
  mul(t, x, t, x, t, y); // 11
  sqr(t, x, t, x); // 22
  mul(t, x, t, y, t, x); // 2^5 - 1
  sqrTimes(t, y, t, x, 5);
  mul(t, x, t, y, t, x); // 2^10 - 1
  sqrTimes(t, y, t, x, 10);
  mul(t, y, t, y, t, x); // 2^20 - 1
  sqrTimes(t, z, t, y, 20);
  mul(t, y, t, z, t, y); // 2^40 - 1
  sqrTimes(t, y, t, y, 10);
  mul(t, x, t, y, t, x); // 2^50 - 1
  sqrTimes(t, y, t, x, 50);
  mul(t, y, t, y, t, x); // 2^100 - 1
  sqrTimes(t, z, t, y, 100);
  mul(t, y, t, z, t, y); // 2^200 - 1
  sqrTimes(t, y, t, y, 50);
  mul(t, x, t, y, t, x); // 2^250 - 1
  sqrTimes(t, x, t, x, 2);
  mul(out, o, t, x, a, i); // 2^252 - 3
}

/** out = a b, carried. */
export function mul(out: Limbs, o: number, a: Limbs, i: number, b: Limbs, j: number): void {
  const a0 = a[i]!;
  const a1 = a[i + 1]!;
  const a2 = a[i + 2]!;
  const a3 = a[i + 3]!;
  const a4 = a[i + 4]!;
  const a5 = a[i + 5]!;
  const a6 = a[i + 6]!;
  const a7 = a[i + 7]!;
  const a8 = a[i + 8]!;
  const a9 = a[i + 9]!;
  const a10 = a[i + 10]!;
  const a11 = a[i + 11]!;
  const b0 = b[j]!;
  const b1 = b[j + 1]!;
  const b2 = b[j + 2]!;
  const b3 = b[j + 3]!;
  const b4 = b[j + 4]!;
  const b5 = b[j + 5]!;
  const b6 = b[j + 6]!;
  const b7 = b[j + 7]!;
  const b8 = b[j + 8]!;
  const b9 = b[j + 9]!;
  const b10 = b[j + 10]!;
  const b11 = b[j + 11]!;
  let r0 = a0 * b0 + 19 * (a4 * b8 + a8 * b4 + 2 * (a1 * b11 + a2 * b10 + a3 * b9 + a5 * b7 + a6 *
    b6 + a7 * b5 + a9 * b3 + a10 * b2 + a11 * b1));
  let r1 = a0 * b1 + a1 * b0 + 19 * (a2 * b11 + a3 * b10 + a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 +
    a8 * b5 + a9 * b4 + a10 * b3 + a11 * b2);
  let r2 = a0 * b2 + a2 * b0 + 2 * a1 * b1 + 19 * (a3 * b11 + a4 * b10 + a6 * b8 + a7 * b7 + a8 *
    b6 + a10 * b4 + a11 * b3 + 2 * (a5 * b9 + a9 * b5));
  let r3 = a0 * b3 + a3 * b0 + 2 * (a1 * b2 + a2 * b1) + 19 * (a4 * b11 + a7 * b8 + a8 * b7 + a11
    * b4 + 2 * (a5 * b10 + a6 * b9 + a9 * b6 + a10 * b5));
  let r4 = a0 * b4 + a4 * b0 + 2 * (a1 * b3 + a2 * b2 + a3 * b1) + 19 * (a8 * b8 + 2 * (a5 * b11 +
    a6 * b10 + a7 * b9 + a9 * b7 + a10 * b6 + a11 * b5));
  let r5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + 19 * (a6 * b11 + a7 * b10 +
    a8 * b9 + a9 * b8 + a10 * b7 + a11 * b6);
  let r6 = a0 * b6 + a2 * b4 + a3 * b3 + a4 * b2 + a6 * b0 + 2 * (a1 * b5 + a5 * b1) + 19 * (a7 *
    b11 + a8 * b10 + a10 * b8 + a11 * b7 + 2 * a9 * b9);
  let r7 = a0 * b7 + a3 * b4 + a4 * b3 + a7 * b0 + 2 * (a1 * b6 + a2 * b5 + a5 * b2 + a6 * b1) +
    19 * (a8 * b11 + a11 * b8 + 2 * (a9 * b10 + a10 * b9));
  let r8 = a0 * b8 + a4 * b4 + a8 * b0 + 2 * (a1 * b7 + a2 * b6 + a3 * b5 + a5 * b3 + a6 * b2 + a7
    * b1) + 19 * (2 * (a9 * b11 + a10 * b10 + a11 * b9));
  let r9 = a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1
    + a9 * b0 + 19 * (a10 * b11 + a11 * b10);
  let r10 = a0 * b10 + a2 * b8 + a3 * b7 + a4 * b6 + a6 * b4 + a7 * b3 + a8 * b2 + a10 * b0 + 2 *
    (a1 * b9 + a5 * b5 + a9 * b1) + 19 * (a11 * b11);
  let r11 = a0 * b11 + a3 * b8 + a4 * b7 + a7 * b4 + a8 * b3 + a11 * b0 + 2 * (a1 * b10 + a2 * b9
    + a5 * b6 + a6 * b5 + a9 * b2 + a10 * b1);
  let t: number;
  t = r0 + ROUND_22 - ROUND_22;
  r0 -= t;
  r1 += t * DOWN_22;
  t = r6 + ROUND_21 - ROUND_21;
  r6 -= t;
  r7 += t * DOWN_21;
  t = r1 + ROUND_21 - ROUND_21;
  r1 -= t;
  r2 += t * DOWN_21;
  t = r7 + ROUND_21 - ROUND_21;
  r7 -= t;
  r8 += t * DOWN_21;
  t = r2 + ROUND_21 - ROUND_21;
  r2 -= t;
  r3 += t * DOWN_21;
  t = r8 + ROUND_22 - ROUND_22;
  r8 -= t;
  r9 += t * DOWN_22;
  t = r3 + ROUND_21 - ROUND_21;
  r3 -= t;
  r4 += t * DOWN_21;
  t = r9 + ROUND_21 - ROUND_21;
  r9 -= t;
  r10 += t * DOWN_21;
  t = r4 + ROUND_22 - ROUND_22;
  r4 -= t;
  r5 += t * DOWN_22;
  t = r10 + ROUND_21 - ROUND_21;
  r10 -= t;
  r11 += t * DOWN_21;
  t = r5 + ROUND_21 - ROUND_21;
  r5 -= t;
  r6 += t * DOWN_21;
  t = r11 + ROUND_21 - ROUND_21;
  r11 -= t;
  r0 += t * WRAP_21;
  t = r6 + ROUND_21 - ROUND_21;
  r6 -= t;
  r7 += t * DOWN_21;
  t = r0 + ROUND_22 - ROUND_22;
  r0 -= t;
  r1 += t * DOWN_22;
  out[o] = r0;
  out[o + 1] = r1;
  out[o + 2] = r2;
  out[o + 3] = r3;
  out[o + 4] = r4;
  out[o + 5] = r5;
  out[o + 6] = r6;
  out[o + 7] = r7;
  out[o + 8] = r8;
  out[o + 9] = r9;
  out[o + 10] = r10;
  out[o + 11] = r11;
}

/** out = a a, carried. */
export function sqr(out: Limbs, o: number, a: Limbs, i: number): void {
  const a0 = a[i]!;
  const a1 = a[i + 1]!;
  const a2 = a[i + 2]!;
  const a3 = a[i + 3]!;
  const a4 = a[i + 4]!;
  const a5 = a[i + 5]!;
  const a6 = a[i + 6]!;
  const a7 = a[i + 7]!;
  const a8 = a[i + 8]!;
  const a9 = a[i + 9]!;
  const a10 = a[i + 10]!;
  const a11 = a[i + 11]!;
  let r0 = a0 * a0 + 19 * (2 * (a4 * a8 + a6 * a6) + 4 * (a1 * a11 + a2 * a10 + a3 * a9 + a5 *
    a7));
  let r1 = 2 * a0 * a1 + 19 * (2 * (a2 * a11 + a3 * a10 + a4 * a9 + a5 * a8 + a6 * a7));
  let r2 = 2 * (a0 * a2 + a1 * a1) + 19 * (a7 * a7 + 2 * (a3 * a11 + a4 * a10 + a6 * a8) + 4 * a5
    * a9);
  let r3 = 2 * a0 * a3 + 4 * a1 * a2 + 19 * (2 * (a4 * a11 + a7 * a8) + 4 * (a5 * a10 + a6 * a9));
  let r4 = 2 * (a0 * a4 + a2 * a2) + 4 * a1 * a3 + 19 * (a8 * a8 + 4 * (a5 * a11 + a6 * a10 + a7 *
    a9));
  let r5 = 2 * (a0 * a5 + a1 * a4 + a2 * a3) + 19 * (2 * (a6 * a11 + a7 * a10 + a8 * a9));
  let r6 = a3 * a3 + 2 * (a0 * a6 + a2 * a4) + 4 * a1 * a5 + 19 * (2 * (a7 * a11 + a8 * a10 + a9 *
    a9));
  let r7 = 2 * (a0 * a7 + a3 * a4) + 4 * (a1 * a6 + a2 * a5) + 19 * (2 * a8 * a11 + 4 * a9 * a10);
  let r8 = a4 * a4 + 2 * a0 * a8 + 4 * (a1 * a7 + a2 * a6 + a3 * a5) + 19 * (2 * a10 * a10 + 4 *
    a9 * a11);
  let r9 = 2 * (a0 * a9 + a1 * a8 + a2 * a7 + a3 * a6 + a4 * a5) + 19 * (2 * a10 * a11);
  let r10 = 2 * (a0 * a10 + a2 * a8 + a3 * a7 + a4 * a6 + a5 * a5) + 4 * a1 * a9 + 19 * (a11 *
    a11);
  let r11 = 2 * (a0 * a11 + a3 * a8 + a4 * a7) + 4 * (a1 * a10 + a2 * a9 + a5 * a6);
  let t: number;
  t = r0 + ROUND_22 - ROUND_22;
  r0 -= t;
  r1 += t * DOWN_22;
  t = r6 + ROUND_21 - ROUND_21;
  r6 -= t;
  r7 += t * DOWN_21;
  t = r1 + ROUND_21 - ROUND_21;
  r1 -= t;
  r2 += t * DOWN_21;
  t = r7 + ROUND_21 - ROUND_21;
  r7 -= t;
  r8 += t * DOWN_21;
  t = r2 + ROUND_21 - ROUND_21;
  r2 -= t;
  r3 += t * DOWN_21;
  t = r8 + ROUND_22 - ROUND_22;
  r8 -= t;
  r9 += t * DOWN_22;
  t = r3 + ROUND_21 - ROUND_21;
  r3 -= t;
  r4 += t * DOWN_21;
  t = r9 + ROUND_21 - ROUND_21;
  r9 -= t;
  r10 += t * DOWN_21;
  t = r4 + ROUND_22 - ROUND_22;
  r4 -= t;
  r5 += t * DOWN_22;
  t = r10 + ROUND_21 - ROUND_21;
  r10 -= t;
  r11 += t * DOWN_21;
  t = r5 + ROUND_21 - ROUND_21;
  r5 -= t;
  r6 += t * DOWN_21;
  t = r11 + ROUND_21 - ROUND_21;
  r11 -= t;
  r0 += t * WRAP_21;
  t = r6 + ROUND_21 - ROUND_21;
  r6 -= t;
  r7 += t * DOWN_21;
  t = r0 + ROUND_22 - ROUND_22;
  r0 -= t;
  r1 += t * DOWN_22;
  out[o] = r0;
  out[o + 1] = r1;
  out[o + 2] = r2;
  out[o + 3] = r3;
  out[o + 4] = r4;
  out[o + 5] = r5;
  out[o + 6] = r6;
  out[o + 7] = r7;
  out[o + 8] = r8;
  out[o + 9] = r9;
  out[o + 10] = r10;
  out[o + 11] = r11;
}
