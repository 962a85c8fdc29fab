/** The keys of a roster: encodings one after another, ascending. */

import { type Bytes, compare } from './bytes.js';
import { KEY_BYTES } from './records/roster.js';


/** Return which of a roster's keys this is, from 0; -1 if it is none. */
export function placeOf(keys: Bytes, key: Bytes): number {
  const at = (i: number) => keys.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES);
  let [from, to] = [0, keys.length / KEY_BYTES];
  while (to - from > 1) {
    const middle = (from + to) >>> 1;
    if (compare(at(middle), key) > 0) to = middle;
    else from = middle;
  }
  return compare(at(from), key) === 0 ? from : -1;
}
