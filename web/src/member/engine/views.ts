/** Groups, rounds and keys as plain facts for a page. */

import { type Bytes, equal, hex } from '../../verifier/bytes.js';
import type { Group } from '../../verifier/group.js';
import { fingerprint, identifier } from '../../verifier/hashing.js';
import { phrase, someOf } from '../../verifier/phrases.js';
import type { RegisteredGroup } from '../../verifier/records/registered.js';
import { hiddenCharacters } from '../../page/hidden.js';
import { collectionIdOf } from './delivering.js';
import type {
  CollectionView,
  GroupView,
  KeysView,
  MembershipView,
  Opened,
  OwnCosignature,
  RegistrarView,
  RoundView,
  SlotView,
} from './interface.js';
import type { Content } from './files.js';
import type { Found } from './finding.js';
import type { Keys } from './key_file.js';
import { REQUEST_ID } from './labels.js';
import { type MemberState, groupIdOf } from './records/secrets.js';
import type { MemberRound } from './round.js';
import type { Collection } from './records/collection.js';
import { collectionAddress, registrarAddress, roundAddress } from './stamping.js';

/** @param registered the record of a registered group. */
export function groupView(group: Group, registered: RegisteredGroup | null): GroupView {
  const { role, who, threshold, of, basis } = group.vouchedBy;
  const registrars = registered?.registrars ?? [];
  return {
    type: group.kind,
    name: group.name,
    fingerprint: fingerprint(group.groupId),
    vouchedBy: { role, who, threshold, of },
    basis,
    registrars: registrars.map((_, number) => registrarView(registered!, group.groupId, number)),
    slots: registrars[0]?.slot_keys.length ?? 0,
    enrolment:
      registered && { opens: registered.enrol_opens, closes: registered.enrol_closes },
    keys: group.keyKinds,
    anonymity: anonymity(group),
  };
}

/** @param number of the registrar, from 0. */
export function registrarView(
  group: RegisteredGroup,
  groupId: Bytes,
  number: number,
): RegistrarView {
  const address = hex(registrarAddress(group, groupId, number));
  return { number: number + 1, name: group.registrars[number]!.name, address };
}

/** For how long members are hidden, among which keys, and from whom. */
function anonymity({ anonymity: kind, keyKinds: kinds }: Group): string {
  const hidden = phrase(`anonymity.hidden.${kind}`);
  if (kinds === null) return phrase('anonymity.of_group', { kind: phrase(`anonymity.kind.${kind}`), hidden });
  const fresh = phrase('anonymity.fresh', { count: kinds.fresh });
  const ssh = phrase('count.ssh_key', { count: kinds.ssh });
  const among = {
    everlasting: fresh,
    mixed: phrase('anonymity.fresh_and_ssh', { fresh, ssh }),
    computational: phrase('anonymity.kind.computational'),
  }[kind];
  return phrase('anonymity.of_keys', { kind: among, hidden });
}

export function roundView(verified: MemberRound): RoundView {
  const { round, roundId, group, letter, registered } = verified;
  const { terms } = round;
  const { trustees, threshold } = terms;
  return {
    title: terms.title,
    letter,
    bytes: round.letter.length,
    fingerprint: fingerprint(roundId),
    group: groupView(group, registered),
    slot: terms.slot,
    opens: terms.opens,
    closes: terms.closes,
    trustees: trustees.map(({ name }) => name),
    threshold,
    openedBy: someOf(threshold, trustees.length, 'trustee'),
    quorum: terms.quorum,
    minSet: terms.min_set,
    hidden: hiddenCharacters(letter),
    address: hex(roundAddress(roundId, terms)),
  };
}

/** Warnings of trustees who do not protect the signer. */
export function trusteeWarnings({ round: { terms } }: MemberRound): string[] {
  const own = terms.trustees.some((one) => equal(one.sealing_key, terms.organizer_sealing_key));
  if (own && terms.threshold === 1) {
    return ['the organizer can open the envelopes alone, even before the round closes'];
  }
  return own ? ['the organizer is one of the trustees'] : [];
}

