/**
 * Framed hashes, identifiers and fingerprints.
 *
 * docs/spec.md, "Hashing".
 */

import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToNumberBE } from '@noble/curves/utils.js';
import { concatBytes, u64, utf8 } from './bytes.mjs';

const framed = (part) => concatBytes(u64(part.length), part);

/** H(label, parts): 64 bytes. */
export function H(label, ...parts) {
  return sha512(concatBytes(framed(utf8(label)), ...parts.map(framed)));
}

/** The 32 bytes that commit to the bytes of a record. */
export function identifier(label, bytes) {
  return H(label, bytes).subarray(0, 32);
}

/** SHA-512 over the framed label and the stream, which has no length of its own. */
export function runningHash(label, stream) {
  return sha512.create().update(framed(utf8(label))).update(stream).digest();
}

/** Sixty digits that people compare. */
export function fingerprint(bytes) {
  const digits = (bytesToNumberBE(bytes) % 10n ** 60n).toString().padStart(60, '0');
  return digits.match(/.{5}/g).join(' ');
}

const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb\u2800\u3164\uffa0\u115f\u1160]/gu;
const BETWEEN = /[\p{White_Space}\p{Pd}\u2212]/gu;
const QUOTES = '["\'`\\u00b4\\u2032\\u2033\\u201a\\u201e\\p{Pi}\\p{Pf}]';

/** What was typed, without what word processors put between and around it. */
function compact(text) {
  const shown = text.normalize('NFC').replace(INVISIBLE, '').replace(BETWEEN, '');
  return shown.replace(new RegExp(`^${QUOTES}+|${QUOTES}+$`, 'gu'), '');
}

/** A fingerprint as it was typed, or null if the text is none. */
export function readFingerprint(text) {
  const digits = compact(text);
  return /^[0-9]{60}$/.test(digits) ? digits.match(/.{5}/g).join(' ') : null;
}
