/** The page's side of its worker. There is one, as long as the page is open. */

import { startWorker } from '../../worker/script.js';
import type { Problem } from '../engine/interface.js';
import type { Answer, Remote, Request } from './messages.js';

/** A refusal of the engine, or the words of a program that failed. */
export class Refused extends Error {
  readonly problem: Omit<Problem, 'kind'> & { readonly kind: Problem['kind'] | 'failed' };

  constructor(problem: Refused['problem']) {
    super(problem.message);
    this.problem = problem;
  }
}

/** The worker at work. */
export interface Engine extends Remote {
  /** What does not work in this browser, in sentences. */
  readonly limits: Promise<readonly string[]>;
  /** Called while something takes long. */
  onProgress: (done: number, of: number) => void;
  /** End the search for a stamp. */
  stop(): void;
  /** End the worker, with all that it knows. */
  end(): void;
}

interface Waiting {
  resolve(made: unknown): void;
  reject(error: Refused): void;
}

/**
 * Start the worker.
 *
 * @param failedHint said where the worker ends by itself: a tab that has too little memory.
 */
export function startEngine(failedHint: string): Engine {
  const { worker } = startWorker();
  const waiting = new Map<number, Waiting>();
  let count = 0;
  let failed: Refused | undefined;
  let settleLimits: Waiting;
  const limits = new Promise<readonly string[]>((resolve, reject) => {
    settleLimits = { resolve: resolve as Waiting['resolve'], reject };
  });

  const fail = (message: string) => {
    failed = new Refused({ kind: 'failed', message, hint: failedHint });
    for (const one of [...waiting.values(), settleLimits]) one.reject(failed);
    waiting.clear();
    worker.terminate();
  };
  const send = (request: Request) => worker.postMessage(request);
  const settle = (call: number): Waiting => {
    const found = waiting.get(call)!;
    waiting.delete(call);
    return found;
  };
  worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    if ('limits' in data) settleLimits.resolve(data.limits);
    else if ('progress' in data) engine.onProgress(...data.progress);
    else if ('problem' in data) settle(data.call).reject(new Refused(data.problem));
    else settle(data.call).resolve(data.made);
  });
  worker.addEventListener('error', (error) => {
    error.preventDefault();
    fail(error.message);
  });
  worker.addEventListener('messageerror', () => fail('a message was lost'));

  const own = {
    limits,
    onProgress: (_done: number, _of: number) => {},
    stop: () => send({ stop: true }),
    end: () => worker.terminate(),
  };
  const engine = new Proxy(own, {
    get(target, name) {
      if (name in target) return target[name as keyof typeof target];
      return (...given: readonly unknown[]) =>
        new Promise((resolve, reject) => {
          if (failed) return reject(failed);
          count += 1;
          waiting.set(count, { resolve, reject });
          send({ call: count, name: name as keyof Remote, given });
        });
    },
  }) as unknown as Engine;
  return engine;
}
