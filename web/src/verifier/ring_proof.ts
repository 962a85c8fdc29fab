/** One ring proof: its parts and its challenge (docs/spec.md, "Ring proof"). */

import { type Bytes, littleEndian, u64, utf8 } from './bytes.js';
import type { Limbs } from './curve/field.js';
import { hasPrimeOrder } from './curve/orders.js';
import { POINT, decode } from './curve/points.js';
import { ORDER, SCALAR_BYTES, decodeScalar, reduce } from './curve/scalars.js';
import { H } from './hashing.js';
import { RING_PROOF } from './labels.js';
import type { Signed } from './proof.js';
import type { RingParameters } from './ring_parameters.js';

const PART_BYTES = 32;
export const SUITE = utf8('edwards25519_XMD:SHA-512_ELL2_RO_');

/** What is the same for all proofs of a round. */
export interface RingStatement {
  readonly parameters: RingParameters;
  readonly rosterId: Bytes;
  readonly roundId: Bytes;
  /** The encoding of Q. */
  readonly tagBase: Bytes;
}

/** The parts of a proof whose encoding holds. */
export interface RingProof {
  /** T, A, B', then X_0 ... and Y_0 ..., each of a `POINT`'s limbs. */
  readonly points: Limbs;
  /** f by position, those of digit 0 included. */
  readonly f: readonly bigint[];
  readonly zA: bigint;
  readonly z: bigint;
  readonly zR: bigint;
  /** The challenge. */
  readonly xi: bigint;
}

/** Read a proof and make every check but the equations; null if it is not valid. */
export function readRingProof(statement: RingStatement, signed: Signed): RingProof | null {
  const { radices, positions, proofBytes } = statement.parameters;
  const { proof } = signed;
  if (proof.length !== proofBytes) return null;
  const pointCount = 3 + 2 * radices.length;
  const points = decodePoints(proof, pointCount);
  const scalars = decodeScalars(proof.subarray(pointCount * PART_BYTES));
  if (points === null || scalars === null || !hasPrimeOrder(points, 0)) return null;
  const xi = ringChallenge(statement, signed);
  const [zA, z, zR] = scalars.slice(positions - radices.length) as [bigint, bigint, bigint];
  return { points, f: withFirstDigits(radices, scalars, xi), zA, z, zR, xi };
}

function decodePoints(proof: Bytes, count: number): Limbs | null {
  const points = new Float64Array(count * POINT);
  for (let k = 0; k < count; k++) {
    if (!decode(points, k * POINT, proof, k * PART_BYTES)) return null;
  }
  return points;
}

export function decodeScalars(bytes: Bytes): bigint[] | null {
  const scalars: bigint[] = [];
  for (let at = 0; at < bytes.length; at += SCALAR_BYTES) {
    const scalar = decodeScalar(bytes.subarray(at, at + SCALAR_BYTES));
    if (scalar === null) return null;
    scalars.push(scalar);
  }
  return scalars;
}

/** f_{t,0} is what the other f of digit t lack to the challenge. */
function withFirstDigits(radices: readonly number[], scalars: bigint[], xi: bigint): bigint[] {
  let at = 0;
  return radices.flatMap((radix) => {
    const others = scalars.slice(at, at + radix - 1);
    at += radix - 1;
    return [reduce(xi - others.reduce((sum, one) => sum + one, 0n)), ...others];
  });
}

type Named = readonly [name: string, value: Uint8Array];

/** What a proof is about, in the transcript's order (docs/spec.md, "Ring proof: statement"). */
export function statementFields(
  { parameters, rosterId, roundId, tagBase }: RingStatement,
  { action, statement }: Pick<Signed, 'action' | 'statement'>,
): readonly Named[] {
  return [
    ['suite', SUITE],
    ['radices', Uint8Array.from(parameters.radices)],
    ['size', u64(parameters.size)],
    ['roster', rosterId],
    ['round', roundId],
    ['Q', tagBase],
    ['action', utf8(action)],
    ['statement', utf8(statement)],
  ];
}

/**
 * The challenge of a proof, from 1 to the order - 1.
 *
 * @param signed its answers are not read.
 */
export function ringChallenge(statement: RingStatement, signed: Omit<Signed, 'raw'>): bigint {
  const part = (from: number, to = from + 1) =>
    signed.proof.subarray(from * PART_BYTES, to * PART_BYTES);
  const digits = statement.parameters.radices.length;
  return challengeOf(RING_PROOF, [
    ...statementFields(statement, signed),
    ['T', part(0)],
    ['A', part(1)],
    ['B', part(2)],
    ['X', part(3, 3 + digits)],
    ['Y', part(3 + digits, 3 + 2 * digits)],
  ]);
}

/** The challenge of a transcript (docs/spec.md, "Transcript"). */
export function challengeOf(label: string, values: readonly Named[]): bigint {
  const hash = H(label, ...values.flatMap(([name, value]) => [utf8(name), value]));
  return 1n + (littleEndian(hash) % (ORDER - 1n));
}
