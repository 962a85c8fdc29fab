/** The labels that a verifier needs (docs/spec.md, "Labels"). */

export const LETTER_ID = 'cosign/v1/letter-id';
export const GROUP_ID = 'cosign/v1/group-id';
export const ROUND_ID = 'cosign/v1/round-id';
export const CODE_CHECK = 'cosign/v1/code-check';
export const PUBLISHED_HASH = 'cosign/v1/published-hash';
export const MEMBER_KEY_GENERATOR = 'cosign/v1/member-key-generator';
export const RING_TAG_BASE = 'cosign/v1/ring-tag-base';
export const RING_GENERATOR = 'cosign/v1/ring-generator';
export const RING_PROOF = 'cosign/v1/ring-proof';
export const OPEN_PROOF = 'cosign/v1/open-proof';
export const OPEN_SIGNATURE = 'cosign/v1/open-signature';
export const NAME_ATTESTATION = 'cosign/v1/name-attestation-signature';
export const COSIGN = 'cosign/v1/cosign';
export const ROSTER_SIGNATURE = 'cosign/v1/roster-signature';
export const ROUND_SIGNATURE = 'cosign/v1/round-signature';
export const CAMPAIGN_SIGNATURE = 'cosign/v1/campaign-signature';
export const PUBLISHED_SIGNATURE = 'cosign/v1/published-signature';
export const STATEMENT_SIGNATURE = 'cosign/v1/statement-signature';
export const GRANT_SIGNATURE = 'cosign/v1/grant-signature';

/** Opens the message that registrars sign blindly; it is no record of its own. */
export const MEMBERSHIP = 'cosign/membership/1';
