/** Arguments for WebCrypto that leave no garbage behind. */

import type { Bytes } from './bytes.js';

/**
 * One argument of a function that is called for every record.
 *
 * Chromium keeps each array that was passed to WebCrypto until it collects all garbage, which grew
 * to a hundred megabytes in a long letter. WebCrypto copies its arguments before it returns, so
 * one array of each length serves all calls.
 */
export class Passed {
  readonly #arrays = new Map<number, Bytes>();

  /** Return an array with the content of `parts`, for use before the next call. */
  of(...parts: readonly Uint8Array[]): Bytes {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    let array = this.#arrays.get(length);
    if (array === undefined) {
      array = new Uint8Array(length);
      this.#arrays.set(length, array);
    }
    let at = 0;
    for (const part of parts) {
      array.set(part, at);
      at += part.length;
    }
    return array;
  }
}
