/** Member keys C = xB + rU and their secrets (docs/spec.md, "Members' own keys"). */

import { type Bytes, concat, toLittleEndian } from '../../verifier/bytes.js';
import { encode as encodePoint } from '../../verifier/curve/points.js';
import { isScalar } from '../../verifier/curve/scalars.js';
import { memberKeyGenerator } from '../../verifier/hash_to_curve.js';
import { SUITE, challengeOf } from '../../verifier/ring_proof.js';
import { encode } from './encode.js';
import { MemberError } from './errors.js';
import { MEMBER_KEY_PROOF } from './labels.js';
import { hedgedNonces } from './nonces.js';
import type { Points, Primitives, Randomness, Scalars } from './primitives.js';
import { MemberKey } from './records/sealed.js';
import { sha512 } from './sha2.js';

const SCALAR_BYTES = 32;
const WIDE_BYTES = 64;

/** The secret of a member key; r is zero for an Ed25519 key. */
export interface MemberSecret {
  readonly x: Bytes;
  readonly r: Bytes;
  readonly kind: 'fresh' | 'ssh';
}

/** Arithmetic on the curve, which a roster needs. */
export interface Curve {
  readonly scalars: Scalars;
  readonly points: Points;
}

/** Return the arithmetic of rosters; refuse where there is none. */
export function curveOf({ scalars, points }: Primitives): Curve {
  if (points !== null) return { scalars, points };
  throw new MemberError(
    'RefusedError',
    'this browser has no WebAssembly, so nothing can be made for a roster here',
    'use another browser, or Tor Browser on the level Standard, or the command line',
  );
}

/** Draw the secret of a fresh key: two scalars that are not zero, from 64 bytes each. */
export function drawSecret(scalars: Scalars, randomness: Randomness): MemberSecret {
  return { x: drawScalar(scalars, randomness), r: drawScalar(scalars, randomness), kind: 'fresh' };
}

function drawScalar(scalars: Scalars, randomness: Randomness): Bytes {
  for (;;) {
    const scalar = scalars.reduce(randomness(WIDE_BYTES));
    if (!isZero(scalar)) return scalar;
  }
}

function isZero(scalar: Bytes): boolean {
  return scalar.every((byte) => byte === 0);
}

/** Read x and r of a fresh key, 64 bytes. */
export function freshSecret(secret: Bytes): MemberSecret {
  const x = secret.slice(0, SCALAR_BYTES);
  const r = secret.slice(SCALAR_BYTES);
  if ([x, r].some((scalar) => isZero(scalar) || !isScalar(scalar))) {
    throw new MemberError(
      'MalformedError',
      'the secret of a membership key is damaged',
      'load a copy of the key file, or make a new key',
    );
  }
  return { x, r, kind: 'fresh' };
}

/** Return the secret of an Ed25519 key (RFC 8032, section 5.1.5), whose r is zero. */
export function seedSecret(scalars: Scalars, seed: Bytes): MemberSecret {
  const clamped = sha512(seed).slice(0, SCALAR_BYTES);
  clamped[0]! &= 0xf8;
  clamped[31] = (clamped[31]! & 0x7f) | 0x40;
  const x = scalars.reduce(concat(clamped, new Uint8Array(SCALAR_BYTES)));
  return { x, r: new Uint8Array(SCALAR_BYTES), kind: 'ssh' };
}

/** x, then r: 64 bytes. */
export function secretBytes({ x, r }: MemberSecret): Bytes {
  return concat(x, r);
}

let generator: Bytes | undefined;

/** xB + rU, 32 bytes. */
export function commit({ points }: Curve, x: Bytes, r: Bytes): Bytes {
  generator ??= encodePoint(memberKeyGenerator(), 0);
  return points.add(points.multiplyBase(x), points.multiply(r, generator));
}

export function publicKeyOf(curve: Curve, { x, r }: MemberSecret): Bytes {
  return commit(curve, x, r);
}

/** nonce + challenge * secret. */
export function respond(scalars: Scalars, nonce: Bytes, challenge: Bytes, secret: Bytes): Bytes {
  return scalars.add(nonce, scalars.multiply(challenge, secret));
}

/** Return the public record of a fresh key, which proves that its maker knows x and r. */
export function makeMemberKey(
  curve: Curve,
  secret: MemberSecret,
  randomness: Randomness,
): MemberKey {
  const { scalars } = curve;
  const key = publicKeyOf(curve, secret);
  const nonce = hedgedNonces(scalars, MEMBER_KEY_PROOF, secretBytes(secret), [key], randomness);
  const [k, kR] = [nonce(), nonce()];
  const e = scalarOf(
    challengeOf(MEMBER_KEY_PROOF, [
      ['suite', SUITE],
      ['C', key],
      ['R', commit(curve, k, kR)],
    ]),
  );
  const responses = [respond(scalars, k, e, secret.x), respond(scalars, kR, e, secret.r)];
  return encode(MemberKey, { key, proof: concat(e, ...responses) });
}

/** The bytes of a challenge, which is public. */
export function scalarOf(challenge: bigint): Bytes {
  return toLittleEndian(challenge, SCALAR_BYTES);
}
