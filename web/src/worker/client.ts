/** Starts the worker that reads a file, so that the page answers its reader meanwhile. */

import { type Event, type Outcome, programFailed } from '../verifier/outcome.js';
import type { Answer, Fingerprint, Request } from './messages.js';
import { startWorker } from './script.js';

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
  const worker = new Asked(pin === undefined ? { file } : { file, pin });
  const outcome = new Promise<Outcome>((resolve) => {
    worker.listen(
      (answer) => {
        if ('outcome' in answer) resolve(answer.outcome);
        else if ('event' in answer) onEvent(answer.event);
        return 'outcome' in answer;
      },
      (error) => resolve(programFailed(error)),
    );
  });
  return { outcome, stop: () => worker.end() };
}

/** Return the fingerprint of the group in a file, or why there is none. */
export function readGroupFile(group: Blob): Promise<Fingerprint> {
  const worker = new Asked({ group });
  return new Promise((resolve) => {
    worker.listen(
      (answer) => {
        if ('fingerprint' in answer) resolve(answer.fingerprint);
        return 'fingerprint' in answer;
      },
      (error) => resolve({ error, hint: '' }),
    );
  });
}

/** A worker that was asked one thing. */
class Asked {
  readonly #url: string;
  readonly #worker: Worker;

  constructor(request: Request) {
    ({ url: this.#url, worker: this.#worker } = startWorker());
    this.#worker.postMessage(request);
  }

  /** Hear answers until `onAnswer` returns true, or an error. */
  listen(onAnswer: (answer: Answer) => boolean, onError: (error: string) => void): void {
    const fail = (error: string) => {
      this.end();
      onError(error);
    };
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
      if (onAnswer(data)) this.end();
    });
    this.#worker.addEventListener('error', (error) => {
      error.preventDefault();
      fail(error.message);
    });
    this.#worker.addEventListener('messageerror', () => fail('a message was lost'));
  }

  end(): void {
    this.#worker.terminate();
    URL.revokeObjectURL(this.#url);
  }
}
