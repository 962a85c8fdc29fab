/** The member's cosignature or withdrawal (docs/spec.md, "Cosignatures"). */

import { type Bytes, concat, equal, utf8 } from '../../verifier/bytes.js';
import { H } from '../../verifier/hashing.js';
import { COSIGN } from '../../verifier/labels.js';
import type { ProofVerifier } from '../../verifier/proof.js';
import { Cosignature } from '../../verifier/records/published.js';
import { counted } from '../../verifier/words.js';
import { quoted } from '../../verifier/text.js';
import { type Credential, type Certified, type Listed, usesOf } from './credentials.js';
import { checkCrowd, splits } from './crowd.js';
import { type Wire, encode, pack } from './encode.js';
import { windowHint } from './enrolment.js';
import { MemberError, asMember } from './errors.js';
import type { Progress } from './interface.js';
import { curveOf } from './member_secret.js';
import type { Primitives, Randomness } from './primitives.js';
import { openCosignature } from './naming.js';
import { type Binding, type PublicName, RingProver } from './prove_ring.js';
import type { Endorsement } from './records/enrolment.js';
import type { NameAttestation } from './records/names.js';
import type { Envelope } from './records/sealed.js';
import type { Use } from './records/secrets.js';
import { type MemberRound, showMinute } from './round.js';
import { sealCosignature } from './sealing.js';

/**
 * Refuse an action outside of the round's window; a withdrawal has no end.
 *
 * @param again the member cosigned before, and now does so openly, which has no end either.
 */
export function checkWindow(
  { round }: MemberRound,
  action: Use[3],
  minute: number,
  again = false,
): void {
  const { opens, closes } = round.terms;
  if (minute >= opens && (action === 'withdraw' || again || minute < closes)) return;
  throw new MemberError(
    'WindowError',
    `the round is open from ${showMinute(opens)} until ${showMinute(closes)}`,
    windowHint(minute, opens, 'it is over, and takes no more cosignatures'),
  );
}

/** Return the endorsements of the first t registrars, which everybody shows. */
export function chosenEndorsements({ registered, round }: MemberRound, { state }: Certified): Endorsement[] {
  const { threshold } = registered!;
  const chosen = state.endorsements[round.terms.slot - 1]!.slice(0, threshold);
  if (chosen.length === threshold) return chosen;
  throw new MemberError(
    'ThresholdError',
    `the key has ${counted(chosen.length, 'registrar signature')} and needs ${threshold}`,
    'enrol with more registrars of the group and finish their responses',
  );
}

/** The registrars, from 0, that a member's cosignature shows; none where all show the same. */
export function vouchersOf(round: MemberRound, credential: Credential): number[] {
  if (credential.kind === 'listed' || !splits(round)) return [];
  return chosenEndorsements(round, credential).map(([registrar]) => registrar);
}

/** Return a member's tag in a round: the same in every proof by the key. */
export function tagOf(
  primitives: Primitives,
  round: MemberRound,
  credential: Credential,
  randomness: Randomness,
): Bytes {
  if (credential.kind === 'certified') return primitives.publicKey(credential.seed);
  return ringProver(primitives, round, credential, randomness).tag;
}

export function ringProver(
  primitives: Primitives,
  round: MemberRound,
  { secret, index }: Listed,
  randomness: Randomness,
): RingProver {
  const ids = { rosterId: round.group.groupId, roundId: round.roundId };
  const { keys } = round.roster!.terms;
  return new RingProver(curveOf(primitives), keys, ids, secret, index, randomness);
}

/** What is signed, and when. */
export interface Wish extends Binding {
  /** null to sign anonymously. */
  readonly called: PublicName | null;
  readonly minute: number;
  readonly minSet: number;
}

/** Make every check but that of the proof; return the use of the key. */
export function checkSigning(
  round: MemberRound,
  credential: Credential,
  tag: Bytes,
  { action, statement, called, minute, minSet }: Wish,
): Use {
  const { name, role } = called ?? { name: '', role: '' };
  const use: Use = [round.round.terms.slot, round.roundId, tag, action, statement, name, role];
  const uses = usesOf(credential);
  checkWindow(round, action, minute, called !== null && isAgain(use, uses));
  checkUses(use, uses);
  if (credential.kind === 'certified') chosenEndorsements(round, credential);
  if (action === 'cosign' && called === null) checkCrowd(round, vouchersOf(round, credential), minSet);
  return use;
}

/**
 * Check that a registrar is not asked for a name with which this key cannot sign: it would learn
 * whose the key is, and so what it signed in another round, or that it signed nothing in this one.
 */
