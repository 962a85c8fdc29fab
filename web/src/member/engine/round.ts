/** A verified round, as far as its members need it beyond what a verifier does. */

import type { Bytes } from '../../verifier/bytes.js';
import { RegisteredGroup } from '../../verifier/records/registered.js';
import { Roster } from '../../verifier/records/roster.js';
import { Round } from '../../verifier/records/round.js';
import { ringParameters } from '../../verifier/ring_parameters.js';
import { type VerifiedRound, verifyRound } from '../../verifier/round.js';
import { checkRsaKey } from '../../verifier/rsa.js';
import { pack } from './encode.js';
import { asMember } from './errors.js';

const KEY_BYTES = 32;
const STATEMENT_LIMIT = 280;
const NAME_LIMIT = 100;
/** Membership key and signature; then a registrar's number and prefix. */
const CERTIFICATE_HEAD_BYTES = 96;
const ENDORSEMENT_HEAD_BYTES = 33;

export interface MemberRound extends VerifiedRound {
  /** The group's record, of one of the two kinds. */
  readonly registered: RegisteredGroup | null;
  readonly roster: Roster | null;
}

/** Read and verify a round. */
export function readRound(bytes: Bytes): Promise<MemberRound> {
  return asMember(async () => {
    const verified = await verifyRound(Round.read(bytes));
    const { kind } = verified.round.terms;
    const { group } = verified.round;
    return {
      ...verified,
      registered: kind === 'registered' ? RegisteredGroup.read(group) : null,
      roster: kind === 'rostered' ? Roster.read(group) : null,
    };
  });
}

/** The length of the longest proof that a round can have. */
function longestProof({ registered, roster, round }: MemberRound): number {
  if (roster !== null) return ringParameters(roster.terms.keys.length / KEY_BYTES).proofBytes;
  const { registrars, threshold } = registered!;
  const sizes = registrars
    .map(({ slot_keys }) => checkRsaKey(slot_keys[round.terms.slot - 1]!).length)
    .sort((one, other) => other - one);
  return sizes
    .slice(0, threshold)
    .reduce((sum, size) => sum + ENDORSEMENT_HEAD_BYTES + size, CERTIFICATE_HEAD_BYTES);
}

/** L: the length of the longest record that an envelope of the round can hold, an open one. */
export function longestRecord(round: MemberRound): number {
  const [statement, name] = ['x'.repeat(STATEMENT_LIMIT), 'x'.repeat(NAME_LIMIT)];
  const proof = new Uint8Array(longestProof(round));
  const threshold = round.registered?.threshold ?? 0;
  const attestations = Array.from({ length: threshold }, (_, i) => [i, new Uint8Array(64)]);
  const [key, consent] = threshold > 0 ? [null, 64] : [new Uint8Array(KEY_BYTES), 96];
  const fields = [statement, proof, name, name, key, new Uint8Array(consent), attestations];
  return pack(['cosign/open-cosignature/1', ...fields]).length;
}

/** Minutes as `2025-02-19T21:20Z`. */
export function showMinute(minute: number): string {
  return `${new Date(minute * 60_000).toISOString().slice(0, 16)}Z`;
}
