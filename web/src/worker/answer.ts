/** The worker: reads one file and answers. */

import { NotJudged } from '../verifier/errors.js';
import { fingerprintOfFile } from '../verifier/group_file.js';
import { verify } from '../verifier/index.js';
import type { Answer, Fingerprint, Request } from './messages.js';

/** Answer requests of the page from now on; for a worker. */
export function answerRequests(): void {
  addEventListener('message', async ({ data }: MessageEvent<Request>) => {
    if ('group' in data) answer({ fingerprint: await fingerprintOf(data.group) });
    else answer({ outcome: await verify(data.file, data.pin, (event) => answer({ event })) });
  });
  // The page hears of errors of the worker, but not of promises that were rejected.
  addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) => {
    setTimeout(() => {
      throw reason;
    });
  });
}

function answer(message: Answer): void {
  postMessage(message);
}

async function fingerprintOf(group: Blob): Promise<Fingerprint> {
  try {
    return { digits: await fingerprintOfFile(group) };
  } catch (error) {
    if (error instanceof NotJudged) return { error: error.message, hint: error.hint };
    throw error;
  }
}
