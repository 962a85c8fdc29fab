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
const SUITE = utf8('edwards25519_XMD:SHA-512_ELL2_RO_');

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
  const xi = challenge(statement, signed, pointCount);
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

function decodeScalars(bytes: Bytes): bigint[] | null {
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

/** The challenge of the transcript, from 1 to the order - 1. */
function challenge(statement: RingStatement, signed: Signed, pointCount: number): bigint {
  const { parameters, rosterId, roundId, tagBase } = statement;
  const { proof, action, statement: words } = signed;
  const part = (from: number, to = from + 1) => proof.subarray(from * PART_BYTES, to * PART_BYTES);
  const middle = 3 + parameters.radices.length;
  const values: readonly (readonly [name: string, value: Uint8Array])[] = [
    ['suite', SUITE],
    ['radices', Uint8Array.from(parameters.radices)],
    ['size', u64(parameters.size)],
    ['roster', rosterId],
    ['round', roundId],
    ['Q', tagBase],
    ['action', utf8(action)],
    ['statement', utf8(words)],
    ['T', part(0)],
    ['A', part(1)],
    ['B', part(2)],
    ['X', part(3, middle)],
    ['Y', part(middle, pointCount)],
  ];
  const hash = H(RING_PROOF, ...values.flatMap(([name, value]) => [utf8(name), value]));
  return 1n + (littleEndian(hash) % (ORDER - 1n));
}
