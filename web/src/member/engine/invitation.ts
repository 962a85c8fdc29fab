/** Opening an invitation with its secret (docs/spec.md, "Invitations"). */

import { type Bytes, equal } from '../../verifier/bytes.js';
import { H } from '../../verifier/hashing.js';
import { MemberError } from './errors.js';
import { decryptOnce } from './hpke.js';
import { INVITATION_COMMITMENT, INVITATION_KEY, SEAL_INVITATION } from './labels.js';
import { damaged, padToBlocks, unpad } from './padding.js';
import type { Invitation } from './records/sealed.js';
import { type MemberRound, readRound } from './round.js';
import { readCode } from './typed_text.js';

const SECRET_BYTES = 32;
const KEY_BYTES = 32;

/** Return the round in an invitation, verified; the code is checked before the file. */
export async function openInvitation(
  { commitment, ciphertext }: Invitation,
  code: string,
): Promise<MemberRound> {
  const secret = readCode(code, SECRET_BYTES, 'cosign-invite-');
  if (!equal(H(INVITATION_COMMITMENT, secret), commitment)) {
    throw new MemberError(
      'MismatchError',
      'the secret has no typing error, but it belongs to another invitation',
      'ask for the secret that belongs to this file, or for the file that belongs to it',
    );
  }
  const key = H(INVITATION_KEY, secret).subarray(0, KEY_BYTES);
  const padded: Bytes = await decryptOnce(key, H(SEAL_INVITATION), ciphertext);
  const content = unpad(padded);
  if (padToBlocks(content).length !== padded.length) throw damaged();
  return readRound(content);
}
