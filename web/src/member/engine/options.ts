/** What members type into the options of a step, as it goes into records. */

import { MemberError } from './errors.js';
import type { SigningOptions } from './interface.js';
import type { PublicName } from './prove_ring.js';
import type { Wish } from './signing.js';
import { checkText, typedText } from './typed_text.js';

const CHALLENGE_LIMIT = 4000;
const STATEMENT_LIMIT = 280;
const NAME_LIMIT = 100;

/** What is wanted, as it will be published. */
export function wishOf(options: SigningOptions): Wish {
  const { action, minute, minSet } = options;
  const statement = typedText(options.statement);
  checkText(statement, 'statement', STATEMENT_LIMIT, false);
  return { action, statement, minute, minSet, called: calledAs(options.name, options.role) };
}

/** A name without blanks around it; null if there is none. */
export function calledAs(typedName = '', typedRole = ''): PublicName | null {
  const name = typedText(typedName).trim();
  const role = typedText(typedRole).trim();
  if (name === '' && role === '') return null;
  if (name === '') throw new MemberError('UsageError', 'a role goes with a name', 'type your name');
  checkText(name, 'name', NAME_LIMIT, false);
  checkText(role, 'role', NAME_LIMIT, false);
  return { name, role };
}

export function challengeText(typed: string): string {
  const challenge = typedText(typed);
  if (challenge === '') {
    const hint = 'ask for a sentence with a name and a date in it';
    throw new MemberError('UsageError', 'the challenge is empty', hint);
  }
  checkText(challenge, 'challenge', CHALLENGE_LIMIT, true);
  return challenge;
}
