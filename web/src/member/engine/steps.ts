/** Steps that change keys: each takes the keys as they are, and returns what waits in the session. */

import { type Bytes, equal, hex } from '../../verifier/bytes.js';
import { randomBytes } from '../../verifier/curve/random.js';
import { fingerprint, identifier } from '../../verifier/hashing.js';
import { type Credential, findCredential } from './credentials.js';
import { collectionIdOf, deliverKey } from './delivering.js';
import { encode, pack } from './encode.js';
import { enrol, exportCertificate, finish, join, readVoucher } from './enrolment.js';
import { MemberError } from './errors.js';
import type { Content } from './files.js';
import type { Progress } from './interface.js';
import { type Keys, withKey, withMembership } from './key_file.js';
import { REQUEST_ID } from './labels.js';
import { curveOf, drawSecret, makeMemberKey, secretBytes } from './member_secret.js';
import type { Primitives } from './primitives.js';
import type { Collection } from './records/collection.js';
import type { EnrolmentResponse } from './records/enrolment.js';
import type { NameAttestation } from './records/names.js';
import { MemberKeySecrets, MemberState, type Use, groupIdOf } from './records/secrets.js';
import type { MemberRound } from './round.js';
import type { Step } from './session.js';
import { type Wish, checkSigning, makeEnvelope, tagOf } from './signing.js';
import { collectionAddress, registrarAddress, roundAddress } from './stamping.js';
import { writeCode } from './typed_text.js';
import { collectionView, enrolmentLine, groupView, registrarView } from './views.js';
import { REPLACES, noMembership } from './words.js';

export const RECEIPT = 'cosign-receipt-';

export async function enrolStep(
  primitives: Primitives,
  keys: Keys,
  { group, registered }: Extract<Content, { kind: 'group' }>,
  code: string,
  minute: number,
): Promise<Step> {
  if (registered === null) {
    const hint = 'make a key for it, and give it to the person who publishes the roster';
    throw new MemberError('RefusedError', 'nobody enrols in a roster', hint);
  }
  const { groupId } = group;
  const [registrar, voucher] = readVoucher(registered, groupId, code);
  const held = membershipOf(keys, groupId) ?? join(registered, randomBytes);
  const made = await enrol(primitives, held, registrar, voucher, minute, randomBytes);
  const { raw } = made.request;
  const replaces = held.pending.some((row) => !made.state.pending.includes(row));
  const address = registrarAddress(registered, groupId, registrar);
  return {
    keys: withMembership(keys, made.state),
    notes: replaces ? [REPLACES] : [],
    outgoing: { kind: 'request', raw, address, hiddenUntil: 0 },
    released: {
      kind: 'request',
      record: raw,
      registrar: registrarView(registered, groupId, registrar),
      group: groupView(group, registered),
      id: hex(identifier(REQUEST_ID, raw)),
    },
  };
}

export async function finishStep(
  primitives: Primitives,
  keys: Keys,
  response: EnrolmentResponse,
): Promise<Step> {
  const held = membershipOf(keys, response.group_id);
  if (held === undefined) throw noMembership();
  const state = await finish(primitives, held, response);
  const line = enrolmentLine(state);
  return { keys: withMembership(keys, state), released: { kind: 'done', line } };
}

export function memberKeyStep(primitives: Primitives, keys: Keys): Step {
  const curve = curveOf(primitives);
  const secret = drawSecret(curve.scalars, randomBytes);
  const { key, raw } = makeMemberKey(curve, secret, randomBytes);
  const held = encode(MemberKeySecrets, { key, secret: secretBytes(secret), uses: [] });
  return {
    keys: withKey(keys, held),
    released: { kind: 'memberKey', record: raw, key: hex(key) },
  };
}

export async function deliverStep(
  primitives: Primitives,
  keys: Keys,
  collection: Collection,
  code: string,
  minute: number,
): Promise<Step> {
  const made = await deliverKey(primitives, keys, collection, code, minute, randomBytes);
  const { raw } = made.delivery;
  const address = collectionAddress(collection, collectionIdOf(collection));
  return {
    keys: made.keys,
    outgoing: { kind: 'delivery', raw, address, hiddenUntil: 0 },
    released: {
      kind: 'delivery',
      record: raw,
      key: hex(made.key),
      collection: collectionView(collection),
      address: hex(address),
    },
  };
}

/** @param digits the fingerprint of the group. */
export async function certificateStep(
  primitives: Primitives,
  keys: Keys,
  digits: string,
  slot: number,
): Promise<Step> {
  const held = membershipNamed(keys, digits);
  const { state, certificate } = await exportCertificate(primitives, held, slot);
  return {
    keys: withMembership(keys, state),
    released: { kind: 'certificate', record: certificate.raw, slot },
  };
}

export async function signStep(
  primitives: Primitives,
  keys: Keys,
  round: MemberRound,
  wish: Wish,
  attested: readonly NameAttestation[],
  onProgress: Progress,
): Promise<Step> {
  const held = findCredential(primitives, keys, round);
  const tag = tagOf(primitives, round, held, randomBytes);
  const use = checkSigning(round, held, tag, wish);
  const { raw } = await makeEnvelope(
    primitives,
    round,
    held,
    wish,
    attested,
    randomBytes,
    onProgress,
  );
  const { terms } = round.round;
  const address = roundAddress(round.roundId, terms);
  return {
    keys: withUse(keys, held, use),
    outgoing: { kind: 'envelope', raw, address, hiddenUntil: terms.closes },
    released: {
      kind: 'envelope',
      record: raw,
      action: wish.action,
      receipt: writeCode(tag, RECEIPT),
      address: hex(address),
    },
  };
}

function membershipOf({ memberships }: Keys, groupId: Bytes): MemberState | undefined {
  return memberships.find((one) => equal(groupIdOf(one), groupId));
}

/** @param digits the fingerprint of the group. */
export function membershipNamed({ memberships }: Keys, digits: string): MemberState {
  const found = memberships.find((one) => fingerprint(groupIdOf(one)) === digits);
  if (found === undefined) throw noMembership();
  return found;
}

/** Return keys with a use of what signed, written down once. */
function withUse(keys: Keys, credential: Credential, use: Use): Keys {
  const held = credential.kind === 'certified' ? credential.state : credential.held;
  const packed = pack(use);
  if (held.uses.some((one) => equal(pack(one), packed))) return keys;
  const uses = [...held.uses, use];
  if ('key' in held) return withKey(keys, encode(MemberKeySecrets, { ...held, uses }));
  return withMembership(keys, encode(MemberState, { ...held, uses }));
}
