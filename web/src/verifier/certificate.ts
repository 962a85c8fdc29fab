/** Certificate proofs: registrars signed the membership key (docs/spec.md, "Certificate proof"). */

import { type Bytes, u64, utf8 } from './bytes.js';
import { isValidSignature } from './ed25519.js';
import { H } from './hashing.js';
import { COSIGN, MEMBERSHIP, NAME_ATTESTATION, OPEN_SIGNATURE } from './labels.js';
import type { ProofVerifier, Signed } from './proof.js';
import type { OpenCosignature } from './records/published.js';
import type { RegisteredGroup } from './records/registered.js';
import { RsaKey } from './rsa.js';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const PREFIX_BYTES = 32;

/** One registrar's part of a proof. */
interface Endorsement {
  readonly registrar: number;
  readonly prefix: Bytes;
  readonly signature: Bytes;
}

export class CertificateVerifier implements ProofVerifier {
  /** So many keep the browser's own threads busy. */
  readonly batchSize = 128;
  readonly #group: RegisteredGroup;
  readonly #groupId: Bytes;
  readonly #slot: number;
  readonly #roundId: Bytes;
  readonly #keys: readonly RsaKey[];
  /** The message that registrars sign, up to the membership key at its end. */
  readonly #messageStart: Bytes;
  readonly #messages = new Map<Signed['action'], Bytes>();

  constructor(group: RegisteredGroup, groupId: Bytes, slot: number, roundId: Bytes) {
    this.#group = group;
    this.#groupId = groupId;
    this.#slot = slot;
    this.#roundId = roundId;
    this.#keys = group.registrars.map((one) => new RsaKey(one.slot_keys[slot - 1]!));
    this.#messageStart = membershipMessageStart(groupId, slot);
  }

  async firstInvalid(batch: readonly Signed[]): Promise<number> {
    const answers = await Promise.all(batch.map((signed) => this.#isValid(signed)));
    return answers.indexOf(false);
  }

  registrarsOf(proof: Bytes): readonly number[] {
    return this.#endorsements(proof)?.map(({ registrar }) => registrar) ?? [];
  }

  async #isValid({ action, statement, proof, open }: Signed): Promise<boolean> {
    const endorsements = this.#endorsements(proof);
    if (endorsements === null) return false;
    const key = proof.subarray(0, KEY_BYTES);
    const signature = proof.subarray(KEY_BYTES, KEY_BYTES + SIGNATURE_BYTES);
    const message = this.#message(action, statement);
    const answers = await Promise.all([
      isValidSignature(key, signature, message),
      ...endorsements.map(({ registrar, prefix, signature: endorsement }) =>
        this.#keys[registrar]!.isValid(endorsement, prefix, this.#messageStart, key),
      ),
      !open || this.#isNamed(open, key),
    ]);
    return answers.every(Boolean);
  }

  /** Whether a key's owner wants a name, and exactly as many registrars attest it as certify. */
  async #isNamed(open: OpenCosignature, key: Bytes): Promise<boolean> {
    const { registrars, threshold } = this.#group;
    const { statement, consent, attestations } = open;
    if (open.key || attestations.length !== threshold) return false;
    if (attestations.some(([number]) => number >= registrars.length)) return false;
    const words = [utf8(open.name), utf8(open.role)];
    const wanted = H(OPEN_SIGNATURE, this.#roundId, utf8(statement), ...words);
    const answers = await Promise.all([
      isValidSignature(key, consent, wanted),
      ...attestations.map(([number, signature]) => {
        const about = [this.#groupId, u64(number), u64(this.#slot), key, ...words];
        const { identity_key } = registrars[number]!;
        return isValidSignature(identity_key, signature, H(NAME_ATTESTATION, ...about));
      }),
    ]);
    return answers.every(Boolean);
  }

  /** The message that the member signs; without a statement it is the same for all. */
  #message(action: Signed['action'], statement: string): Bytes {
    const known = statement === '' ? this.#messages.get(action) : undefined;
    if (known !== undefined) return known;
    const message = H(COSIGN, this.#roundId, utf8(action), utf8(statement));
    if (statement === '') this.#messages.set(action, message);
    return message;
  }

  /** Take a proof apart; null if it does not have the layout that the group fixes. */
  #endorsements(proof: Bytes): Endorsement[] | null {
    const found: Endorsement[] = [];
    let at = KEY_BYTES + SIGNATURE_BYTES;
    while (found.length < this.#group.threshold) {
      const registrar = proof[at];
      const key = registrar === undefined ? undefined : this.#keys[registrar];
      if (registrar === undefined || key === undefined) return null;
      if (registrar <= (found.at(-1)?.registrar ?? -1)) return null;
      const prefix = proof.subarray(at + 1, at + 1 + PREFIX_BYTES);
      at += 1 + PREFIX_BYTES + key.size;
      found.push({ registrar, prefix, signature: proof.subarray(at - key.size, at) });
    }
    return at === proof.length ? found : null;
  }
}

/** MessagePack of ["cosign/membership/1", group_id, slot, key], without the key's 32 bytes. */
export function membershipMessageStart(groupId: Bytes, slot: number): Bytes {
  const label = utf8(MEMBERSHIP);
  const bin32 = [0xc4, 32];
  return Uint8Array.of(0x94, 0xa0 + label.length, ...label, ...bin32, ...groupId, slot, ...bin32);
}
