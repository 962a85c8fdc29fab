/** What the page and its worker send each other. */

import type { Event, Outcome } from '../verifier/outcome.js';

/** The page's only message: a letter with the fingerprint as it was typed, or a group's file. */
export type Request = { readonly file: Blob; readonly pin?: string } | { readonly group: Blob };

/** The fingerprint of the group in a file, or why there is none. */
export type Fingerprint =
  { readonly digits: string } | { readonly error: string; readonly hint: string };

/** The worker's messages: events while it works, and what it found as its last one. */
export type Answer =
  { readonly event: Event } | { readonly outcome: Outcome } | { readonly fingerprint: Fingerprint };
