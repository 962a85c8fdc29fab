/**
 * The page's one script, which is its worker's, too.
 *
 * Both need the hashes, the words and the tables, and the page may hold nothing twice. So a
 * page's script asks where it runs, and the page starts its worker from a blob with the script's
 * own text. From file:// Chromium starts no other workers than classic ones from blob: URLs.
 */

/** Whether this runs in the worker. */
export const IN_WORKER = typeof document === 'undefined';

// Only while the script runs for the first time does the document know which one it is.
const TEXT = IN_WORKER ? '' : (document.currentScript?.textContent ?? '');

/** Start the worker; `URL.revokeObjectURL` releases its address when it has ended. */
export function startWorker(): { readonly worker: Worker; readonly url: string } {
  const url = URL.createObjectURL(new Blob([TEXT], { type: 'text/javascript' }));
  return { worker: new Worker(url), url };
}
