/** Records as text (docs/spec.md, "Armor"). */

import type { Bytes } from '../../verifier/bytes.js';
import { labelOf, nameOf } from '../../verifier/record.js';

const LINE_BYTES = 48;

export function armor(record: Bytes): string {
  const name = nameOf(labelOf(record)!).toUpperCase();
  const lines: string[] = [];
  for (let at = 0; at < record.length; at += LINE_BYTES) {
    lines.push(btoa(String.fromCharCode(...record.subarray(at, at + LINE_BYTES))));
  }
  return [`-----BEGIN COSIGN ${name}-----`, ...lines, `-----END COSIGN ${name}-----`, ''].join('\n');
}
