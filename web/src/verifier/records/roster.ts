/** The records of rosters (docs/spec.md, "Rosters"). */

import { areDistinct, compare } from '../bytes.js';
import { array, bin, lines, row, uint } from '../codecs.js';
import { checkPublicKey } from '../ed25519.js';
import { NotValid } from '../errors.js';
import { type RecordOf, embedded, record } from '../record.js';
import * as limits from './limits.js';
import { quoted } from '../text.js';

export const KEY_BYTES = 32;

const figure = uint(0, 2 ** 32 - 1);

export const Publisher = record(
  'publisher',
  300,
  { name: limits.name, identity_key: limits.ed25519Key },
  ({ identity_key }) => checkPublicKey(identity_key),
);

export const RosterTerms = record(
  'roster-terms',
  32_135_000,
  {
    name: limits.name,
    source: lines(0, 4000),
    publishers: array(embedded(Publisher), 1, limits.PUBLISHER_LIMIT),
    threshold: uint(1, limits.PUBLISHER_LIMIT),
    left_out: row(figure, figure, figure, figure, figure, figure),
    fresh: bin(1, limits.MEMBER_LIMIT / 8),
    keys: bin(2 * KEY_BYTES, limits.MEMBER_LIMIT * KEY_BYTES),
  },
  ({ publishers, threshold, fresh, keys }) => {
    if (threshold > publishers.length) {
      throw new NotValid(`there are fewer publishers than the ${threshold} who have to sign`);
    }
    if (!areDistinct(publishers.map((one) => one.identity_key))) {
      throw new NotValid(
        "a roster names a publisher's key twice",
        'each publisher has its own key',
      );
    }
    if (keys.length % KEY_BYTES !== 0) throw new NotValid("a roster's last key is cut off");
    for (let at = KEY_BYTES; at < keys.length; at += KEY_BYTES) {
      const [before, key] = [keys.subarray(at - KEY_BYTES, at), keys.subarray(at, at + KEY_BYTES)];
      if (compare(before, key) >= 0) throw new NotValid('the keys of a roster do not ascend');
    }
    const size = keys.length / KEY_BYTES;
    const beyond = size % 8 === 0 ? 0 : fresh.at(-1)! >>> (size % 8);
    if (fresh.length !== Math.ceil(size / 8) || beyond !== 0) {
      const what = `a roster of ${size} keys does not say of each key whether it is fresh`;
      throw new NotValid(what);
    }
  },
);

export const Roster = record(
  'roster',
  32_137_000,
  {
    terms: embedded(RosterTerms),
    signatures: array(
      row(uint(0, limits.PUBLISHER_LIMIT - 1), limits.ed25519Signature),
      0,
      limits.PUBLISHER_LIMIT,
    ),
  },
  ({ terms, signatures }) => {
    signatures.forEach(([publisher]) => {
      if (publisher >= terms.publishers.length) {
        const size = terms.publishers.length;
        throw new NotValid(`a roster of ${size} publishers is signed by number ${publisher + 1}`);
      }
      if (signatures.filter(([other]) => other === publisher).length > 1) {
        const { name } = terms.publishers[publisher]!;
        throw new NotValid(
          `publisher ${quoted(name)} signed a roster twice`,
          'each publisher signs once; take the file from before the second time',
        );
      }
    });
    if (signatures.some(([publisher], i) => i > 0 && signatures[i - 1]![0] > publisher)) {
      throw new NotValid('the signatures of a roster do not ascend');
    }
  },
);

export type Roster = RecordOf<typeof Roster>;
