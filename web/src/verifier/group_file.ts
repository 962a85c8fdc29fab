/** The group that a reader expects, as a file: the group itself, or its saved fingerprint. */

import { openArmor } from './armor.js';
import { NotJudged, NotValid } from './errors.js';
import { readGroup } from './group.js';
import { fingerprint } from './hashing.js';
import { foreignKind } from './kinds.js';
import { Roster } from './records/roster.js';
import { Source, chunksOf } from './source.js';
import { decodeUtf8 } from './text.js';
import { readFingerprint } from './typed.js';

/** Longest file, in bytes, that is read as a saved fingerprint. */
const DIGITS_FILE_BYTES = 400;

/**
 * Return the fingerprint that a file holds, or that of the group in it.
 *
 * Throws NotJudged if it holds neither.
 */
export async function fingerprintOfFile(file: Blob): Promise<string> {
  const source = new Source(chunksOf(file));
  try {
    const start = await source.peek(DIGITS_FILE_BYTES + 1);
    const saved = start.length <= DIGITS_FILE_BYTES ? decodeUtf8(start) : null;
    const digits = saved === null ? null : digitsIn(saved);
    if (digits !== null) return digits;
    const bytes = await (await openArmor(source)).take(Roster.mostBytes + 1);
    return fingerprint(readGroup(bytes).groupId);
  } catch (error) {
    if (!(error instanceof NotValid)) throw error;
    const kind = foreignKind(await new Source(chunksOf(file)).take(DIGITS_FILE_BYTES));
    const what = kind ? `this is ${kind.name}` : error.message;
    throw new NotJudged(`not a group: ${what}`, kind?.hint ?? 'choose the group’s file');
  } finally {
    await source.close();
  }
}

/** Return the fingerprint in a text; null if the text is neither digits nor a code. */
function digitsIn(text: string): string | null {
  if (!/^[^A-Za-z]*\d[^A-Za-z]*$|^\W*cosign-/i.test(text)) return null;
  return readFingerprint(text);
}
