/**
 * The reader's page: takes a letter and a fingerprint, and draws what the worker finds.
 *
 * The title never tells the verdict. The page stores nothing: in Chromium all files of a disk
 * share one storage.
 */

import { App } from './app.js';
import { startPage } from './live.js';

/** Start the page. */
export function startReader(): void {
  startPage('cosign-reader', (live) => {
    new App(live);
  });
}
