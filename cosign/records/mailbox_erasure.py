"""Erasing a mailbox: what its owner signs (docs/spec.md, "Mailboxes").

The owner signs the whole terms, whose capability is new for each mailbox. So an old
erasure does not erase a mailbox that the owner registers later at the same address.

Not protected: the relay can keep copies, and anyone who knows the owner's key can erase. An
erasure is no secret; sent again it erases nothing more.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from cosign import labels
from cosign.errors import VerificationError
from cosign.records.limits import Signature
from cosign.records.mailbox import MailboxTerms
from cosign.wire.record import Embedded, Record


@dataclass(frozen=True, slots=True)
class MailboxErasure(Record):
    """An owner's order to erase a mailbox with everything in it.

    Attributes:
        terms: of the mailbox.
        signature: by the owner's key over the terms, for this purpose only.
    """

    LABEL: ClassVar[str] = labels.MAILBOX_ERASURE
    MAX_BYTES: ClassVar[int] = MailboxTerms.MAX_BYTES + 100

    terms: Annotated[MailboxTerms, Embedded(MailboxTerms)]
    signature: Signature

    def verify(self) -> None:
        """Check the owner's signature.

        Raises:
            VerificationError: it is false.
        """
        if not self.terms.is_signed(self.signature, labels.ERASURE_SIGNATURE):
            raise VerificationError(
                "the erasure of a mailbox is not signed by the mailbox's owner",
                hint="only the owner of a mailbox can have it erased",
            )
