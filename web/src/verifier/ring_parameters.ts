/** The sizes of ring proofs (docs/spec.md, "Ring proof: parameters"). */

const FOURS = (count: number) => Array<number>(count).fill(4);
const FIVES = (count: number) => Array<number>(count).fill(5);

/** The radices, the lowest digit's first, by row of the table. */
const RADICES: readonly (readonly number[])[] = [
  FOURS(1),
  FOURS(2),
  [8, 4],
  FOURS(3),
  [8, 4, 4],
  FOURS(4),
  [8, 4, 4, 4],
  FOURS(5),
  [8, 4, 4, 4, 4],
  [8, 8, 4, 4, 4],
  [16, ...FIVES(4)],
  [16, ...FIVES(5)],
  [16, ...FIVES(6)],
  [16, ...FIVES(7)],
];

export interface RingParameters {
  /** N. */
  readonly size: number;
  readonly radices: readonly number[];
  /** P, the sum of the radices. */
  readonly positions: number;
  readonly proofBytes: number;
}

export function ringParameters(size: number): RingParameters {
  const radices = RADICES.find((row) => product(row) >= size)!;
  const positions = radices.reduce((sum, radix) => sum + radix, 0);
  return { size, radices, positions, proofBytes: 32 * (6 + positions + radices.length) };
}

export function product(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum * number, 1);
}
