/**
 * The command: what is printed, and the exit codes.
 *
 *     node cli.mjs FILE [FINGERPRINT...]
 *     node cli.mjs --batch [FINGERPRINT...] < NAMES
 *
 * docs/spec.md, "Verifying". The first prints the JSON object and exits with the code of `verify`.
 * The second reads names of files, one a line, and prints an object a line.
 */

import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { readFingerprint } from './hashing.mjs';
import { NotValid } from './not_valid.mjs';
import { EXIT } from './report.mjs';
import { verifyLetter } from './verify.mjs';

const USAGE = {
  error: 'usage: node cli.mjs FILE [FINGERPRINT...], or node cli.mjs --batch [FINGERPRINT...] < NAMES',
  hint: 'a fingerprint has sixty digits',
  exit_code: EXIT.usage,
};

async function verifyFile(path, pins) {
  let file;
  try {
    file = await readFile(path);
  } catch (error) {
    return { error: error.message, hint: 'name a file that can be read', exit_code: EXIT.usage };
  }
  try {
    return await verifyLetter(file, pins);
  } catch (error) {
    if (!(error instanceof NotValid)) throw error; // a defect of this program, not of the file
    const hint = 'do not count on this file; ask for another copy';
    return { valid: false, exit_code: EXIT.notValid, error: error.message, hint };
  }
}

/** Print one object a line for the files whose names stand on stdin. */
async function verifyBatch(pins) {
  for await (const path of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await verifyFile(path, pins)));
  }
}

const [path, ...typed] = process.argv.slice(2);
const pins = typed.map(readFingerprint);
const usable = path !== undefined && pins.every((pin) => pin !== null);
if (usable && path === '--batch') {
  await verifyBatch(pins);
} else {
  const result = usable ? await verifyFile(path, pins) : USAGE;
  console.log(JSON.stringify(result, null, 2));
  process.exitCode = result.exit_code;
}
