/** Numbers in sentences of errors: singular and plural. */

export function counted(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

export function have(number: number): string {
  return number === 1 ? 'has' : 'have';
}
