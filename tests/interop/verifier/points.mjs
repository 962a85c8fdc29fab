/**
 * The group of edwards25519: points, scalars, Ed25519 signatures, hash to curve.
 *
 * docs/spec.md, "Group", "Signatures", "Hash to curve".
 */

import { ed25519, ed25519_hasher } from '@noble/curves/ed25519.js';
import { pippenger } from '@noble/curves/abstract/curve.js';
import { bytesToNumberLE } from '@noble/curves/utils.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { concatBytes, equalBytes, utf8 } from './bytes.mjs';
import { H } from './hashing.mjs';
import { NotValid, must } from './not_valid.mjs';

const { Point } = ed25519;
export const B = Point.BASE;
/** ℓ, the prime order of the group. */
export const ORDER = Point.Fn.ORDER;

/** The remainder modulo ℓ that is not negative. */
export const modOrder = (number) => Point.Fn.create(number);

/** A point of the curve, of whatever order, from its one encoding. */
export function decodePoint(bytes) {
  try {
    return Point.fromBytes(bytes); // refuses y ≥ p, and the sign bit where x = 0
  } catch {
    throw new NotValid('not the encoding of a point');
  }
}

/** A point of order ℓ. */
export function decodePrimeOrderPoint(bytes) {
  const point = decodePoint(bytes);
  must(!point.is0() && point.isTorsionFree(), 'a point is not of prime order');
  return point;
}

export function decodeScalar(bytes) {
  const scalar = bytesToNumberLE(bytes);
  must(scalar < ORDER, 'a scalar is not below the order');
  return scalar;
}

/** Whether Σ scalarᵢ · pointᵢ has small order: times eight, it is the identity. */
export function sumVanishes(points, scalars) {
  return pippenger(Point, points, scalars).clearCofactor().is0();
}

/** hash_to_curve of RFC 9380, suite edwards25519_XMD:SHA-512_ELL2_RO_, with a label as its tag. */
export function hashToGroup(label, message) {
  return ed25519_hasher.hashToCurve(message, { DST: utf8(label) });
}

/** Ed25519 over H(label, parts). */
export function mustBeSigned(key, signature, label, ...parts) {
  mustBeEd25519(key, signature, H(label, ...parts));
}

/**
 * Ed25519 by the five rules of "Signatures".
 *
 * An R that is no canonical encoding differs from that of SB − hA, so rules 4 and 5 are about this
 * point alone.
 */
export function mustBeEd25519(key, signature, message) {
  const R = signature.subarray(0, 32);
  const S = decodeScalar(signature.subarray(32));
  const A = decodePoint(key);
  const h = modOrder(bytesToNumberLE(sha512(concatBytes(R, key, message))));
  const expected = B.multiplyUnsafe(S).subtract(A.multiplyUnsafe(h));
  must(!A.isSmallOrder() && !expected.isSmallOrder(), 'a key or an R has small order');
  must(equalBytes(expected.toBytes(), R), 'a signature is not valid');
}