export function checkNameWanted(
  { round, roundId }: MemberRound,
  tag: Bytes,
  uses: readonly Use[],
  { name, role }: PublicName,
  minute: number,
): void {
  const { slot, closes } = round.terms;
  const here = uses.find(
    ([oldSlot, oldRound, oldTag, action]) =>
      oldSlot === slot && equal(oldRound, roundId) && equal(oldTag, tag) && action === 'cosign',
  );
  checkUses([slot, roundId, tag, 'cosign', here?.[4] ?? '', name, role], uses);
  if (here !== undefined || minute < closes) return;
  throw new MemberError(
    'WindowError',
    'the round is over, and this key file did not cosign it',
    'a name can only be added to what you cosigned; do not ask for one',
  );
}

/** Whether the member made this cosignature before, perhaps without the name. */
function isAgain(use: Use, uses: readonly Use[]): boolean {
  const packed = pack(use.slice(0, 5) as Wire);
  return uses.some((old) => equal(pack(old.slice(0, 5) as Wire), packed));
}

function checkUses(use: Use, uses: readonly Use[]): void {
  const [slot, roundId, tag, action, statement] = use;
  for (const [oldSlot, oldRound, oldTag, oldAction, oldStatement, oldName, oldRole] of uses) {
    // One message for both, so that a refusal does not show that a member signed elsewhere.
    if (slot > 0 && oldSlot === slot && !equal(oldRound, roundId)) {
      throw new MemberError(
        'SlotError',
        `your key for slot ${slot} is used up: it signed in another round, or its ` +
          'certificate was written for a roster',
        'two uses of one key can be linked; ' +
          'the organizer has to open this round in a fresh slot',
      );
    }
    if (action === 'withdraw' || !equal(oldRound, roundId) || !equal(oldTag, tag)) continue;
    if (oldAction === 'withdraw') {
      const hint = 'a withdrawal cannot be taken back';
      throw new MemberError('SlotError', 'you withdrew from this round', hint);
    }
    if (oldStatement !== statement) {
      throw new MemberError(
        'SlotError',
        'you cosigned this round already, with another statement',
        'both statements would be left out; repeat the first one or do not sign',
      );
    }
    checkNames(use, oldName, oldRole);
  }
}

/** Refuse another name than the one before, or none after it. */
function checkNames([, , , , , name, role]: Use, oldName: string, oldRole: string): void {
  if (oldName === '' || (name === oldName && role === oldRole)) return;
  if (name === '') {
    throw new MemberError(
      'SlotError',
      `you cosigned this round openly already, as ${quoted(oldName)}`,
      'a name cannot be taken back, only the whole cosignature, by withdrawing',
    );
  }
  const shown = [oldName, oldRole].filter(Boolean).map((word) => quoted(word));
  throw new MemberError(
    'SlotError',
    `you cosigned this round openly already, with another name or role: ${shown.join(', ')}`,
    'neither would be shown; repeat the first ones exactly',
  );
}

/** Prove, verify the own proof, and seal it. */
export async function makeEnvelope(
  primitives: Primitives,
  round: MemberRound,
  credential: Credential,
  { action, statement, called }: Pick<Wish, 'action' | 'statement' | 'called'>,
  attested: readonly NameAttestation[],
  randomness: Randomness,
  onProgress: Progress,
): Promise<Envelope> {
  const binding = { action, statement };
  // The verifier checks the keys of a roster; the proof is made among checked keys only.
  const verifier: ProofVerifier = await asMember(() =>
    round.group.proofVerifier(round.round.terms.slot, round.roundId),
  );
  const proof =
    credential.kind === 'certified'
      ? certificateProof(primitives, round, credential, binding)
      : await ringProver(primitives, round, credential, randomness).prove(binding, onProgress);
  const anonymous = encode(Cosignature, { action, statement, proof });
  const open =
    called === null
      ? null
      : await openCosignature(primitives, round, credential, anonymous, called, attested, randomness);
  const signed = open === null ? anonymous : { ...anonymous, open };
  if ((await verifier.firstInvalid([signed])) >= 0) {
    const isProved = (await verifier.firstInvalid([anonymous])) < 0;
    const fault = isProved
      ? "its name is not that of its key's owner, or the owner did not consent"
      : 'its proof is not valid';
    throw new MemberError(
      'VerificationError',
      `your own cosignature is not valid, so nothing was sent: ${fault}`,
      'your certificates or your machine are faulty; enrol again or report this',
    );
  }
  return sealCosignature(primitives, open ?? anonymous, round, randomness);
}

/** Key, signature, and the endorsements of t registrars (docs/spec.md, "Certificate proof"). */
function certificateProof(
  primitives: Primitives,
  round: MemberRound,
  credential: Certified,
  { action, statement }: Binding,
): Bytes {
  const message = H(COSIGN, round.roundId, utf8(action), utf8(statement));
  const tail = chosenEndorsements(round, credential).map(([registrar, prefix, signature]) =>
    concat(Uint8Array.of(registrar), prefix, signature),
  );
  const { seed } = credential;
  return concat(primitives.publicKey(seed), primitives.sign(seed, message), ...tail);
}
