/** What a step of a member refuses, in the words and with the hints of the command line. */

import { NotJudged, NotValid } from '../../verifier/errors.js';
import type { ErrorKind, Problem } from './interface.js';

export class MemberError extends Error {
  readonly kind: ErrorKind;
  readonly hint: string;

  constructor(kind: ErrorKind, message: string, hint = '') {
    super(message);
    this.kind = kind;
    this.hint = hint;
  }

  /** What a worker sends of it. */
  toJSON(): Problem {
    return { kind: this.kind, message: this.message, hint: this.hint };
  }
}

/** Do some work of the verifier, whose refusals become this engine's. */
export async function asMember<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotValid) {
      throw new MemberError('VerificationError', error.message, error.hint);
    }
    if (error instanceof NotJudged) {
      throw new MemberError('MalformedError', error.message, error.hint);
    }
    throw error;
  }
}
