/** Numbers in sentences: singular, plural, and "any 2 of the 3". */

export function counted(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

export function have(number: number): string {
  return number === 1 ? 'has' : 'have';
}

/** The words for any `threshold` of `count` people. */
export function someOf(threshold: number, count: number, noun: string): string {
  if (count === 1) return `the ${noun}`;
  if (threshold === count) return count === 2 ? `both ${noun}s` : `all ${counted(count, noun)}`;
  if (threshold === 1) {
    return count === 2 ? `either of the 2 ${noun}s` : `any one of the ${count} ${noun}s`;
  }
  return `any ${threshold} of the ${count} ${noun}s`;
}
