/** The member's side of enrolment (docs/spec.md, "Enrolment"). */

import { type Bytes, concat, equal, u64 } from '../../verifier/bytes.js';
import { membershipMessageStart } from '../../verifier/certificate.js';
import { H, identifier } from '../../verifier/hashing.js';
import type { RegisteredGroup } from '../../verifier/records/registered.js';
import { checkRsaKey } from '../../verifier/rsa.js';
import { quoted } from '../../verifier/text.js';
import { blind, finalize, prepare } from './blind.js';
import { encode } from './encode.js';
import { MemberError } from './errors.js';
import { decryptOnce, seal } from './hpke.js';
import { REQUEST_ID, SEAL_REQUEST, SEAL_RESPONSE, VOUCHER_TAG } from './labels.js';
import type { Primitives, Randomness } from './primitives.js';
import {
  EnrolmentPlea,
  EnrolmentRequest,
  type EnrolmentResponse,
  MembershipCertificate,
} from './records/enrolment.js';
import { MemberState, type Pending, type Use, groupIdOf } from './records/secrets.js';
import { showMinute } from './round.js';
import { readCode } from './typed_text.js';

const SEED_BYTES = 32;
const REPLY_KEY_BYTES = 32;
const PREFIX_BYTES = 32;
const VOUCHER_BYTES = 16;
const TAG_BYTES = 2;

/** Stands for a round in the use of a slot whose certificate was handed out. */
export const EXPORTED = new Uint8Array(32);

/** Return the registrar, from 0, and the voucher in a code. */
export function readVoucher(
  group: RegisteredGroup,
  groupId: Bytes,
  code: string,
): readonly [registrar: number, voucher: Bytes] {
  const [voucher, fits] = readTagged(code);
  const found = group.registrars.findIndex((_, registrar) => fits(groupId, registrar));
  if (found >= 0) return [found, voucher];
  throw new MemberError(
    'MismatchError',
    'this voucher is for another group',
    "use the group's file that came with the voucher, or ask the registrar",
  );
}

/** Return the voucher in a code, and whether its tag is that of a subject and number. */
export function readTagged(
  code: string,
): readonly [voucher: Bytes, fits: (subject: Bytes, number: number) => boolean] {
  const held = readCode(code, VOUCHER_BYTES + TAG_BYTES);
  const voucher = held.slice(0, VOUCHER_BYTES);
  const tag = held.subarray(VOUCHER_BYTES);
  const fits = (subject: Bytes, number: number) =>
    equal(H(VOUCHER_TAG, subject, u64(number), voucher).subarray(0, TAG_BYTES), tag);
  return [voucher, fits];
}

/** Return a new membership: a fresh seed for each slot, and no certificates. */
export function join(group: RegisteredGroup, randomness: Randomness): MemberState {
  const slots = group.registrars[0]!.slot_keys;
  return encode(MemberState, {
    group,
    seeds: slots.map(() => randomness(SEED_BYTES)),
    pending: [],
    endorsements: slots.map(() => []),
    uses: [],
  });
}

/**
 * Blind the membership key of every slot, and seal them with the voucher to a registrar.
 *
 * The same voucher again gives the same request; another one, the same blinded messages under a
 * new reply key, so that no registrar signs two keys of one member.
 */
export async function enrol(
  primitives: Primitives,
  state: MemberState,
  registrar: number,
  voucher: Bytes,
  minute: number,
  randomness: Randomness,
): Promise<{ readonly state: MemberState; readonly request: EnrolmentRequest }> {
  const { group } = state;
  checkEnrolment(group, minute);
  if (state.endorsements.some((row) => row.some(([number]) => number === registrar))) {
    throw new MemberError(
      'RefusedError',
      'this registrar certified your membership keys already',
      'nothing is left to do here; sign when a round opens',
    );
  }
  const waiting = state.pending.find(([number]) => number === registrar);
  if (waiting && equal(waiting[1], voucher)) return { state, request: waiting[3] };
  const [blinds, blinded] = waiting
    ? [waiting[4], waiting[5]]
    : blindAll(primitives, state, registrar, randomness);
  const replyKey = randomness(REPLY_KEY_BYTES);
  const plea = encode(EnrolmentPlea, { voucher, reply_key: replyKey, blinded });
  const groupId = groupIdOf(state);
  const info = H(SEAL_REQUEST, groupId, u64(registrar));
  const key = group.registrars[registrar]!.request_key;
  const sealed = await seal(primitives, key, info, plea.raw, randomness);
  const request = encode(EnrolmentRequest, { group_id: groupId, registrar, sealed });
  const others = state.pending.filter(([number]) => number !== registrar);
  const entry: Pending = [registrar, voucher, replyKey, request, blinds, blinded];
  return { state: encode(MemberState, { ...state, pending: [...others, entry] }), request };
}

function checkEnrolment({ enrol_opens, enrol_closes }: RegisteredGroup, minute: number): void {
  if (enrol_opens <= minute && minute < enrol_closes) return;
  throw new MemberError(
    'WindowError',
    `enrolment is open from ${showMinute(enrol_opens)} until ${showMinute(enrol_closes)}`,
    windowHint(minute, enrol_opens, 'it is over: ask the registrar for another group'),
  );
}

