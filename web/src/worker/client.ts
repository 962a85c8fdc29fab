/**
 * Starts the worker that verifies a file, so that the page answers its reader meanwhile.
 *
 * The worker is a classic one from a blob: URL, because Chromium starts no other from file://.
 */

import source from 'worker:source';
import { type Event, type Outcome, programFailed } from '../verifier/outcome.js';
import type { Answer, Request } from './messages.js';

/** A verification that is under way. */
export interface Verification {
  /** The outcome; never rejects. A verification that was stopped has none. */
  readonly outcome: Promise<Outcome>;
  /** End the worker; `outcome` stays pending. */
  stop(): void;
}

/**
 * Verify a published letter in a worker.
 *
 * @param file armored or not.
 * @param pin the group's fingerprint as it was typed; undefined if the reader has none.
 * @param onEvent called while the file is verified.
 */
export function startVerification(
  file: Blob,
  pin: string | undefined,
  onEvent: (event: Event) => void,
): Verification {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const outcome = new Promise<Outcome>((resolve) => {
    const end = (result: Outcome) => {
      worker.terminate();
      URL.revokeObjectURL(url);
      resolve(result);
    };
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      if ('outcome' in data) end(data.outcome);
      else onEvent(data.event);
    });
    worker.addEventListener('error', (error) => {
      error.preventDefault();
      end(programFailed(error.message));
    });
    worker.addEventListener('messageerror', () => end(programFailed('a message was lost')));
  });
  const request: Request = pin === undefined ? { file } : { file, pin };
  worker.postMessage(request);
  return { outcome, stop: () => worker.terminate() };
}
