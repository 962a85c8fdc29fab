/** The records with which registrars attest a name (docs/spec.md, "Open names"). */

import { line, uint } from '../../../verifier/codecs.js';
import { type RecordOf, embedded, record } from '../../../verifier/record.js';
import * as limits from '../../../verifier/records/limits.js';
import { MembershipCertificate, registrarIndex } from './enrolment.js';

const called = { name: line(1, 100), role: line(0, 100) };

export const NameRequest = record('name-request', 9432, {
  certificate: embedded(MembershipCertificate),
  ...called,
  signature: limits.ed25519Signature,
});

export const NameAttestation = record('name-attestation', 450, {
  group_id: limits.id,
  registrar: registrarIndex,
  slot: uint(1, limits.SLOT_LIMIT),
  key: limits.ed25519Key,
  ...called,
  signature: limits.ed25519Signature,
});

export type NameAttestation = RecordOf<typeof NameAttestation>;
