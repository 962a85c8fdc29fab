/** The records of a published file (docs/spec.md, "Cosignatures", "Published letter"). */

import { array, bin, line, orNil, row, uint, word } from '../codecs.js';
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

export const OpenCosignature = record(
  'open-cosignature',
  18_180,
  {
    statement: line(0, 280),
    proof: bin(32, 16_384),
    name: line(1, 100),
    role: line(0, 100),
    key: orNil(limits.id),
    consent: bin(64, 96),
    attestations: array(
      row(uint(0, limits.REGISTRAR_LIMIT - 1), limits.ed25519Signature),
      0,
      limits.REGISTRAR_LIMIT,
    ),
  },
  ({ key, consent, attestations }) => {
    const ascend = attestations.every(([one], i) => i === 0 || attestations[i - 1]![0] < one);
    if (!ascend || consent.length !== (key ? 96 : 64) || !key === !attestations.length) {
      throw new NotValid('the parts of an open name do not fit each other');
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
export type OpenCosignature = RecordOf<typeof OpenCosignature>;
export type PublishedHeader = RecordOf<typeof PublishedHeader>;
export type PublishedTrailer = RecordOf<typeof PublishedTrailer>;
