/** The records of enrolment (docs/spec.md, "Enrolment"). */

import { array, bin, row, uint } from '../../../verifier/codecs.js';
import { NotValid } from '../../../verifier/errors.js';
import { type RecordOf, record } from '../../../verifier/record.js';
import * as limits from '../../../verifier/records/limits.js';

export const registrarIndex = uint(0, limits.REGISTRAR_LIMIT - 1);

/** (registrar, prefix, signature). */
export const endorsement = row(registrarIndex, bin(32), bin(384, 512));

export const EnrolmentPlea = record('enrolment-plea', 33_160, {
  voucher: bin(16),
  reply_key: bin(32),
  blinded: array(bin(384, 512), 1, limits.SLOT_LIMIT),
});

export const EnrolmentRequest = record('enrolment-request', 34_496, {
  group_id: limits.id,
  registrar: registrarIndex,
  sealed: bin(1136, 34_296),
});

export const EnrolmentResponse = record('enrolment-response', 33_360, {
  group_id: limits.id,
  registrar: registrarIndex,
  request_id: limits.id,
  encrypted: bin(16, 32_784),
});

export const MembershipCertificate = record(
  'membership-certificate',
  9032,
  {
    group_id: limits.id,
    slot: uint(1, limits.SLOT_LIMIT),
    key: limits.ed25519Key,
    endorsements: array(endorsement, 1, limits.REGISTRAR_LIMIT),
  },
  ({ endorsements }) => {
    if (endorsements.some(([number], i) => i > 0 && endorsements[i - 1]![0] >= number)) {
      throw new NotValid('the registrars in a certificate do not ascend');
    }
  },
);

export type EnrolmentRequest = RecordOf<typeof EnrolmentRequest>;
export type EnrolmentResponse = RecordOf<typeof EnrolmentResponse>;
export type MembershipCertificate = RecordOf<typeof MembershipCertificate>;
export type Endorsement = MembershipCertificate['endorsements'][number];
