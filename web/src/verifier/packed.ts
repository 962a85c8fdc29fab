/** Tables in the form in which the build puts them into a script (`pack` and `packRanges`). */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A part of a text that stands for another: "~" or "^", and a character of the alphabet. */
const SYMBOL = /[~^]./g;

/**
 * Return a text that was shortened.
 *
 * @param short what the symbols stand for, in their order, with tabs between; a line end; and the
 *     text with symbols. What one stands for can have symbols before it.
 */
function lengthen(short: string): string {
  const [parts = '', ...lines] = short.split('\n');
  const table = parts.split('\t');
  const whole = (text: string): string =>
    text.replace(SYMBOL, ([mark, letter]) =>
      whole(table[ALPHABET.indexOf(letter!) + (mark === '^' ? ALPHABET.length : 0)]!),
    );
  return whole(lines.join('\n'));
}

/**
 * Return a table of texts by name.
 *
 * @param packed shortened; a line for each name: how many characters it shares with the one before it, in
 *     base 36; the others; and its texts, with tabs in front.
 */
export function unpack(packed: string): ReadonlyMap<string, readonly string[]> {
  let name = '';
  return new Map(
    lengthen(packed).split('\n').map((line) => {
      const [rest, ...texts] = line.split('\t') as [string, ...string[]];
      name = name.slice(0, Number.parseInt(rest[0]!, 36)) + rest.slice(1);
      return [name, texts];
    }),
  );
}

const FIRST = 35; // "#"
const BASE = 45;

/**
 * Return the bounds of ranges: where each begins, and where the numbers after it begin.
 *
 * @param packed the differences between bounds in base 45, each digit a character from "#" on;
 *     those that another one follows are 45 more.
 */
export function unpackRanges(packed: string): readonly number[] {
  const bounds: number[] = [];
  let bound = 0;
  let step = 0;
  for (const char of packed) {
    const digit = char.charCodeAt(0) - FIRST;
    step = step * BASE + (digit % BASE);
    if (digit >= BASE) continue;
    bounds.push((bound += step));
    step = 0;
  }
  return bounds;
}
