/** Field types that several records share (docs/spec.md, "Limits"). */

import { bin, line, lines, uint } from '../codecs.js';

export const MEMBER_LIMIT = 1_000_000;
export const SLOT_LIMIT = 64;
export const REGISTRAR_LIMIT = 16;
export const TRUSTEE_LIMIT = 16;
export const PUBLISHER_LIMIT = 16;

export const name = line(1, 200);
export const purpose = lines(0, 4000);
export const id = bin(32);
export const salt = bin(32);
export const ed25519Key = bin(32);
export const ed25519Signature = bin(64);
export const sealingKey = bin(1216);
export const minute = uint(0, 4_223_371_679);
