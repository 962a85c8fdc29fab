/** Reading the files that members open: which they are, and what is in them. */

import { openArmor } from '../../verifier/armor.js';
import { type Bytes, startsWith } from '../../verifier/bytes.js';
import { isPage } from '../../verifier/container.js';
import { type Group, readGroup } from '../../verifier/group.js';
import { START_BYTES, foreignKind } from '../../verifier/kinds.js';
import { JOINT_MAGIC, MAGIC } from '../../verifier/published.js';
import { type RecordType, a, labelOf, nameOf } from '../../verifier/record.js';
import { RegisteredGroup } from '../../verifier/records/registered.js';
import { Roster } from '../../verifier/records/roster.js';
import { Round } from '../../verifier/records/round.js';
import { Source, chunksOf } from '../../verifier/source.js';
import { MemberError, asMember } from './errors.js';
import { Collection } from './records/collection.js';
import { EnrolmentResponse } from './records/enrolment.js';
import { Mailbox } from './records/mailbox.js';
import { NameAttestation } from './records/names.js';
import { Invitation } from './records/sealed.js';
import { VaultFile } from './records/secrets.js';
import { type MemberRound, readRound } from './round.js';
import { verifyMailbox } from './stamping.js';

/** What a file holds, verified as far as it can be by itself. */
export type Content =
  | { readonly kind: 'group'; readonly group: Group; readonly registered: RegisteredGroup | null }
  | { readonly kind: 'round'; readonly round: MemberRound }
  | { readonly kind: 'invitation'; readonly invitation: Invitation }
  | { readonly kind: 'keys'; readonly file: VaultFile }
  | { readonly kind: 'answer'; readonly response: EnrolmentResponse }
  | { readonly kind: 'collection'; readonly collection: Collection }
  | { readonly kind: 'attestation'; readonly attestation: NameAttestation }
  | { readonly kind: 'mailbox'; readonly mailbox: Mailbox }
  | { readonly kind: 'letter'; readonly file: Blob };

const TYPES: readonly RecordType<unknown>[] = [
  RegisteredGroup,
  Roster,
  Round,
  Invitation,
  VaultFile,
  EnrolmentResponse,
  Collection,
  NameAttestation,
  Mailbox,
];

/** Read a file of any kind that members have. */
export function readFile(file: Blob): Promise<Content> {
  return asMember(async () => {
    const source = new Source(chunksOf(file));
    try {
      if (isPage(await source.peek(START_BYTES))) return { kind: 'letter', file };
      const opened = await openArmor(source);
      const start = await opened.peek(START_BYTES);
      if ([MAGIC, JOINT_MAGIC].some((magic) => startsWith(start, magic))) {
        return { kind: 'letter', file };
      }
      const label = labelOf(start);
      const type = TYPES.find((one) => one.label === label);
      if (type === undefined) throw otherFile(start, label);
      return await readContent(type, await opened.take(type.mostBytes + 1));
    } finally {
      await source.close();
    }
  });
}

async function readContent(type: RecordType<unknown>, raw: Bytes): Promise<Content> {
  switch (type) {
    case RegisteredGroup:
      return { kind: 'group', group: readGroup(raw), registered: RegisteredGroup.read(raw) };
    case Roster: {
      const group = readGroup(raw);
      await group.verify([]); // its publishers' signatures
      return { kind: 'group', group, registered: null };
    }
    case Round:
      return { kind: 'round', round: await readRound(raw) };
    case Invitation:
      return { kind: 'invitation', invitation: Invitation.read(raw) };
    case VaultFile:
      return { kind: 'keys', file: VaultFile.read(raw) };
    case EnrolmentResponse:
      return { kind: 'answer', response: EnrolmentResponse.read(raw) };
    case Collection:
      return { kind: 'collection', collection: Collection.read(raw) };
    case NameAttestation:
      return { kind: 'attestation', attestation: NameAttestation.read(raw) };
    default: {
      const mailbox = Mailbox.read(raw);
      await verifyMailbox(mailbox);
      return { kind: 'mailbox', mailbox };
    }
  }
}

function otherFile(start: Bytes, label: string | null): MemberError {
  const hint = 'choose a group, a round, an invitation, an answer, a mailbox, a letter or your keys';
  if (label !== null) {
    return new MemberError('MismatchError', `this is ${a(nameOf(label))}`, hint);
  }
  const kind = foreignKind(start);
  const what = `not a record of this tool${kind ? `, but ${kind.name}` : ''}`;
  return new MemberError('MalformedError', what, kind?.hint ?? hint);
}
