/**
 * The proof that comes with a fresh key: its maker knows x and r with C = xB + rU.
 *
 * docs/spec.md, "Members' own keys". A published file does not hold it; whoever makes a roster
 * verifies it.
 */

import { utf8 } from './bytes.mjs';
import { must } from './not_valid.mjs';
import { B, decodePrimeOrderPoint, decodeScalar } from './points.mjs';
import { U, challenge } from './ring.mjs';

const LENGTH = 96;

/** Refuse a key without the knowledge of its secret. */
export function mustBePossessed(key, proof) {
  const C = decodePrimeOrderPoint(key);
  must(proof.length === LENGTH, 'a proof of possession has another length');
  const [e, s, sR] = [0, 32, 64].map((at) => decodeScalar(proof.subarray(at, at + 32)));
  const R = B.multiplyUnsafe(s).add(U().multiplyUnsafe(sR)).subtract(C.multiplyUnsafe(e));
  const expected = challenge({
    suite: utf8('edwards25519_XMD:SHA-512_ELL2_RO_'), C: key, R: R.toBytes(),
  }, 'cosign/v1/member-key-proof');
  must(e === expected, 'a proof of possession is not valid');
}
