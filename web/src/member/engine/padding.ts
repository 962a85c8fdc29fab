/** Padding, which hides the length of what is encrypted (docs/spec.md, "Padding"). */

import { type Bytes, concat, u32 } from '../../verifier/bytes.js';
import { MemberError } from './errors.js';

const LENGTH_BYTES = 4;
const BLOCK_BYTES = 4096;

/** Return content padded to `size` bytes, with its length in front. */
export function pad(content: Bytes, size: number): Bytes {
  const padded = new Uint8Array(size);
  padded.set(concat(u32(content.length), content));
  return padded;
}

/**
 * Return content padded to blocks.
 *
 * @param grown how many of its bytes are there only because their owner did something that must
 * not show; they have blocks of their own, at least one. null if there is nothing of the kind.
 */
export function padToBlocks(content: Bytes, grown: number | null = null): Bytes {
  const size = whole(LENGTH_BYTES + content.length - (grown ?? 0));
  return pad(content, grown === null ? size : size + Math.max(BLOCK_BYTES, whole(grown)));
}

function whole(length: number): number {
  return Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES;
}

/** Return the content of padded bytes. */
export function unpad(padded: Bytes): Bytes {
  if (padded.length < LENGTH_BYTES) throw damaged();
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  const content = padded.subarray(LENGTH_BYTES, LENGTH_BYTES + length);
  const fill = padded.subarray(LENGTH_BYTES + length);
  if (content.length !== length || fill.some((byte) => byte !== 0)) throw damaged();
  return content;
}

export function damaged(): MemberError {
  return new MemberError('MalformedError', 'the padding is damaged', 'take a fresh copy of the file');
}
