/** What ends a verification. Both say what is wrong and what the reader can do next. */

class Refusal extends Error {
  readonly hint: string;

  constructor(message: string, hint = '') {
    super(message);
    this.hint = hint;
  }
}

/** Something in the file is not what it claims to be. */
export class NotValid extends Refusal {}

/** Nothing was found out about a letter: the file is none, or the pin is no fingerprint. */
export class NotJudged extends Refusal {}
