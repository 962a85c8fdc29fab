/** What a verification tells while it works, and at its end. */

import type { Report } from './report.js';

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
  /** Whether the letter was in a web page, whose own words and program nobody looked at. */
  readonly inPage?: boolean;
}

/** The outcome where this program fails, which says nothing of the file. */
export function programFailed(error: string): Outcome {
  const hint = 'this is a mistake of this page, and says nothing about the letter';
  return { report: { exit_code: 70, error: `this page failed: ${error}`, hint } };
}
