/** Signing with one's name (docs/spec.md, "Open names"). */

import { type Bytes, equal, u64, utf8 } from '../../verifier/bytes.js';
import { isValidSignature } from '../../verifier/ed25519.js';
import { H } from '../../verifier/hashing.js';
import { NAME_ATTESTATION, OPEN_SIGNATURE } from '../../verifier/labels.js';
import { type Cosignature, OpenCosignature } from '../../verifier/records/published.js';
import { have } from '../../verifier/words.js';
import { quoted } from '../../verifier/text.js';
import type { Certified, Credential } from './credentials.js';
import { encode } from './encode.js';
import { MemberError } from './errors.js';
import { NAME_REQUEST_SIGNATURE } from './labels.js';
import type { Primitives, Randomness } from './primitives.js';
import type { PublicName } from './prove_ring.js';
import { MembershipCertificate } from './records/enrolment.js';
import { type NameAttestation, NameRequest } from './records/names.js';
import type { MemberRound } from './round.js';
import { ringProver } from './signing.js';

/** Put a name beside a cosignature that was made, with its owner's consent. */
export async function openCosignature(
  primitives: Primitives,
  round: MemberRound,
  credential: Credential,
  { statement, proof }: Pick<Cosignature, 'statement' | 'proof'>,
  called: PublicName,
  attested: readonly NameAttestation[],
  randomness: Randomness,
): Promise<OpenCosignature> {
  const { key, proof: consent } =
    credential.kind === 'listed'
      ? ringProver(primitives, round, credential, randomness).consent(statement, called)
      : signedConsent(primitives, round, credential, statement, called);
  const attestations =
    credential.kind === 'listed'
      ? []
      : await chooseAttestations(primitives, round, credential, called, attested);
  return encode(OpenCosignature, { statement, proof, ...called, key, consent, attestations });
}

function signedConsent(
  primitives: Primitives,
  { roundId }: MemberRound,
  { seed }: Certified,
  statement: string,
  { name, role }: PublicName,
): { readonly key: null; readonly proof: Bytes } {
  const message = H(OPEN_SIGNATURE, roundId, utf8(statement), utf8(name), utf8(role));
  return { key: null, proof: primitives.sign(seed, message) };
}

/** Verify attestations, and return those of the t lowest registrar numbers. */
async function chooseAttestations(
  primitives: Primitives,
  round: MemberRound,
  { seed }: Certified,
  called: PublicName,
  attested: readonly NameAttestation[],
): Promise<[registrar: number, signature: Bytes][]> {
  const key = primitives.publicKey(seed);
  const found = new Map<number, Bytes>();
  for (const attestation of attested) {
    await checkAttestation(round, attestation);
    checkOwner(round, attestation, key, called);
    if (!found.has(attestation.registrar)) found.set(attestation.registrar, attestation.signature);
  }
  const { threshold } = round.registered!;
  if (found.size < threshold) {
    throw new MemberError(
      'ThresholdError',
      `${found.size} ${found.size === 1 ? 'registrar attests' : 'registrars attest'} the name, ` +
        `and ${threshold} ${have(threshold)} to`,
      'ask each of them to attest it, and open what they answer',
    );
  }
  return [...found].sort(([one], [other]) => one - other).slice(0, threshold);
}

async function checkAttestation(round: MemberRound, attestation: NameAttestation): Promise<void> {
  const { group_id, registrar: number, slot, key, name, role, signature } = attestation;
  const registrar = round.registered!.registrars[number];
  if (!equal(group_id, round.group.groupId) || registrar === undefined) {
    throw new MemberError(
      'MismatchError',
      `the attestation of the name ${quoted(name)} belongs to another group`,
      "ask the registrars of the round's group",
    );
  }
  const about = [group_id, u64(number), u64(slot), key, utf8(name), utf8(role)];
  if (await isValidSignature(registrar.identity_key, signature, H(NAME_ATTESTATION, ...about))) return;
  throw new MemberError(
    'VerificationError',
    `the attestation of registrar ${quoted(registrar.name)} is not signed by it`,
    'it was changed or forged; ask the registrar for it again',
  );
}

/** Refuse an attestation of something else than what is signed; say of what. */
function checkOwner(
  { registered, round }: MemberRound,
  attestation: NameAttestation,
  key: Bytes,
  called: PublicName,
): void {
  const registrar = registered!.registrars[attestation.registrar]!.name;
  if (attestation.slot !== round.terms.slot || !equal(attestation.key, key)) {
    throw new MemberError(
      'MismatchError',
      `registrar ${quoted(registrar)} attested the name for another key than yours in this round`,
      'ask for it with this key file, for this round',
    );
  }
  const { name, role } = attestation;
  if (name === called.name && role === called.role) return;
  const shown = [name, role].filter(Boolean).map((word) => quoted(word));
  throw new MemberError(
    'MismatchError',
    `registrar ${quoted(registrar)} attested another name or role: ${shown.join(', ')}`,
    'sign with exactly what all registrars attested, or ask them again',
  );
}

/**
 * Return what asks a registrar to attest a name; it shows the registrar which membership key is whose.
 *
 * @param registrar who is asked, by its number from 0.
 * @param challenge the text that this registrar gave to the member.
 */
export function requestName(
  primitives: Primitives,
  round: MemberRound,
  { state, seed }: Certified,
  called: PublicName,
  registrar: number,
  challenge: string,
): Bytes {
  const { slot } = round.round.terms;
  const endorsements = state.endorsements[slot - 1]!;
  if (endorsements.length === 0) {
    const what = `this key file has no certificate for slot ${slot}`;
    throw new MemberError('MissingError', what, 'finish enrolment first');
  }
  if (round.registered!.registrars[registrar] === undefined) {
    const count = round.registered!.registrars.length;
    const what = `the group has registrars 1 to ${count}, not ${registrar + 1}`;
    throw new MemberError('MismatchError', what, 'choose one of them');
  }
  const { groupId: group_id } = round.group;
  const key = primitives.publicKey(seed);
  const certificate = encode(MembershipCertificate, { group_id, slot, key, endorsements });
  const words = [utf8(called.name), utf8(called.role), u64(registrar), utf8(challenge)];
  const message = H(NAME_REQUEST_SIGNATURE, group_id, u64(slot), key, ...words);
  const signature = primitives.sign(seed, message);
  return encode(NameRequest, { certificate, ...called, signature }).raw;
}
