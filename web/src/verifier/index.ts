/**
 * The verifying engine (docs/spec.md, "Verifying"): a published letter in, a report out.
 *
 * It runs in browsers and in Node, reads a file of any length as a stream, uses no network and
 * keeps nothing.
 */

import { NotJudged, NotValid } from './errors.js';
import { type Event, type Outcome, programFailed } from './outcome.js';
import { Source, chunksOf } from './source.js';
import { readFingerprints } from './typed.js';
import { verifyLetter } from './verify_letter.js';

export { type Event, type Outcome, programFailed } from './outcome.js';
export type * from './report.js';

/**
 * Verify a published letter.
 *
 * @param source the file, armored or not.
 * @param pin the group's fingerprint as it was typed, or those of several groups with commas
 * between them; undefined if the reader has none.
 * @param onEvent called while the file is verified.
 * @returns the outcome; the promise never rejects.
 */
export async function verify(
  source: Blob | ReadableStream<Uint8Array>,
  pin?: string,
  onEvent?: (event: Event) => void,
): Promise<Outcome> {
  const file = new Source(chunksOf(source));
  try {
    const pins = pin === undefined ? [] : readFingerprints(pin);
    return await verifyLetter(file, pins, onEvent ?? (() => {}));
  } catch (error) {
    if (error instanceof NotValid) {
      const { message, hint } = error;
      return { report: { valid: false, exit_code: 1, error: message, hint } };
    }
    if (error instanceof NotJudged) {
      return { report: { exit_code: 2, error: error.message, hint: error.hint } };
    }
    return programFailed(error instanceof Error ? error.message : String(error));
  } finally {
    await file.close();
  }
}
