/** What members type: texts for others, codes and passphrases (docs/spec.md, "Reading text"). */

import { type Bytes, bigEndian, utf8 } from '../../verifier/bytes.js';
import { CHARACTERS, codeCheck, codeLengths, decodeCode } from '../../verifier/codes.js';
import { NotJudged } from '../../verifier/errors.js';
import { textFault } from '../../verifier/text.js';
import { capitals, compact } from '../../verifier/typed.js';
import { MemberError } from './errors.js';

const LEAST_CHARACTERS = 15;
const LEAST_DIFFERENT = 8;
const PILE = /\p{M}{31}/u;

/** Return free text as it goes into a record: without a byte order mark, LF line ends, in NFC. */
export function typedText(text: string): string {
  const bare = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const plain = bare.includes('\n') ? bare : bare.replaceAll('\r', '\n');
  return PILE.test(plain) ? plain : plain.normalize('NFC');
}

/** Check that text may stand in a record. */
export function checkText(text: string, what: string, most: number, lines: boolean): void {
  const size = utf8(text).length;
  const fault = size > most ? `not within 0 to ${most} bytes` : textFault(text, lines);
  if (fault !== null) throw new MemberError('MalformedError', `${what}: ${fault}`);
}

/** Return the bytes that a typed code stands for. */
export function readCode(typed: string, size: number, prefix = ''): Bytes {
  const plain = capitals(compact(typed));
  const start = capitals(compact(prefix));
  if (!plain.startsWith(start)) {
    throw new MemberError(
      'UsageError',
      `this is not the right kind of code: it does not start with '${prefix}'`,
      'copy the whole line, from its first character',
    );
  }
  try {
    return decodeCode(plain.slice(start.length), size, prefix);
  } catch (error) {
    if (!(error instanceof NotJudged)) throw error;
    throw new MemberError('UsageError', error.message, error.hint);
  }
}

/** Return bytes as a code: groups of four characters, after a prefix. */
export function writeCode(value: Bytes, prefix: string): string {
  const [data, check] = codeLengths(value.length);
  const number = bigEndian(value) << BigInt(5 * data - 8 * value.length);
  const body = base32(number, data) + base32(codeCheck(prefix, value, check), check);
  return prefix + body.replace(/(.{4})(?=.)/g, '$1-');
}

function base32(number: bigint, characters: number): string {
  return Array.from({ length: characters }, (_, i) => {
    const value = (number >> BigInt(5 * (characters - 1 - i))) & 31n;
    return CHARACTERS[Number(value)];
  }).join('');
}

/** Return the bytes of which a key is derived (docs/spec.md, "Vault"). */
export function preparePassphrase(typed: string): Bytes {
  const text = typed.replace(/^\ufeff/, '').replace(/\p{Zs}/gu, ' ');
  if (/\p{Cs}/u.test(text) || PILE.test(text)) {
    const hint = 'take words that every keyboard has';
    throw new MemberError('PassphraseError', 'no keyboard can repeat this passphrase', hint);
  }
  return utf8(text.normalize('NFC'));
}

/** Whether a passphrase is so short, or repeats itself so much, that it can be guessed. */
export function isWeak(typed: string): boolean {
  const characters = [...new TextDecoder().decode(preparePassphrase(typed))];
  return characters.length < LEAST_CHARACTERS || new Set(characters).size < LEAST_DIFFERENT;
}
