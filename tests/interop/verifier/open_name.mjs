/**
 * The consent of a person on a roster to their name: "the tag and this listed key are mine".
 *
 * docs/spec.md, "Open names". That the key is on the roster is checked elsewhere.
 */

import { utf8 } from './bytes.mjs';
import { must } from './not_valid.mjs';
import { B, decodePrimeOrderPoint, decodeScalar } from './points.mjs';
import { U, challenge, tagBase } from './ring.mjs';

/** Who made the tag also knows the secret of the key, and agreed to exactly this name and role. */
export function mustBeWanted({ statement, name, role, key, consent }, tag, roundId) {
  const [T, C] = [tag, key].map(decodePrimeOrderPoint);
  const Q = tagBase(roundId);
  const [c, z, zR] = [0, 32, 64].map((at) => decodeScalar(consent.subarray(at, at + 32)));
  const R = Q.multiplyUnsafe(z).subtract(T.multiplyUnsafe(c));
  const S = B.multiplyUnsafe(z).add(U().multiplyUnsafe(zR)).subtract(C.multiplyUnsafe(c));
  const expected = challenge({
    suite: utf8('edwards25519_XMD:SHA-512_ELL2_RO_'),
    round: roundId,
    Q: Q.toBytes(),
    T: tag,
    C: key,
    statement: utf8(statement),
    name: utf8(name),
    role: utf8(role),
    R: R.toBytes(),
    S: S.toBytes(),
  }, 'cosign/v1/open-proof');
  must(c === expected, 'a person on the roster did not agree to the name');
}
