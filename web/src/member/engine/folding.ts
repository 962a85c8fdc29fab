/** The prover's sums over a ring, folded digit by digit (docs/spec.md, "Ring proof: proving"). */

import type { Bytes } from '../../verifier/bytes.js';
import type { Progress } from './interface.js';
import type { Points } from './primitives.js';

/** A polynomial in xi by its coefficients, points, the constant one first. */
type Node = readonly Bytes[];

const IDENTITY = Uint8Array.of(1, ...new Uint8Array(31));

/** How many groups are folded before the engine lets others have their turn. */
const STEP = 64;

/**
 * Return the coefficients of the sum over the ring but the highest.
 *
 * @param keys of the ring.
 * @param rows secret: for each digit its a, which add up to zero.
 * @param digits of the signer's index; they choose what is read.
 */
export async function foldKeys(
  points: Points,
  keys: readonly Bytes[],
  rows: readonly (readonly Bytes[])[],
  digits: readonly number[],
  onProgress: Progress,
): Promise<Node> {
  const total = work(keys.length, rows);
  let done = 0;
  let nodes: Node[] = keys.map((key) => [key]);
  let padding: Node = [keys.at(-1)!];
  for (const [place, row] of rows.entries()) {
    const folded: Node[] = [];
    for (let at = 0; at < nodes.length; at += row.length) {
      const group = Array.from(row, (_, i) => nodes[at + i] ?? padding);
      folded.push(foldGroup(points, row, digits[place]!, group));
      done += row.length * padding.length;
      if (folded.length % STEP === 0) await told(onProgress, done, total);
    }
    nodes = folded;
    padding = [IDENTITY, ...padding];
  }
  onProgress(total, total);
  return nodes[0]!.slice(0, -1);
}

async function told(onProgress: Progress, done: number, total: number): Promise<void> {
  onProgress(done, total);
  await new Promise((resolve) => setTimeout(resolve));
}

function work(size: number, rows: readonly (readonly Bytes[])[]): number {
  let total = 0;
  rows.forEach(({ length }, place) => {
    size = Math.ceil(size / length);
    total += size * length * (place + 1);
  });
  return total;
}

/** The sum of (s_i xi + a_i) times the i-th node, with s_i 1 for the signer's digit and else 0. */
function foldGroup(points: Points, row: readonly Bytes[], digit: number, group: readonly Node[]): Node {
  const sums = group[0]!.map((_, place) => weighted(points, row, group.map((node) => node[place]!)));
  const chosen = group[digit]!; // times xi: one place up
  const raised = sums.slice(1).map((sum, place) => points.add(sum, chosen[place]!));
  return [sums[0]!, ...raised, chosen.at(-1)!];
}

/**
 * The sum of a_i times the i-th point.
 *
 * The a add up to zero, so it is the sum of a_i times what the i-th point has more than the first:
 * one multiplication less. The difference is the identity only where padding, which is public, is.
 */
function weighted(points: Points, row: readonly Bytes[], column: readonly Bytes[]): Bytes {
  const [first, ...others] = column;
  return others.reduce(
    (sum, point, i) => points.add(sum, points.multiply(row[i + 1]!, points.subtract(point, first!))),
    IDENTITY,
  );
}
