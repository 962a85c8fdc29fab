/**
 * A page for tests: the worker of the reader's page, for a driver that has many files.
 *
 * `verifyAll` takes files in base64 and returns their reports.
 */

import type { Report } from '../verifier/index.js';
import { startVerification } from '../worker/client.js';

async function verifyAll(files: readonly string[], pin?: string): Promise<Report[]> {
  const reports: Report[] = [];
  for (const file of files) {
    const bytes = Uint8Array.from(atob(file), (char) => char.charCodeAt(0));
    const { outcome } = startVerification(new Blob([bytes]), pin, () => {});
    reports.push((await outcome).report);
  }
  return reports;
}

Object.assign(globalThis, { verifyAll });
