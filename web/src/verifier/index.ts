/**
 * The verifying engine (docs/spec.md, "Verifying"): a published letter in, a report out.
 *
 * It runs in browsers and in Node, reads a file of any length as a stream, uses no network and
 * keeps nothing.
 */

import type { Report } from './report.js';

export type * from './report.js';

/** What the engine tells while it works. */
export type Event =
  /** The round holds and, if there is a pin, the group is that one; the signatures come next. */
  | { readonly kind: 'opened'; readonly title: string; readonly letter: string }
  /** So many records are verified, of about so many. */
  | { readonly kind: 'progress'; readonly done: number; readonly about: number };

export interface Outcome {
  /** What `cosign-letter verify --json` prints. */
  readonly report: Report;
  /** The letter's text, whose UTF-8 is the letter's exact bytes; only if it is valid. */
  readonly letter?: string;
}

/** The outcome where this program fails, which says nothing of the file. */
export function programFailed(error: string): Outcome {
  const hint = 'this is a mistake of this page, and says nothing about the letter';
  return { report: { exit_code: 70, error: `this page failed: ${error}`, hint } };
}

/**
 * Verify a published letter.
 *
 * @param source the file, armored or not.
 * @param pin the group's fingerprint as it was typed; undefined if the reader has none.
 * @param onEvent called while the file is verified.
 * @returns the outcome; the promise never rejects.
 */
export async function verify(
  source: Blob | ReadableStream<Uint8Array>,
  pin?: string,
  onEvent?: (event: Event) => void,
): Promise<Outcome> {
  void [source, pin, onEvent];
  return programFailed('the engine is not built yet');
}
