/** What the page and its worker send each other. */

import type { Event, Outcome } from '../verifier/outcome.js';

/** The page's only message: a file, and the group's fingerprint as it was typed. */
export interface Request {
  readonly file: Blob;
  readonly pin?: string;
}

/** The worker's messages: events while it works, and the outcome as its last one. */
export type Answer = { readonly event: Event } | { readonly outcome: Outcome };
