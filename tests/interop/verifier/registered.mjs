/**
 * Registered groups: registrars' statements, sizes of crowds, certificate proofs.
 *
 * docs/spec.md, "Groups" and "Certificate proof". `Rostered` has the same members.
 */

import { ascendStrictly, concatBytes, equalBytes, u64, utf8 } from './bytes.mjs';
import { identifier } from './hashing.mjs';
import { mustBeSignedByRsa, rsaKeySize } from './keys.mjs';
import { must } from './not_valid.mjs';
import { mustBeSigned } from './points.mjs';
import { total } from './records.mjs';

const LARGEST_GROUP = 1_000_000;

export class Registered {
  kind = 'registered';
  anonymity = 'everlasting';
  keyKinds = null;
  leftOut = {};

  constructor(record) {
    this.id = identifier('cosign/v1/group-id', record.bytes);
    this.name = record.name;
    this.purpose = record.purpose;
    this.registrars = record.registrars;
    this.threshold = record.threshold;
    this.earliestOpening = record.enrol_closes;
    /** What each registrar says that it issued; null where it says nothing. */
    this.issued = record.registrars.map(() => null);
    /** Whom those who say something say that they admitted. */
    this.admissions = [];
  }

  get vouchedBy() {
    const who = this.registrars.map(({ name }) => name);
    const of = who.length;
    return { role: 'registrar', who, threshold: this.threshold, of, basis: this.purpose };
  }

  hasSlot(slot) {
    return slot >= 1 && slot <= this.registrars[0].slot_keys.length;
  }

  verify(statements) {
    for (const { group_id, registrar, admitted, signature } of statements) {
      must(equalBytes(group_id, this.id), 'a statement is of another group');
      must(registrar < this.registrars.length, 'a statement is by no registrar of the group');
      const { identity_key: key, name } = this.registrars[registrar];
      const kinds = admitted.flatMap(([kind, people]) => [utf8(kind), u64(people)]);
      const parts = [group_id, u64(registrar), ...kinds];
      mustBeSigned(key, signature, 'cosign/v1/statement-signature', ...parts);
      this.issued[registrar] = total(admitted);
      const said = admitted.map(([kind, people]) => ({ kind, people }));
      this.admissions.push({ registrar: name, admitted: said });
    }
  }

  /** The slot was granted to the round by enough registrars, whose order was checked before. */
  verifyGrants(grants, slot, roundId) {
    for (const { group_id, slot: granted, round_id, registrar, signature } of grants) {
      must(equalBytes(group_id, this.id), 'a grant is of another group');
      must(registrar < this.registrars.length, 'a grant is by no registrar of the group');
      const { identity_key: key } = this.registrars[registrar];
      const parts = [group_id, u64(granted), round_id, u64(registrar)];
      mustBeSigned(key, signature, 'cosign/v1/grant-signature', ...parts);
      must(granted === slot, 'a grant is of another slot');
      must(equalBytes(round_id, roundId), 'a grant is of another round');
    }
    const needed = Math.ceil((this.registrars.length + this.threshold) / 2);
    must(grants.length >= needed, 'too few registrars granted the slot');
  }

  /** At most so many members can hold enough certificates; null if a registrar says nothing. */
  anonymitySet() {
    if (this.issued.includes(null)) return null;
    let k = LARGEST_GROUP;
    for (;;) {
      const sum = this.issued.reduce((total, issued) => total + Math.min(issued, k), 0);
      const next = Math.floor(sum / this.threshold);
      if (next >= k) return k;
      k = next;
    }
  }

  /** At most so many members were certified by these registrars, less some that each certified. */
  crowdOf(registrars, less = this.issued.map(() => 0)) {
    if (registrars.some((i) => this.issued[i] === null)) return null;
    return Math.min(...registrars.map((i) => this.issued[i] - less[i]));
  }

  keyKindsWithout() {
    return null;
  }

  /** Whether members hide only among those who show the same registrars. */
  get splits() {
    return this.threshold < this.registrars.length;
  }

  /** {tag, registrars} of each cosignature, if all proofs are valid and all names are attested. */
  async verifyProofs(cosignatures, roundId, { slot }) {
    const shown = [];
    for (const cosignature of cosignatures) {
      const { action, statement, proof } = cosignature;
      const { key, signature, endorsements } = this.#cut(proof, slot);
      const parts = [roundId, utf8(action), utf8(statement)];
      mustBeSigned(key, signature, 'cosign/v1/cosign', ...parts);
      const message = membershipMessage(this.id, slot, key);
      for (const { der, prefix, signature: endorsement } of endorsements) {
        await mustBeSignedByRsa(der, endorsement, concatBytes(prefix, message));
      }
      if (cosignature.name !== undefined) this.#mustBeNamed(cosignature, key, slot, roundId);
      shown.push({ tag: key, registrars: endorsements.map((one) => one.registrar) });
    }
    return shown;
  }

  /** The owner of a membership key wants the name, and exactly t registrars attest it. */
  #mustBeNamed({ statement, name, role, key: listed, consent, attestations }, key, slot, roundId) {
    must(listed === null, 'a name in a registered group shows a listed key');
    const shown = [name, role].map(utf8);
    const wanted = [roundId, utf8(statement), ...shown];
    mustBeSigned(key, consent, 'cosign/v1/open-signature', ...wanted);
    must(attestations.length === this.threshold, 'a name is attested by too few or too many');
    for (const [registrar, signature] of attestations) {
      must(registrar < this.registrars.length, 'a name is attested by no registrar of the group');
      const parts = [this.id, u64(registrar), u64(slot), key, ...shown];
      const { identity_key: attester } = this.registrars[registrar];
      mustBeSigned(attester, signature, 'cosign/v1/name-attestation-signature', ...parts);
    }
  }

  /** The parts of a proof; every byte belongs to one. */
  #cut(proof, slot) {
    let rest = proof;
    const take = (length) => {
      must(length <= rest.length, 'a proof is too short');
      const part = rest.subarray(0, length);
      rest = rest.subarray(length);
      return part;
    };
    const key = take(32);
    const signature = take(64);
    const endorsements = Array.from({ length: this.threshold }, () => {
      const [registrar] = take(1);
      must(registrar < this.registrars.length, 'a proof names no registrar of the group');
      const der = this.registrars[registrar].slot_keys[slot - 1];
      return { registrar, der, prefix: take(32), signature: take(rsaKeySize(der)) };
    });
    must(rest.length === 0, 'a proof is too long');
    const ascend = ascendStrictly(endorsements, (a, b) => a.registrar - b.registrar);
    must(ascend, 'the registrars of a proof do not ascend');
    return { key, signature, endorsements };
  }
}

/** MessagePack [ "cosign/membership/1", group_id, slot, key ]: what registrars sign unseen. */
function membershipMessage(groupId, slot, key) {
  const label = utf8('cosign/membership/1');
  const heads = { array: 0x94, label: 0xa0 + label.length, bin32: [0xc4, 32] };
  return Uint8Array.of(
    heads.array, heads.label, ...label, ...heads.bin32, ...groupId, slot, ...heads.bin32, ...key,
  );
}
