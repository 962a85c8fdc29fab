/**
 * The characters that Unicode 14.0 assigns, and those of them that take no place of their own
 * (docs/spec.md, "Text"), from the lists to which the specification points.
 */

import assigned from 'ranges:unicode14';
import marks from 'ranges:unicode14_marks';
import { unpackRanges } from './packed.js';

/** Whether Unicode 14.0 assigns a code point. */
export const isAssigned = membership(assigned);

/** Whether a code point is of the general category Mn, Me or Cf of Unicode 14.0. */
export const isMark = membership(marks);

/** Return whether a number lies in one of the packed ranges. */
function membership(ranges: string): (code: number) => boolean {
  const bounds = unpackRanges(ranges);
  return (code) => {
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (bounds[middle]! <= code) low = middle + 1;
      else high = middle;
    }
    return low % 2 === 1; // an odd number of bounds is not above the code
  };
}
