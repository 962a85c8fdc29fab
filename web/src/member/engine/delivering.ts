/** Handing in a key for a roster with a slip (docs/spec.md, "Collecting keys"). */

import { type Bytes, equal } from '../../verifier/bytes.js';
import { H, identifier } from '../../verifier/hashing.js';
import { quoted } from '../../verifier/text.js';
import { encode } from './encode.js';
import { readTagged } from './enrolment.js';
import { MemberError } from './errors.js';
import { seal } from './hpke.js';
import { type Keys, withHandedIn, withKey } from './key_file.js';
import { COLLECTION_ID, SEAL_DELIVERY } from './labels.js';
import { curveOf, drawSecret, freshSecret, makeMemberKey, secretBytes } from './member_secret.js';
import type { Primitives, Randomness } from './primitives.js';
import { type Collection, KeyDelivery, KeyPlea } from './records/collection.js';
import { MemberKeySecrets } from './records/secrets.js';
import { showMinute } from './round.js';

export function collectionIdOf({ raw }: Collection): Bytes {
  return identifier(COLLECTION_ID, raw);
}

/**
 * Seal a key and a slip's voucher to the publisher of a collection.
 *
 * A member has one key for a collection: handing in again seals the same one.
 */
export async function deliverKey(
  primitives: Primitives,
  held: Keys,
  collection: Collection,
  code: string,
  minute: number,
  randomness: Randomness,
): Promise<{ readonly keys: Keys; readonly delivery: KeyDelivery; readonly key: Bytes }> {
  const collectionId = collectionIdOf(collection);
  const [voucher, fits] = readTagged(code);
  if (!fits(collectionId, 0)) {
    throw new MemberError(
      'MismatchError',
      'this slip is for another collection of keys',
      "use the collection's file that came with the slip, or ask its publisher",
    );
  }
  checkOpen(collection, minute);
  const curve = curveOf(primitives);
  const before = keyFor(held, collectionId);
  const secret = before ?? drawSecret(curve.scalars, randomness);
  const memberKey = makeMemberKey(curve, secret, randomness);
  const { key } = memberKey;
  const plea = encode(KeyPlea, { voucher, member_key: memberKey });
  const info = H(SEAL_DELIVERY, collectionId);
  const sealed = await seal(primitives, collection.sealing_key, info, plea.raw, randomness);
  const delivery = encode(KeyDelivery, { collection_id: collectionId, sealed });
  if (before !== null) return { keys: held, delivery, key };
  const record = encode(MemberKeySecrets, { key, secret: secretBytes(secret), uses: [] });
  return { keys: withHandedIn(withKey(held, record), collectionId, key), delivery, key };
}

function checkOpen({ name, closes }: Collection, minute: number): void {
  if (minute < closes) return;
  throw new MemberError(
    'WindowError',
    `keys for ${quoted(name)} were collected until ${showMinute(closes)}`,
    'it is over: ask the publisher for another collection; if that time has not come, check the ' +
      'clock here',
  );
}

/** The secret of the key that was handed in for a collection; null if none was. */
function keyFor({ keys, handedIn }: Keys, collectionId: Bytes): ReturnType<typeof freshSecret> | null {
  const handed = handedIn.find(([one]) => equal(one, collectionId))?.[1];
  const secret = keys.find(({ key }) => handed !== undefined && equal(key, handed))?.secret;
  return secret ? freshSecret(secret) : null;
}
