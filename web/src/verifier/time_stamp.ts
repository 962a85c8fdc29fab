/**
 * What the time stamps of a file claim (docs/spec.md, "Time stamps"). Nothing is known of who made
 * them: a page has no certificates of authorities, so it does not check their signatures.
 */

import { sha512 } from './sha2.js';
import { type Bytes, concat, equal, fromHex, hex } from './bytes.js';
import type { TimeStamp } from './report.js';

/** A value in DER: its first byte, what it holds, and all of it. */
interface Value {
  readonly tag: number;
  readonly content: Bytes;
  readonly whole: Bytes;
}

const SHA_512 = fromHex('608648016503040203');
/** Parts of a name that are shown: common names, then organizations. */
const SHOWN = ['550403', '55040a'];
const NAME_LIMIT = 200;
/** First byte of the first part that may be missing: certificates, or the version of one. */
const OPTIONAL = 0xa0;

const text = (bytes: Bytes) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);

/** Return what an authority's answer says, and whether it is about a message. */
export function readStamp(answer: Bytes, message: Bytes): TimeStamp {
  try {
    return claimOf(answer, message);
  } catch {
    const problem = 'this page cannot read it';
    return { state: 'unchecked', authority: '', time: null, problem };
  }
}

/** Read a TimeStampResp (RFC 3161, section 2.4.2). Throws anything if it is none. */
function claimOf(answer: Bytes, message: Bytes): TimeStamp {
  const whole = values(answer)[0]!;
  if (inside(whole, 0, 0).content.join() !== '0') throw new Error('not granted');
  const signed = values(inside(whole, 1, 1, 0).content);
  const stamp = values(inside(signed[2]!, 1, 0).content)[0]!;
  const [, , imprint, , stated] = values(stamp.content);
  const isOfFile =
    equal(inside(imprint!, 0, 0).content, SHA_512) &&
    equal(inside(imprint!, 1).content, sha512(message));
  return {
    state: isOfFile ? 'unchecked' : 'false',
    authority: signer(signed),
    time: time(text(stated!.content)),
    problem: isOfFile ? '' : 'it is a stamp of another file',
  };
}

/** Return the name in the certificate to which the first signature refers; "" if it is missing. */
function signer(signed: readonly Value[]): string {
  const by = inside(signed.at(-1)!, 0, 1);
  const certificates = signed.find(({ tag }) => tag === OPTIONAL);
  for (const certificate of certificates ? values(certificates.content) : []) {
    const parts = values(inside(certificate, 0).content);
    const [serial, , issuer, , subject] = parts.slice(Number(parts[0]!.tag === OPTIONAL));
    if (equal(by.content, concat(issuer!.whole, serial!.whole))) return nameOf(subject!);
  }
  return '';
}

function nameOf(name: Value): string {
  const parts = values(name.content).flatMap(({ content }) => values(content));
  const shown = SHOWN.flatMap((kind) =>
    parts
      .filter((part) => hex(inside(part, 0).content) === kind)
      .map((part) => text(inside(part, 1).content)),
  );
  return [...shown.join(', ')].slice(0, NAME_LIMIT).join('');
}

/** Return 20260131093000Z, whose seconds may have a fraction, as 2026-01-31T09:30:00Z. */
function time(stated: string): string {
  const form = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/;
  const shown = stated.replace(form, '$1-$2-$3T$4:$5:$6Z');
  if (!new Date(shown).toISOString().startsWith(shown.slice(0, -1))) throw new Error('no time');
  return shown;
}

/** Return the value that is reached by these places, each within the one before. */
function inside(value: Value, ...path: readonly number[]): Value {
  return path.reduce((found, place) => values(found.content)[place]!, value);
}

/** Cut DER into its values. */
function values(bytes: Bytes): Value[] {
  const found: Value[] = [];
  for (let at = 0; at < bytes.length; ) {
    const tag = bytes[at]!;
    let length = bytes[at + 1]!;
    let start = at + 2;
    if (length > 127) {
      const width = length - 128;
      length = bytes.subarray(start, (start += width)).reduce((sum, byte) => sum * 256 + byte, 0);
    }
    const end = start + length;
    if (!(end <= bytes.length)) throw new Error('cut');
    found.push({ tag, content: bytes.subarray(start, end), whole: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}
