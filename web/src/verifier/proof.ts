/** What both kinds of proofs have in common (docs/spec.md, "Proofs"). */

import type { Bytes } from './bytes.js';
import type { OpenCosignature } from './records/published.js';

/** A well-formed record of the file, before its proof is verified. */
export interface Signed {
  readonly raw: Bytes;
  readonly action: 'cosign' | 'withdraw';
  readonly statement: string;
  readonly proof: Bytes;
  /** The whole record, if it has a name. */
  readonly open?: OpenCosignature;
}

/** Verifies the proofs of one round. */
export interface ProofVerifier {
  /** How many proofs are verified at once. */
  readonly batchSize: number;
  /** Return the place of the first proof or name that is not valid; -1 if all of them are. */
  firstInvalid(batch: readonly Signed[]): Promise<number>;
  /** The numbers of the registrars that a valid proof names, ascending; none for rosters. */
  registrarsOf(proof: Bytes): readonly number[];
}

/** The 32 bytes that are the same in all proofs by one key in a round. */
export function tagOf(proof: Bytes): Bytes {
  return proof.subarray(0, 32);
}
