"""What two people compare about a file (docs/spec.md, "Comparing").

A round, an invitation and a published letter are compared by the round's identifier,
a group and a campaign by their own. The identifier of a round commits to its group, that of
a campaign to the rounds that it names.

The kind is only shown to people. Identifiers of all kinds are hashes under labels of their
own, so a round and a group never have the same digits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cosign.errors import UsageError
from cosign.primitives.codes import decode_code, encode_code
from cosign.primitives.comparison import comparison_digits
from cosign.primitives.hashing import IDENTIFIER_BYTES, fingerprint, normalize_fingerprint
from cosign.text.typed import typed_line

ComparableKind = Literal["round", "group", "campaign"]

_PREFIXES: Final[dict[ComparableKind, str]] = {
    "round": "cosign-round-",
    "group": "cosign-group-",
    "campaign": "cosign-campaign-",
}
"""How the code of an identifier begins, by kind."""


@dataclass(frozen=True, slots=True)
class Comparable:
    """The identifier of a round, group or campaign, in the forms that people compare.

    Attributes:
        kind: ``round``, ``group`` or ``campaign``.
        identifier: 32 bytes.
    """

    kind: ComparableKind
    identifier: bytes

    @property
    def fingerprint(self) -> str:
        """Sixty digits, which show 199 bits of the identifier."""
        return fingerprint(self.identifier)

    @property
    def code(self) -> str:
        """All 256 bits, as the code in a QR code; capitals make the smallest symbol."""
        return encode_code(self.identifier, _PREFIXES[self.kind]).upper()

    def digits(self, words: Sequence[str]) -> str:
        """Return the ten digits for four words; see :mod:`cosign.primitives.comparison`."""
        return comparison_digits(words, self.identifier)


def read_fingerprint(text: str, kind: ComparableKind) -> str | None:
    """Return the fingerprint that a person typed, pasted or scanned.

    Args:
        text: sixty digits, with any blanks and dashes between them and quotation marks around
            them; or the code out of a QR code.
        kind: of what the fingerprint is expected.

    Returns:
        Twelve groups of five digits; None if the text is neither digits nor a code.

    Raises:
        UsageError: a mistyped code, or the code of another kind.

    >>> here = Comparable("group", bytes(31) + b"*")
    >>> read_fingerprint(here.code, "group") == read_fingerprint("0" * 58 + "42", "group")
    True
    """
    plain = typed_line(text).lower()
    for other, prefix in _PREFIXES.items():
        if plain.startswith(prefix) and "." not in plain:  # which would be the name of a file
            if other != kind:
                raise UsageError(
                    f"this is the code of a {other}, not of a {kind}",
                    hint=f"scan the code of the {kind}, or type its sixty digits",
                )
            return fingerprint(decode_code(text, IDENTIFIER_BYTES, prefix))
    return normalize_fingerprint(text)
