"""Lines of ``authorized_keys`` and ``allowed_signers`` (docs/spec.md, "OpenSSH keys").

Read are the type of each key, the key if it is Ed25519, the principals that name its
owner, and what its options limit. Lines that OpenSSH refuses are refused with their
number (OpenSSH sshd(8), "AUTHORIZED_KEYS FILE FORMAT"; ssh-keygen(1), "ALLOWED SIGNERS").

Not protected: principals are what the owner of the file wrote. A comment is free text,
often of a machine or of the program that made the key, and names nobody.
"""

import base64
import re
from itertools import pairwise
from typing import Final, NamedTuple

from cosign.errors import MalformedError
from cosign.primitives.ssh.options import (
    AUTHORITY,
    NO_LIMITS,
    Limits,
    looks_like_options,
    server_limits,
    signer_limits,
)
from cosign.primitives.ssh.patterns import is_name, matches_list, split_list
from cosign.primitives.ssh.strings import pack, unpack

ED25519: Final = "ssh-ed25519"
KEY_BYTES: Final = 32
WIRE: Final = pack(ED25519.encode()) + KEY_BYTES.to_bytes(4, "big")
"""How the wire format of an Ed25519 key begins (RFC 8709, section 4)."""

_KEY_TYPE: Final = re.compile(r"(ssh|ecdsa|sk)-[a-z0-9@.-]+")
_BLOB_START: Final = "AAAA"
"""How each blob begins: with the length of its type's name, which is below 2^8."""
_TYPE_CHARACTERS: Final = 88
"""Base64 of the first 66 bytes of a blob, in which the longest name of a type ends."""
_TOKEN: Final = re.compile(r'(?:\\"|"(?:\\"|[^"])*+"?+|[^ \t"])++')
"""Splits options as OpenSSH does, in linear time even if a quote is never closed."""
_BLANK: Final = " \t\r"


class PublicLine(NamedTuple):
    """One key line.

    Attributes:
        names: the principals that are no patterns; empty if there are none.
        key_type: such as ``ssh-ed25519``; ``cert-authority`` for keys that only certify.
        key: 32 bytes, or None if it is not a well-formed plain Ed25519 key.
        blob: the key of any type in base64; empty for ``cert-authority``.
        limits: what the line's options limit.
    """

    names: tuple[str, ...]
    key_type: str
    key: bytes | None
    blob: str
    limits: Limits = NO_LIMITS


def read_public_lines(text: str) -> list[PublicLine]:
    """Return the key lines of a file; blank lines and comments are skipped.

    Raises:
        MalformedError: OpenSSH would not take a line; the message gives its number.
    """
    # Not splitlines: a comment may contain characters that only Unicode treats as line ends.
    lines = ((number, line.strip(_BLANK)) for number, line in enumerate(text.split("\n"), 1))
    return [_read_line(line, number) for number, line in lines if line and line[0] != "#"]


def _read_line(line: str, number: int) -> PublicLine:
    tokens = list(_TOKEN.finditer(line))
    for place, token in enumerate(tokens):
        blob = tokens[place + 1] if place + 1 < len(tokens) else token
        if _KEY_TYPE.fullmatch(token.group()) and blob.group().startswith(_BLOB_START):
            _check_one_key(blob.group(), line[blob.end() :], number)
            try:
                names, limits = _read_before([t.group() for t in tokens[:place]])
            except MalformedError as e:
                raise MalformedError(
                    f"line {number} has options that OpenSSH refuses: {e.message}",
                    hint="correct the line; OpenSSH ignores the key as long as it is like this",
                ) from e
            if limits.authority:
                return PublicLine((), AUTHORITY, None, "", limits)
            key = _key(token.group(), blob.group())
            return PublicLine(names, token.group(), key, blob.group(), limits)
    raise MalformedError(
        f"line {number} has no OpenSSH key", hint="remove the line or repair the file"
    )


def _read_before(words: list[str]) -> tuple[tuple[str, ...], Limits]:
    """Return the names and the limits that stand before a key.

    Before a key of ``authorized_keys`` stand options or nothing, before one of
    ``allowed_signers`` principals and then options or nothing.

    Raises:
        MalformedError: neither; the message is why.
    """
    if not words:
        return (), NO_LIMITS
    first, *more = words
    if looks_like_options(first):
        if more:
            raise MalformedError("there is a blank between or in them")
        return (), server_limits(first)
    if len(more) > 1:
        raise MalformedError("there is a blank between or in them")
    limits = signer_limits(more[0]) if more else NO_LIMITS
    return () if limits.authority else _names(first), limits


def _names(principals: str) -> tuple[str, ...]:
    """Return the principals that name somebody: no patterns, and no names that one denies."""
    parts = split_list(principals.replace('"', ""))
    denied = [part for part in parts if part.startswith("!")]
    names = [part for part in parts if is_name(part)]
    return tuple(name for name in names if not denied or matches_list(name, [name, *denied]))


def _check_one_key(blob: str, rest: str, number: int) -> None:
    """Refuse a line that swallowed the next one: two files were joined without a line end."""
    words = [blob, *rest.split()]
    for word, after in pairwise(words):
        if after.startswith(_BLOB_START) and (kind := _type_in(after)) and word.endswith(kind):
            raise MalformedError(
                f"line {number} has two keys: a line end is missing between them",
                hint="put each key on a line of its own",
            )


def _type_in(blob: str) -> str:
    """Return the type that a blob names, or "" if it is none."""
    start = blob[:_TYPE_CHARACTERS]
    try:
        return unpack(base64.b64decode(start[: len(start) // 4 * 4]))[0].decode()
    except ValueError:
        return ""


def _key(key_type: str, blob: str) -> bytes | None:
    try:
        raw = base64.b64decode(blob, validate=True)
    except ValueError:  # also raised for text that is not ASCII
        return None
    key = raw[len(WIRE) :]
    # Encoded again and compared, because Python accepts too much padding.
    fits = len(key) == KEY_BYTES and base64.b64encode(WIRE + key).decode() == blob
    return key if fits and key_type == ED25519 else None
