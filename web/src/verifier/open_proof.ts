/** Who made a tag owns a listed key, and wants a name (docs/spec.md, "Open names"). */

import { type Bytes, utf8 } from './bytes.js';
import type { Limbs } from './curve/field.js';
import { multiply } from './curve/multiply.js';
import { POINT, decode, encode, negate } from './curve/points.js';
import { BASE } from './ed25519.js';
import { OPEN_PROOF } from './labels.js';
import { tagOf } from './proof.js';
import type { OpenCosignature } from './records/published.js';
import { SUITE, challengeOf, decodeScalars } from './ring_proof.js';

/**
 * Whether the consent of an open name holds, for a tag and a key that are prime-order points.
 *
 * @param tagBase the point Q.
 * @param generator the point U.
 */
export function isWanted(
  { proof, statement, name, role, key, consent }: OpenCosignature & { readonly key: Bytes },
  roundId: Bytes,
  tagBase: Limbs,
  generator: Limbs,
): boolean {
  const scalars = decodeScalars(consent);
  if (scalars?.length !== 3) return false;
  const [c, z, zR] = scalars as [bigint, bigint, bigint];
  const T = tagOf(proof);
  const R = multiply([z, tagBase], [c, minus(T)]);
  const S = multiply([z, BASE], [zR, generator], [c, minus(key)]);
  const expected = challengeOf(OPEN_PROOF, [
    ['suite', SUITE],
    ['round', roundId],
    ['Q', encode(tagBase, 0)],
    ['T', T],
    ['C', key],
    ['statement', utf8(statement)],
    ['name', utf8(name)],
    ['role', utf8(role)],
    ['R', encode(R, 0)],
    ['S', encode(S, 0)],
  ]);
  return c === expected;
}

function minus(encoded: Bytes): Limbs {
  const point = new Float64Array(POINT);
  decode(point, 0, encoded, 0);
  negate(point, 0);
  return point;
}
