/**
 * The one way in which a file fails.
 *
 * docs/spec.md, "Verifying": any failure makes the file not valid, and which of several is reported
 * does not matter. So there is one error, and every check of this verifier is a call of `must`.
 */

export class NotValid extends Error {}

export function must(condition, reason) {
  if (!condition) throw new NotValid(reason);
}
