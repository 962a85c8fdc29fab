/**
 * A page for tests: the worker of the reader's page, for a driver that has many files.
 *
 * The driver chooses the files, calls `verifyAll`, and gets their reports in JSON.
 */

import type { Report } from '../verifier/report.js';
import { answerRequests } from '../worker/answer.js';
import type { Answer, Request } from '../worker/messages.js';
import { IN_WORKER, startWorker } from '../worker/script.js';

async function verifyAll(): Promise<string> {
  const input = document.querySelector<HTMLInputElement>('#files')!;
  const { worker } = startWorker();
  const reports: Report[] = [];
  for (const file of input.files!) reports.push(await verifyOne(worker, { file }));
  worker.terminate();
  input.value = '';
  return JSON.stringify(reports);
}

function verifyOne(worker: Worker, request: Request): Promise<Report> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      if ('outcome' in data) resolve(data.outcome.report);
    };
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(request);
  });
}

if (IN_WORKER) answerRequests();
else Object.assign(globalThis, { verifyAll });
