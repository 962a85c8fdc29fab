/** The group that a reader expects, as a file: the group itself, or its saved fingerprint. */

import { openArmor } from './armor.js';
import { type Bytes, startsWith, utf8 } from './bytes.js';
import { NotJudged, NotValid } from './errors.js';
import { readGroup } from './group.js';
import { fingerprint } from './hashing.js';
import { type Kind, START_BYTES, foreignKind } from './kinds.js';
import { a, labelOf, nameOf } from './record.js';
import { RegisteredGroup } from './records/registered.js';
import { Roster } from './records/roster.js';
import { Source, chunksOf } from './source.js';
import { decodeUtf8 } from './text.js';
import { readFingerprint } from './typed.js';

const HINT = 'choose the group’s file';
const LETTERS = [utf8('COSIGNED LETTER\n'), utf8('JOINT COSIGNED LETTER\n')];

/** Longest file, in bytes, that is read as a saved fingerprint. */
const DIGITS_FILE_BYTES = 400;

/**
 * Return the fingerprint that a file holds, or that of the group in it.
 *
 * Throws NotJudged if it holds neither.
 */
export async function fingerprintOfFile(file: Blob): Promise<string> {
  const source = new Source(chunksOf(file));
  let content: Bytes | null = null;
  try {
    const start = await source.peek(DIGITS_FILE_BYTES + 1);
    const saved = start.length <= DIGITS_FILE_BYTES ? decodeUtf8(start) : null;
    const digits = saved === null ? null : digitsIn(saved);
    if (digits !== null) return digits;
    content = await (await openArmor(source)).take(Roster.mostBytes + 1);
    return fingerprint(readGroup(content).groupId);
  } catch (error) {
    if (!(error instanceof NotValid)) throw error;
    const kind = content === null ? null : kindOf(content);
    const what = kind ? `this is ${kind.name}` : error.message;
    throw new NotJudged(`not a group: ${what}`, kind?.hint ?? HINT);
  } finally {
    await source.close();
  }
}

/** Return what a file is that is no group; null if that is unknown. */
function kindOf(content: Bytes): Kind | null {
  if (LETTERS.some((magic) => startsWith(content, magic))) {
    return { name: 'a published letter', hint: HINT };
  }
  const start = content.subarray(0, START_BYTES);
  const label = labelOf(start);
  if (label === null) return foreignKind(start);
  // A group that is damaged: how, the error says.
  if (label === Roster.label || label === RegisteredGroup.label) return null;
  return { name: a(nameOf(label)), hint: HINT };
}

/** Return the fingerprint in a text; null if the text is neither digits nor a code. */
function digitsIn(text: string): string | null {
  if (!/^[^A-Za-z]*\d[^A-Za-z]*$|^\W*cosign-/i.test(text)) return null;
  return readFingerprint(text);
}
