/**
 * The engine of the reader's page as a command, for tests.
 *
 *     node page_engine.mjs ENGINE [PIN] < NAMES
 *
 * Reads names of files, one a line, and prints one outcome a line, as JSON.
 */

import { openAsBlob } from 'node:fs';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const [engine, pin] = process.argv.slice(2);
const { verify } = await import(pathToFileURL(engine));
for await (const path of createInterface({ input: process.stdin })) {
  const { report, letter } = await verify(await openAsBlob(path), pin);
  console.log(JSON.stringify({ report, letter }));
}