export function keysView({ memberships, keys }: Keys): KeysView {
  return {
    memberships: memberships.map(membershipView),
    keys: keys.map(({ key, secret, uses }) => ({
      key: hex(key),
      forgotten: secret === null,
      uses: uses.length,
    })),
  };
}

function membershipView(state: MemberState): MembershipView {
  const { group, pending, endorsements } = state;
  const groupId = groupIdOf(state);
  const certified = endorsements[0]!.map(([registrar]) => group.registrars[registrar]!.name);
  return {
    group: group.name,
    fingerprint: fingerprint(groupId),
    certifiedBy: certified,
    waitingFor: pending.map(([registrar, , , request]) => ({
      registrar: registrarView(group, groupId, registrar),
      id: hex(identifier(REQUEST_ID, request.raw)),
    })),
    missing: Math.max(0, group.threshold - certified.length),
    slots: state.seeds.map((_, i) => slotView(state, i + 1)),
  };
}

function slotView({ group, seeds, endorsements, uses }: MemberState, slot: number): SlotView {
  if (seeds[slot - 1] === null) return { slot, state: 'forgotten' };
  if (uses.some(([used]) => used === slot)) return { slot, state: 'used' };
  const certified = endorsements[slot - 1]!.length >= group.threshold;
  return { slot, state: certified ? 'certified' : 'not certified' };
}

/** `'Staff': certified by 1 registrar; ready to sign`. */
export function enrolmentLine(state: MemberState): string {
  const { group, certifiedBy, missing } = membershipView(state);
  const by = certifiedBy.length === 1 ? '1 registrar' : `${certifiedBy.length} registrars`;
  const next = missing === 0 ? 'ready to sign' : `enrol with ${missing} more`;
  return `'${group}': certified by ${by}; ${next}`;
}

export function collectionView(collection: Collection): CollectionView {
  const { name, purpose, publisher, closes } = collection;
  const id = collectionIdOf(collection);
  return {
    name,
    purpose,
    publisher: publisher.name,
    fingerprint: fingerprint(id),
    closes,
    address: hex(collectionAddress(collection, id)),
  };
}

/** A file that was opened, as plain facts. */
export function openedView(content: Content): Opened {
  switch (content.kind) {
    case 'group':
      return { kind: 'group', group: groupView(content.group, content.registered) };
    case 'round':
      return { kind: 'round', round: roundView(content.round) };
    case 'collection':
      return { kind: 'collection', collection: collectionView(content.collection) };
    case 'attestation': {
      const { registrar, name, role } = content.attestation;
      return { kind: 'attestation', registrar: registrar + 1, name, role };
    }
    case 'answer': {
      const { group_id, registrar } = content.response;
      return { kind: 'answer', group: fingerprint(group_id), registrar: registrar + 1 };
    }
    case 'mailbox': {
      const { kind, subject } = content.mailbox.terms;
      return { kind: 'mailbox', of: kind, fingerprint: fingerprint(subject) };
    }
    default:
      return { kind: content.kind };
  }
}

/**
 * A cosignature that counts in a letter.
 *
 * @param openly the key file says that it was signed by name.
 */
export function ownView(
  { group, roundId }: MemberRound,
  { statement, name, conflict }: Found,
  joint: boolean,
  openly: boolean,
): OwnCosignature {
  const called = [name?.name, name?.role].filter(Boolean).map((word) => `'${word}'`);
  const how = name === null ? 'anonymously' : `openly, as ${called.join(', ')}`;
  const where = joint ? `, among those of '${group.name}'` : '';
  const said = statement === '' ? '' : `, with the statement '${statement}'`;
  const nameLeftOut = openly && name === null && !conflict;
  const but = nameLeftOut
    ? '; you signed openly, and your name is not there: ask the organizer to add it'
    : '';
  const line = conflict
    ? `your cosignature is in this file${where}, several times, with statements or names that differ: ` +
      'where they are of one key, it counts once and reports show none of them'
    : `your cosignature is in this file, ${how}${where}${said}${but}`;
  return { statement, name, conflict, nameLeftOut, round: fingerprint(roundId), group: group.name, line };
}
