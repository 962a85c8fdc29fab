/** The records of a relay that members read and make (docs/spec.md, "Mailboxes", "Drop pages"). */

import { bin, row, uint, word } from '../../../verifier/codecs.js';
import { checkPublicKey } from '../../../verifier/ed25519.js';
import { NotValid } from '../../../verifier/errors.js';
import { type RecordOf, embedded, record } from '../../../verifier/record.js';
import * as limits from '../../../verifier/records/limits.js';
import { registrarIndex } from './enrolment.js';
import { Envelope } from './sealed.js';

const day = uint(0, 2_932_896);
const number = uint(1, limits.MEMBER_LIMIT);
const AGAIN = 'its owner has to make it again';

export const MailboxTerms = record(
  'mailbox-terms',
  300,
  {
    kind: word('round', 'registrar', 'collection'),
    subject: limits.id,
    registrar: registrarIndex,
    owner_key: limits.ed25519Key,
    capability_hash: bin(32),
    first_day: day,
    end_day: day,
    lists_from: day,
    difficulty: uint(0, 32),
    open_space: row(uint(1, Envelope.mostBytes), number),
    held_space: row(uint(1, 64_001_336), number),
  },
  ({ kind, registrar, owner_key, first_day, end_day, lists_from, held_space }) => {
    checkPublicKey(owner_key);
    if (first_day >= end_day) throw new NotValid('a mailbox closes before it opens', AGAIN);
    if (lists_from < first_day || lists_from >= end_day) {
      throw new NotValid('a mailbox is first listed on a day on which it is closed', AGAIN);
    }
    if (kind !== 'registrar' && registrar > 0) {
      throw new NotValid(`the mailbox of a ${kind} names a registrar`, AGAIN);
    }
    if (kind === 'collection' && held_space.some((number) => number !== 1)) {
      throw new NotValid('the mailbox of a collection has space for answers', AGAIN);
    }
  },
);

export const Mailbox = record('mailbox', 400, {
  terms: embedded(MailboxTerms),
  signature: limits.ed25519Signature,
});

export const StampedRecord = record('stamped-record', Envelope.mostBytes + 100, {
  address: bin(32),
  stamp: bin(8),
  content: bin(1, Envelope.mostBytes),
});

export type Mailbox = RecordOf<typeof Mailbox>;