/** What to do outside of a window of time. */
export function windowHint(minute: number, opens: number, over: string): string {
  if (minute < opens) {
    return 'come back when it is open; if that time has come, check the clock here';
  }
  return `${over}; if that time has not come, check the clock here`;
}

function blindAll(
  primitives: Primitives,
  state: MemberState,
  registrar: number,
  randomness: Randomness,
): [blinds: Pending[4], blinded: Pending[5]] {
  const blinds: Pending[4] = [];
  const hidden: Pending[5] = [];
  everySeed(state).forEach((seed, i) => {
    const message = membershipMessage(state, i + 1, primitives.publicKey(seed));
    const prepared = prepare(message, randomness);
    const der = state.group.registrars[registrar]!.slot_keys[i]!;
    const { blinded, inverse } = blind(der, prepared, randomness);
    blinds.push([prepared.slice(0, PREFIX_BYTES), inverse]);
    hidden.push(blinded);
  });
  return [blinds, hidden];
}

function membershipMessage(state: MemberState, slot: number, key: Bytes): Bytes {
  return concat(membershipMessageStart(groupIdOf(state), slot), key);
}

/** The seeds of all slots: a registrar signs all keys in one answer. */
function everySeed({ seeds }: MemberState): Bytes[] {
  return seeds.map((seed) => {
    if (seed !== null) return seed;
    throw new MemberError(
      'RefusedError',
      'a key of this membership was forgotten, so no registrar can certify it any more',
      'sign with the slots that are left',
    );
  });
}

/** Unblind and verify a registrar's signatures: all of them, or none is kept. */
export async function finish(
  primitives: Primitives,
  state: MemberState,
  response: EnrolmentResponse,
): Promise<MemberState> {
  const { registrar, request_id, encrypted } = response;
  const waiting = state.pending.find(([number]) => number === registrar);
  if (waiting === undefined) {
    throw new MemberError(
      'RefusedError',
      'no request of this key file waits for this response',
      'it may have been finished before: look at what the key file holds',
    );
  }
  if (!equal(request_id, identifier(REQUEST_ID, waiting[3].raw))) {
    throw new MemberError(
      'MismatchError',
      'the response answers another request',
      'send your newest request again',
    );
  }
  const associated = H(SEAL_RESPONSE, response.group_id, u64(registrar), request_id);
  const joined = await decryptOnce(waiting[2], associated, encrypted);
  const hidden = cutSignatures(state.group, registrar, joined);
  const endorsements: MemberState['endorsements'] = [];
  for (const [i, seed] of everySeed(state).entries()) {
    const [prefix, inverse] = waiting[4][i]!;
    const message = membershipMessage(state, i + 1, primitives.publicKey(seed));
    const der = state.group.registrars[registrar]!.slot_keys[i]!;
    const signature = await finalize(der, concat(prefix, message), hidden[i]!, inverse);
    const row = [...state.endorsements[i]!, [registrar, prefix, signature] as const];
    endorsements.push(row.map(([...one]) => one).sort(([one], [other]) => one - other));
  }
  const pending = state.pending.filter(([number]) => number !== registrar);
  return encode(MemberState, { ...state, pending, endorsements });
}

/** Cut joined blind signatures, one a slot, as long as the registrar's slot keys say. */
function cutSignatures(group: RegisteredGroup, registrar: number, joined: Bytes): Bytes[] {
  const { name, slot_keys } = group.registrars[registrar]!;
  const sizes = slot_keys.map((der) => checkRsaKey(der).length);
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  if (joined.length !== whole) {
    throw new MemberError(
      'VerificationError',
      `registrar ${quoted(name)} answered with ${joined.length} bytes of signatures, not ${whole}`,
      'tell the registrar; your request is kept',
    );
  }
  let at = 0;
  return sizes.map((size) => joined.slice(at, (at += size)));
}

/** Return the certificate of a slot, whose key can be put on a roster; the slot is used up. */
export async function exportCertificate(
  primitives: Primitives,
  state: MemberState,
  slot: number,
): Promise<{ readonly state: MemberState; readonly certificate: MembershipCertificate }> {
  const { registrars } = state.group;
  const seed = state.seeds[slot - 1];
  const endorsements = state.endorsements[slot - 1] ?? [];
  if (!seed || endorsements.length === 0) {
    const what = `slot ${slot} has no certificate`;
    throw new MemberError('MissingError', what, 'finish enrolment first');
  }
  if (endorsements.length < registrars.length) {
    throw new MemberError(
      'ThresholdError',
      `${endorsements.length} of ${registrars.length} registrars endorsed a key`,
      'a roster counts only keys that every registrar endorsed: enrol with the others',
    );
  }
  const key = primitives.publicKey(seed);
  const spent: Use = [slot, EXPORTED, key, 'cosign', '', '', ''];
  const isSpent = (use: Use) => equal(use[1], EXPORTED) && use[0] === slot;
  if (state.uses.some((use) => use[0] === slot && !isSpent(use))) {
    throw new MemberError(
      'SlotError',
      `your key for slot ${slot} signed already: handing it out would name you`,
      'choose a slot that was not used',
    );
  }
  const group_id = groupIdOf(state);
  const certificate = encode(MembershipCertificate, { group_id, slot, key, endorsements });
  if (state.uses.some(isSpent)) return { state, certificate };
  return { state: encode(MemberState, { ...state, uses: [...state.uses, spent] }), certificate };
}
