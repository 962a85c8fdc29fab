/** The labels that a member needs beside those of a verifier (docs/spec.md, "Labels"). */

export const MEMBER_KEY_ID = 'cosign/v1/member-key-id';
export const REQUEST_ID = 'cosign/v1/request-id';
export const COLLECTION_ID = 'cosign/v1/collection-id';
export const DELIVERY_ID = 'cosign/v1/delivery-id';
export const ENVELOPE_ID = 'cosign/v1/envelope-id';
export const MAILBOX_ADDRESS = 'cosign/v1/mailbox-address';
export const MAILBOX_SIGNATURE = 'cosign/v1/mailbox-signature';
export const RELAY_STAMP = 'cosign/v1/relay-stamp';
export const VOUCHER_TAG = 'cosign/v1/voucher-tag';
export const COMPARISON = 'cosign/v1/comparison';
export const CONTENT_KEY = 'cosign/v1/content-key';
export const KEY_COMMITMENT = 'cosign/v1/key-commitment';
export const INVITATION_KEY = 'cosign/v1/invitation-key';
export const INVITATION_COMMITMENT = 'cosign/v1/invitation-commitment';
export const CLAIM_PROOF = 'cosign/v1/claim-proof';
export const CLAIM_SIGNATURE = 'cosign/v1/claim-signature';
export const MEMBER_KEY_PROOF = 'cosign/v1/member-key-proof';
export const PROOF_SEED = 'cosign/v1/proof-seed';
export const PROOF_NONCE = 'cosign/v1/proof-nonce';
export const SEAL_REQUEST = 'cosign/v1/seal-request';
export const SEAL_RESPONSE = 'cosign/v1/seal-response';
export const SEAL_DELIVERY = 'cosign/v1/seal-delivery';
export const SEAL_SHARE = 'cosign/v1/seal-share';
export const SEAL_CONTENT = 'cosign/v1/seal-content';
export const SEAL_INVITATION = 'cosign/v1/seal-invitation';
export const SEAL_VAULT = 'cosign/v1/seal-vault';
