/** The worker: keeps the engine, and with it every secret, and answers the page's calls. */

import { MemberError } from '../engine/errors.js';
import type { MemberEngine } from '../engine/interface.js';
import type { Answer, Call, Request } from './messages.js';

function answer(message: Answer): void {
  postMessage(message);
}

/** Answer calls, each after the one before it. */
export function serve(): void {
  let stamping = new AbortController();
  const started = start();
  let before: Promise<void> = Promise.resolve();

  async function call(request: Call): Promise<void> {
    const engine = await started;
    stamping = new AbortController();
    const given = request.name === 'stamp' ? [stamping.signal] : request.given;
    try {
      const made: unknown = await Reflect.apply(engine[request.name], engine, given);
      answer({ call: request.call, made });
    } catch (error) {
      if (!(error instanceof MemberError)) throw error;
      answer({ call: request.call, problem: error.toJSON() });
    }
  }

  addEventListener('message', ({ data }: MessageEvent<Request>) => {
    if ('stop' in data) stamping.abort();
    // A step that begins within another one would take keys that the other one is changing.
    else before = before.then(() => call(data));
  });
}

async function start(): Promise<MemberEngine> {
  // Only when it runs in the worker: the page has the same script, and no use for the engine.
  const { loadEngine } = await import('../engine/index.js');
  const engine = await loadEngine();
  engine.onProgress = (done, of) => answer({ progress: [done, of] });
  answer({ limits: engine.abilities.limits });
  return engine;
}

// The page hears of errors of the worker, but not of promises that were rejected.
addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) => {
  setTimeout(() => {
    throw reason;
  });
});
