/** Finding one's own cosignature in a published letter (docs/spec.md, "Finding one's own"). */

import { type Bytes, equal, utf8 } from '../../verifier/bytes.js';
import { openPublished } from '../../verifier/container.js';
import { H } from '../../verifier/hashing.js';
import { NotValid } from '../../verifier/errors.js';
import { isJoint, limited } from '../../verifier/joint.js';
import { type Signed, tagOf } from '../../verifier/proof.js';
import { JOINT_MAGIC, PublishedReader, frame, take } from '../../verifier/published.js';
import { JointHeader } from '../../verifier/records/joint.js';
import { Source, chunksOf } from '../../verifier/source.js';
import { readCosignature } from '../../verifier/verify_letter.js';
import type { Certified, Credential } from './credentials.js';
import { encode } from './encode.js';
import { MemberError, asMember } from './errors.js';
import { CLAIM_SIGNATURE } from './labels.js';
import type { Primitives, Randomness } from './primitives.js';
import { Claim } from './records/sealed.js';
import { type MemberRound, readRound } from './round.js';
import { ringProver, tagOf as ownTagOf } from './signing.js';

/** How many records are looked at together. */
const BATCH = 256;

/** A letter of a file, at its first record. */
export interface Letter {
  readonly round: MemberRound;
  readonly reader: PublishedReader;
  /** Whether the file has several letters. */
  readonly joint: boolean;
  readonly isLast: boolean;
}

/** What a letter has under the tags of one member. */
export interface Found {
  readonly signed: boolean;
  readonly withdrawn: boolean;
  /** Of the cosignature; empty where there are several that differ. */
  readonly statement: string;
  /** What the file shows beside it; null if it is anonymous there, or names differ. */
  readonly name: { readonly name: string; readonly role: string } | null;
  /** Whether statements or names differ; of one tag's, a report shows none. */
  readonly conflict: boolean;
}

const AGAIN = 'get the file again from where it was published';

/** Yield each letter of a file with its round verified; records that stay unread are passed. */
export async function* lettersOf(file: Blob): AsyncGenerator<Letter, void, undefined> {
  const source = new Source(chunksOf(file));
  try {
    const { file: opened } = await asMember(() => openPublished(source));
    if (!(await asMember(() => isJoint(opened)))) {
      yield { ...(await openLetter(opened)), joint: false, isLast: true };
      return;
    }
    const parts = await asMember(async () => {
      await take(opened, JOINT_MAGIC.length);
      return JointHeader.read((await frame(opened, JointHeader.mostBytes)).content).parts;
    });
    for (const [place, [roundId, length]] of parts.entries()) {
      const part = new Source(limited(opened, length));
      const letter = await openLetter(part);
      if (!equal(letter.round.roundId, roundId)) {
        throw new MemberError(
          'MismatchError',
          `letter ${place + 1}: it is of another round than the file's header says`,
          'the file was put together wrongly; do not trust it',
        );
      }
      yield { ...letter, joint: true, isLast: place === parts.length - 1 };
      await asMember(() => exhaust(part));
    }
  } finally {
    await source.close();
  }
}

async function openLetter(file: Source): Promise<Pick<Letter, 'round' | 'reader'>> {
  const reader = await asMember(() => PublishedReader.open(file));
  return { round: await readRound(reader.header.round.raw), reader };
}

async function exhaust(part: Source): Promise<void> {
  for await (const _ of part.rest());
}

/**
 * Look for the cosignatures and withdrawals of one member; the whole letter is read and its trailer
 * checked, and the proofs of these records are verified.
 */
export function find(tags: readonly Bytes[], { round, reader }: Letter): Promise<Found> {
  return asMember(async () => {
    const mine: Signed[] = [];
    for await (const raws of reader.records(round.roundId, BATCH)) {
      for (const raw of raws) {
        const record = readCosignature(raw);
        if (record === null) throw new NotValid('a record of the file is damaged', AGAIN);
        if (tags.some((tag) => equal(tag, tagOf(record.proof)))) mine.push(record);
      }
    }
    const valid = await onlyValid(mine, round);
    const signed = valid.filter(({ action }) => action === 'cosign');
    const [first] = signed;
    const open = signed.find((one) => one.open)?.open;
    const agree = signed.every(
      (one) =>
        one.statement === first!.statement &&
        (one.open ?? open)?.name === open?.name &&
        (one.open ?? open)?.role === open?.role,
    );
    return {
      signed: first !== undefined,
      withdrawn: signed.length < valid.length,
      statement: (agree && first?.statement) || '',
      name: agree && open ? { name: open.name, role: open.role } : null,
      conflict: !agree,
    };
  });
}

async function onlyValid(records: readonly Signed[], round: MemberRound): Promise<Signed[]> {
  if (records.length === 0) return [];
  const verifier = round.group.proofVerifier(round.round.terms.slot, round.roundId);
  const valid: Signed[] = [];
  for (const record of records) {
    if ((await verifier.firstInvalid([record])) < 0) valid.push(record);
  }
  return valid;
}

/** Check that a cosignature counts. */
export function requireCounted({ signed, withdrawn }: Found): void {
  if (withdrawn) {
    throw new MemberError(
      'VerificationError',
      'your cosignature was withdrawn and does not count',
      'if you did not withdraw it, someone else has your key',
    );
  }
  if (!signed) {
    throw new MemberError(
      'VerificationError',
      'your cosignature is not in this file',
      'it was withdrawn before publication, arrived late, or the organizer left it out',
    );
  }
}

/** Answer a challenge: the cosignature in a letter is one's own (docs/spec.md, "Claims"). */
export async function makeClaim(
  primitives: Primitives,
  credential: Credential,
  letter: Letter,
  challenge: string,
  reveal: boolean,
  randomness: Randomness,
): Promise<Claim> {
  const { round } = letter;
  const tag = ownTagOf(primitives, round, credential, randomness);
  requireCounted(await find([tag], letter));
  const { key, proof } =
    credential.kind === 'certified'
      ? certifiedClaim(primitives, credential, round, challenge, reveal)
      : ringProver(primitives, round, credential, randomness).claim(challenge, reveal);
  return encode(Claim, { round_id: round.roundId, tag, key, proof });
}

function certifiedClaim(
  primitives: Primitives,
  { seed }: Certified,
  { roundId }: MemberRound,
  challenge: string,
  reveal: boolean,
): { readonly key: null; readonly proof: Bytes } {
  if (reveal) {
    throw new MemberError(
      'RefusedError',
      'a registered group has no list of keys, so none can be revealed',
      'leave it out; the claim holds without it',
    );
  }
  const message = H(CLAIM_SIGNATURE, roundId, utf8(challenge));
  return { key: null, proof: primitives.sign(seed, message) };
}
