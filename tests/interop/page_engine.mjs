/**
 * The engine of the reader's page as a command, for tests.
 *
 *     node page_engine.mjs ENGINE [PIN] < NAMES
 *
 * Reads names of files, one a line, and prints one outcome a line, as JSON.
 *
 * WebCrypto is taken away, as in a page that came over http, so that the engine computes all
 * signatures itself; in browsers it asks theirs.
 */

import { openAsBlob } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const { crypto } = globalThis;
const getRandomValues = crypto.getRandomValues.bind(crypto);
Object.defineProperty(globalThis, 'crypto', { value: { getRandomValues } });

const [engine, pin] = process.argv.slice(2);
const { verify } = await import(pathToFileURL(engine));
for await (const path of createInterface({ input: process.stdin })) {
  const { report, letter } = await verify(await openAsBlob(path), pin);
  console.log(JSON.stringify({ report, letter }));
}
