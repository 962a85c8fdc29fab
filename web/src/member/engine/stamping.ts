/** Stamps and mailboxes: what a drop page takes (docs/spec.md, "Stamps", "Drop pages"). */

import { type Bytes, concat, equal, u64, utf8 } from '../../verifier/bytes.js';
import { isValidSignature } from '../../verifier/ed25519.js';
import { H, identifier } from '../../verifier/hashing.js';
import type { RegisteredGroup } from '../../verifier/records/registered.js';
import type { RoundTerms } from '../../verifier/records/round.js';
import { encode } from './encode.js';
import { MemberError } from './errors.js';
import type { Progress } from './interface.js';
import { DELIVERY_ID, ENVELOPE_ID, MAILBOX_ADDRESS, MAILBOX_SIGNATURE, RELAY_STAMP, REQUEST_ID } from './labels.js';
import type { Collection } from './records/collection.js';
import { type Mailbox, StampedRecord } from './records/mailbox.js';
import { showMinute } from './round.js';
import { sha512 } from './sha2.js';

const DAY_MINUTES = 1440;
const STAMP_BYTES = 8;
/** How many hashes are made before the engine lets others have their turn. */
const STEP = 2 ** 13;

/** The address of a round's mailbox, the same on every relay. */
export function roundAddress(roundId: Bytes, { organizer_key }: RoundTerms): Bytes {
  return address('round', roundId, 0, organizer_key);
}

/** The address of the mailbox of a registrar, by its number from 0. */
export function registrarAddress(
  { registrars }: RegisteredGroup,
  groupId: Bytes,
  registrar: number,
): Bytes {
  return address('registrar', groupId, registrar, registrars[registrar]!.identity_key);
}

/** The address of a collection's mailbox. */
export function collectionAddress({ publisher }: Collection, collectionId: Bytes): Bytes {
  return address('collection', collectionId, 0, publisher.identity_key);
}

function address(
  kind: Mailbox['terms']['kind'],
  subject: Bytes,
  registrar: number,
  owner: Bytes,
): Bytes {
  return H(MAILBOX_ADDRESS, utf8(kind), subject, u64(registrar), owner).subarray(0, 32);
}

/** Check that a mailbox is signed by its owner. */
export async function verifyMailbox({ terms, signature }: Mailbox): Promise<void> {
  const message = H(MAILBOX_SIGNATURE, terms.raw);
  if (await isValidSignature(terms.owner_key, signature, message)) return;
  throw new MemberError(
    'VerificationError',
    'a mailbox is not signed by its owner',
    'the relay or a proxy before it changed it; use another relay',
  );
}

/** A record that waits to be handed in. */
export interface Outgoing {
  readonly kind: 'request' | 'envelope' | 'delivery';
  readonly raw: Bytes;
  readonly address: Bytes;
  /** The minute before which the mailbox must not be listed; 0 for any. */
  readonly hiddenUntil: number;
}

const IDENTIFIERS = { envelope: ENVELOPE_ID, request: REQUEST_ID, delivery: DELIVERY_ID };

/** Join a record with the stamp that pays for it in a mailbox. */
export async function stampRecord(
  outgoing: Outgoing,
  { terms }: Mailbox,
  onProgress: Progress,
  signal: AbortSignal | undefined,
): Promise<Bytes> {
  const { kind, raw, address: wanted, hiddenUntil } = outgoing;
  const found = address(terms.kind, terms.subject, terms.registrar, terms.owner_key);
  if (!equal(found, wanted)) {
    throw new MemberError(
      'MismatchError',
      'the mailbox is that of another round, registrar or collection',
      'download it from the drop page that you were told to use',
    );
  }
  if (terms.lists_from * DAY_MINUTES < hiddenUntil) {
    const day = showMinute(terms.lists_from * DAY_MINUTES).slice(0, 10);
    throw new MemberError(
      'RefusedError',
      `the mailbox is listed from ${day} on, and the round closes at ` +
        `${showMinute(hiddenUntil)}: its owner could see when each envelope comes`,
      'the organizer has to register another mailbox; nothing was posted to this one',
    );
  }
  if (raw.length !== terms.open_space[0]) {
    throw new MemberError(
      'MismatchError',
      `the ${kind} has ${raw.length} bytes, and the mailbox takes ${terms.open_space[0]}`,
        'the mailbox was registered for something else; tell its owner',
    );
  }
  const id = identifier(IDENTIFIERS[kind], raw);
  const stamp = await makeStamp(wanted, id, terms.difficulty, onProgress, signal);
  return encode(StampedRecord, { address: wanted, stamp, content: raw }).raw;
}

/** Search for a stamp from zero up, so that it tells nothing about the machine that made it. */
export async function makeStamp(
  mailbox: Bytes,
  id: Bytes,
  difficulty: number,
  onProgress: Progress,
  signal?: AbortSignal,
): Promise<Bytes> {
  // What H hashes; its last bytes are the stamp.
  const parts = [utf8(RELAY_STAMP), mailbox, id, new Uint8Array(STAMP_BYTES)];
  const message = concat(...parts.flatMap((part) => [u64(part.length), part]));
  for (let number = 0; ; number++) {
    if (number % STEP === 0) {
      onProgress(number, 2 ** difficulty);
      await new Promise((resolve) => setTimeout(resolve));
      if (signal?.aborted) {
        const hint = 'choose the mailbox again to go on, or hand in the file in another way';
        throw new MemberError('RefusedError', 'the work was stopped', hint);
      }
    }
    message.set(u64(number), message.length - STAMP_BYTES);
    if (zeroBits(sha512(message)) >= difficulty) return message.slice(-STAMP_BYTES);
  }
}

function zeroBits(hash: Uint8Array): number {
  return Math.clz32(new DataView(hash.buffer, hash.byteOffset).getUint32(0));
}

