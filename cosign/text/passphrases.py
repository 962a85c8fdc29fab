"""Passphrases, the same from every keyboard and editor (docs/spec.md, "Vault").

One system types ``é`` as one character, another as two; one editor puts a byte order mark
in front, another keyboard a no-break space between two words. Preparation follows the
OpaqueString profile of RFC 8265, section 4.2: other spaces become U+0020, and the text
NFC.
"""

import contextlib
import unicodedata
from typing import Final

from cosign.errors import MalformedError
from cosign.text.characters import to_nfc
from cosign.text.files import BYTE_ORDER_MARK, wide_encoding

_LEAST_CHARACTERS: Final = 15
_LEAST_DIFFERENT: Final = 8


def prepare_passphrase(raw: bytes) -> bytes:
    r"""Return the bytes from which a key is derived.

    Args:
        raw: the passphrase as it was typed or stands on the first line of a file.

    Returns:
        UTF-8 in NFC, without a byte order mark, with U+0020 for every space; bytes that
        are not UTF-8 come back as they are.

    >>> prepare_passphrase("\ufeffcafe\u0301\u00a0cheval".encode()).decode()
    'café cheval'
    """
    try:
        text = raw.decode().removeprefix(BYTE_ORDER_MARK)
    except UnicodeDecodeError:
        return raw
    return to_nfc("".join(" " if unicodedata.category(c) == "Zs" else c for c in text)).encode()


def is_weak(raw: bytes) -> bool:
    """Return whether a passphrase is so short, or repeats itself so much, that it can be guessed.

    A passphrase of fewer than 15 characters is too short where nothing limits the number of
    tries (NIST SP 800-63B-4, 3.1.1.2). Not noticed: long ones that are known, such as a
    line of a song.

    >>> is_weak(b"correct horse battery"), is_weak(b"correct horse"), is_weak(b"abab" * 9)
    (False, True, True)
    """
    text = prepare_passphrase(raw).decode(errors="replace")
    return len(text) < _LEAST_CHARACTERS or len(set(text)) < _LEAST_DIFFERENT


def passphrase_forms(raw: bytes) -> list[bytes]:
    """Return the bytes with which another program may have locked a file, likeliest first.

    Programs that prepare nothing, such as ssh-keygen, take what the keyboard of one system
    made: NFC or NFD.

    Args:
        raw: as for :func:`prepare_passphrase`.
    """
    forms = [raw, raw.removeprefix(BYTE_ORDER_MARK.encode())]
    with contextlib.suppress(UnicodeDecodeError):
        text = to_nfc(forms[-1].decode())
        if unicodedata.is_normalized("NFC", text):
            forms += [text.encode(), unicodedata.normalize("NFD", text).encode()]
    return list(dict.fromkeys(forms))


def check_passphrase(raw: bytes) -> None:
    """Refuse a new passphrase that no keyboard can repeat.

    Raises:
        MalformedError: it is in UTF-16 or UTF-32.
    """
    if name := wide_encoding(raw):
        raise MalformedError(
            f"the passphrase is in {name}", hint="save its file as UTF-8, then try again"
        )
