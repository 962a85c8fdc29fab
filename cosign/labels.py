"""Every domain-separation label and the protocol version, in one table.

There are two families. ``cosign/<record>/1`` is the first field of a record
(docs/spec.md, "Records"). ``cosign/v1/<purpose>`` is the first input of a hash, of a
signature or of an encryption context (docs/spec.md, "Labels"). Tests check that every
label is unique and that none is a prefix of another.
"""

from typing import Final

VERSION: Final = 1
"""The protocol version of this library. Versions are not negotiated."""

# Records that are written to files or sent.
REGISTRAR: Final = "cosign/registrar/1"
REGISTERED_GROUP: Final = "cosign/registered-group/1"
ENROLMENT_REQUEST: Final = "cosign/enrolment-request/1"
ENROLMENT_PLEA: Final = "cosign/enrolment-plea/1"
ENROLMENT_RESPONSE: Final = "cosign/enrolment-response/1"
ENROLMENT_STATEMENT: Final = "cosign/enrolment-statement/1"
SLOT_GRANT: Final = "cosign/slot-grant/1"
MEMBERSHIP: Final = "cosign/membership/1"
MEMBERSHIP_CERTIFICATE: Final = "cosign/membership-certificate/1"
MEMBER_KEY: Final = "cosign/member-key/1"
PUBLISHER: Final = "cosign/publisher/1"
ROSTER_TERMS: Final = "cosign/roster-terms/1"
ROSTER_EVIDENCE: Final = "cosign/roster-evidence/1"
ROSTER: Final = "cosign/roster/1"
TRUSTEE: Final = "cosign/trustee/1"
ROUND_TERMS: Final = "cosign/round-terms/1"
ROUND: Final = "cosign/round/1"
COSIGNATURE: Final = "cosign/cosignature/1"
ENVELOPE: Final = "cosign/envelope/1"
OPENING: Final = "cosign/opening/1"
OPENED_SHARES: Final = "cosign/opened-shares/1"
PUBLISHED_LETTER: Final = "cosign/published-letter/1"
PUBLISHED_TRAILER: Final = "cosign/published-trailer/1"
MAILBOX_TERMS: Final = "cosign/mailbox-terms/1"
MAILBOX: Final = "cosign/mailbox/1"
MAILBOX_ERASURE: Final = "cosign/mailbox-erasure/1"
STAMPED_RECORD: Final = "cosign/stamped-record/1"
TIME_STAMP: Final = "cosign/time-stamp/1"
INVITATION: Final = "cosign/invitation/1"
CLAIM: Final = "cosign/claim/1"

# Records that never leave the home in which they were made.
VAULT: Final = "cosign/vault/1"
REGISTRAR_SECRETS: Final = "cosign/registrar-secrets/1"
ORGANIZER_SECRETS: Final = "cosign/organizer-secrets/1"
TRUSTEE_SECRETS: Final = "cosign/trustee-secrets/1"
MEMBER_KEY_SECRETS: Final = "cosign/member-key-secrets/1"
MEMBER_STATE: Final = "cosign/member-state/1"
MAILBOX_KEY: Final = "cosign/mailbox-key/1"

# Hashes.
MEMBER_KEY_ID: Final = "cosign/v1/member-key-id"
LETTER_ID: Final = "cosign/v1/letter-id"
GROUP_ID: Final = "cosign/v1/group-id"
ROUND_ID: Final = "cosign/v1/round-id"
REGISTRAR_ID: Final = "cosign/v1/registrar-id"
TRUSTEE_ID: Final = "cosign/v1/trustee-id"
REQUEST_ID: Final = "cosign/v1/request-id"
ENVELOPE_ID: Final = "cosign/v1/envelope-id"
VOUCHER_HASH: Final = "cosign/v1/voucher-hash"
VOUCHER_TAG: Final = "cosign/v1/voucher-tag"
BLINDED_HASH: Final = "cosign/v1/blinded-hash"
LEDGER_KEY: Final = "cosign/v1/ledger-key"
LEDGER_SEAL: Final = "cosign/v1/ledger-seal"
LEDGER_PERSON: Final = "cosign/v1/ledger-person"
LEDGER_SLOT_SEAL: Final = "cosign/v1/ledger-slot-seal"
COMPARISON: Final = "cosign/v1/comparison"
CODE_CHECK: Final = "cosign/v1/code-check"
CONTENT_KEY: Final = "cosign/v1/content-key"
KEY_COMMITMENT: Final = "cosign/v1/key-commitment"
PUBLISHED_HASH: Final = "cosign/v1/published-hash"
OPENING_ID: Final = "cosign/v1/opening-id"
MAILBOX_ADDRESS: Final = "cosign/v1/mailbox-address"
CAPABILITY_HASH: Final = "cosign/v1/capability-hash"
RELAY_STAMP: Final = "cosign/v1/relay-stamp"
RELAY_EXPORT: Final = "cosign/v1/relay-export"
INVITATION_KEY: Final = "cosign/v1/invitation-key"
INVITATION_COMMITMENT: Final = "cosign/v1/invitation-commitment"

# Ring proofs, claims, member keys: tags of hash-to-curve, transcripts, hedged nonces.
RING_TAG_BASE: Final = "cosign/v1/ring-tag-base"
RING_GENERATOR: Final = "cosign/v1/ring-generator"
RING_PROOF: Final = "cosign/v1/ring-proof"
CLAIM_PROOF: Final = "cosign/v1/claim-proof"
MEMBER_KEY_GENERATOR: Final = "cosign/v1/member-key-generator"
MEMBER_KEY_PROOF: Final = "cosign/v1/member-key-proof"
PROOF_SEED: Final = "cosign/v1/proof-seed"
PROOF_NONCE: Final = "cosign/v1/proof-nonce"

# Signatures.
COSIGN: Final = "cosign/v1/cosign"
CLAIM_SIGNATURE: Final = "cosign/v1/claim-signature"
ROSTER_SIGNATURE: Final = "cosign/v1/roster-signature"
ROUND_SIGNATURE: Final = "cosign/v1/round-signature"
PUBLISHED_SIGNATURE: Final = "cosign/v1/published-signature"
STATEMENT_SIGNATURE: Final = "cosign/v1/statement-signature"
GRANT_SIGNATURE: Final = "cosign/v1/grant-signature"
MAILBOX_SIGNATURE: Final = "cosign/v1/mailbox-signature"
ERASURE_SIGNATURE: Final = "cosign/v1/erasure-signature"

# Encryption contexts (HPKE info, AEAD associated data).
SEAL_REQUEST: Final = "cosign/v1/seal-request"
SEAL_RESPONSE: Final = "cosign/v1/seal-response"
SEAL_SHARE: Final = "cosign/v1/seal-share"
SEAL_CONTENT: Final = "cosign/v1/seal-content"
SEAL_OPENING: Final = "cosign/v1/seal-opening"
SEAL_INVITATION: Final = "cosign/v1/seal-invitation"
SEAL_VAULT: Final = "cosign/v1/seal-vault"
