"""The token with which people register mailboxes; the relay's operator hands it out."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from cosign_cli.shared.errors import naming

if TYPE_CHECKING:
    from cosign.secret import Secret

_TOKEN_PREFIX: Final = "cosign-relay-"  # noqa: S105  # the start of every token
_TOKEN_LIMIT: Final = 200


def make_token(path: Path) -> "Secret":
    """Return the token of a file, which is made if it does not exist."""
    from cosign.primitives.codes import encode_code
    from cosign.randomness import SYSTEM
    from cosign.records.mailbox import CAPABILITY_BYTES
    from cosign.stores.files import SECRET_MODE, write_file

    if not path.exists():
        code = encode_code(SYSTEM(CAPABILITY_BYTES), _TOKEN_PREFIX)
        write_file(path, [f"{code}\n".encode()], mode=SECRET_MODE)
    return read_token(path)


def read_token(path: Path) -> "Secret":
    """Return the token of a file, 32 bytes; errors name the file."""
    from cosign.primitives.codes import decode_code
    from cosign.records.mailbox import CAPABILITY_BYTES
    from cosign.secret import Secret
    from cosign.stores.reading import read_file
    from cosign.text.files import read_text

    with naming(str(path)):
        text = read_text(read_file(path, _TOKEN_LIMIT))
        return Secret(decode_code(text, CAPABILITY_BYTES, _TOKEN_PREFIX))
