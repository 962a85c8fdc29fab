/** The records of a published file (docs/spec.md, "Cosignatures", "Published letter"). */

import { bin, line, row, uint, word } from '../codecs.js';
import { NotValid } from '../errors.js';
import { type RecordOf, embedded, record } from '../record.js';
import { Round } from './round.js';
import * as limits from './limits.js';

const figure = uint(0, 4 * limits.MEMBER_LIMIT);

export const Cosignature = record(
  'cosignature',
  16_764,
  {
    action: word('cosign', 'withdraw'),
    statement: line(0, 280),
    proof: bin(32, 16_384),
  },
  ({ action, statement }) => {
    if (action === 'withdraw' && statement !== '') {
      throw new NotValid('a withdrawal must have no statement');
    }
  },
);

export const PublishedHeader = record('published-letter', 33_227_164, {
  round: embedded(Round),
  opening: row(figure, figure, figure, figure, figure),
});

export const TimeStamp = record('time-stamp', 65_586, {
  answer: bin(1, 65_536),
});

export const PublishedTrailer = record('published-trailer', 250, {
  count: figure,
  digest: bin(64),
  signature: limits.ed25519Signature,
});

export type Cosignature = RecordOf<typeof Cosignature>;
export type PublishedHeader = RecordOf<typeof PublishedHeader>;
export type PublishedTrailer = RecordOf<typeof PublishedTrailer>;
