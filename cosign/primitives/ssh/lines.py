"""Lines of ``authorized_keys`` and ``allowed_signers`` (docs/spec.md, "OpenSSH keys").

Of each line this reads the type of the key, the key if it is Ed25519, the principals that
name its owner, and what its options limit. Lines that OpenSSH refuses are refused with their
number (OpenSSH sshd(8), "AUTHORIZED_KEYS FILE FORMAT"; ssh-keygen(1), "ALLOWED SIGNERS").

Not protected: principals are what the owner of the file wrote. A comment is free text,
often the name of a machine or of the program that made the key, so it names no owner.
"""

import base64
import re
import sys
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from cosign.errors import MalformedError
from cosign.primitives.progress import Progress, no_progress
from cosign.primitives.ssh.options import (
    AUTHORITY,
    NO_LIMITS,
    QUOTED,
    Limits,
    could_be_options,
    looks_like_options,
    server_limits,
    signer_limits,
)
from cosign.primitives.ssh.other_files import other_file
from cosign.primitives.ssh.patterns import is_name, matches_list, split_list
from cosign.primitives.ssh.strings import pack, unpack
from cosign.quoting import quoted
from cosign.text.characters import is_invisible
from cosign.text.files import BYTE_ORDER_MARK

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
_BEFORE: Final = BYTE_ORDER_MARK + _BLANK
_CONTROL_BLANK: Final = re.compile(r"[\v\f\x1c-\x1f]")
_LATIN_BLANK: Final = "\udca0"
"""The no-break space of Latin-1, as :func:`~cosign.text.files.read_legacy_text` keeps it."""
_PROGRESS_STEP: Final = 1_000
_SHOWN: Final = 40
"""Most characters of a word that an error shows."""


class PublicLine(NamedTuple):
    """One key line.

    Attributes:
        names: the principals that are no patterns; empty if there are none.
        key_type: such as ``ssh-ed25519``; ``cert-authority`` for keys that only certify.
        key: 32 bytes, or None if it is not a well-formed plain Ed25519 key.
        blob: in base64, a key that is not in ``key``; empty for ``cert-authority``.
        limits: what the line's options limit.
    """

    names: tuple[str, ...]
    key_type: str
    key: bytes | None
    blob: str
    limits: Limits = NO_LIMITS


class _Read(NamedTuple):
    """A key line, and in which of the two formats it can stand.

    Attributes:
        line: what was read.
        for_server: only ``authorized_keys`` has such a line.
        unsure: what stands before the key if it may be names, or options that sshd does not
            know; else "".
    """

    line: PublicLine
    for_server: bool
    unsure: str


def read_public_lines(text: str, progress: Progress = no_progress) -> list[PublicLine]:
    """Return the key lines of a file; blank lines and comments are skipped.

    Byte order marks in front of lines are skipped, too: files are often concatenated.

    Args:
        text: of the file.
        progress: told how many lines are read.

    Raises:
        MalformedError: OpenSSH would not take a line, or it is not certain whether it has a
            name or a mistyped option; the message gives its number.
    """
    found: list[PublicLine] = []
    for_server, unsure = False, (0, "")
    total = text.count("\n") + 1
    for number, raw in enumerate(_lines(text), 1):
        if number % _PROGRESS_STEP == 0:
            progress(number, total)
        line = raw.lstrip(_BEFORE).rstrip(_BLANK)
        if not line or line[0] == "#":
            continue
        read = _read_line(line, number)
        found.append(read.line)
        for_server |= read.for_server
        if read.unsure and not unsure[0]:
            unsure = number, read.unsure
    number, word = unsure
    if number and for_server:
        raise MalformedError(
            f"line {number}: {quoted(word[:_SHOWN])} is no option of sshd, and "
            "principals stand in allowed_signers files only",
            hint="correct the option; or, if it names the person, put the lines with "
            "principals into a file of their own",
        )
    return found


def _lines(text: str) -> Iterator[str]:
    """Yield one line after the other, so that a million of them are not in memory twice.

    Not as splitlines does: a comment may contain characters that only Unicode treats as line
    ends.
    """
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def _read_line(line: str, number: int) -> _Read:
    if other := other_file(line):
        raise MalformedError(f"line {number} is of {other.name}", hint=other.hint)
    found = _find_key(line)
    _check_blanks(line, found, number)
    if not found:
        raise MalformedError(
            f"line {number} has no OpenSSH key", hint="remove the line or repair the file"
        )
    _check_one_key(found.blob, found.rest, number)
    try:
        names, limits, for_server = _read_before(found.before)
    except MalformedError as e:
        raise MalformedError(
            f"line {number} has options that OpenSSH refuses: {e.message}",
            hint="correct the line; OpenSSH ignores the key as long as it is like this",
        ) from e
    if limits.authority:
        return _Read(PublicLine((), AUTHORITY, None, "", limits), for_server, "")
    key = _key(found.key_type, found.blob)
    # One object for each type, and no second form of the key, as there can be a million.
    read = PublicLine(names, sys.intern(found.key_type), key, "" if key else found.blob, limits)
    unsure = found.before[0] if len(found.before) == 1 and not for_server else ""
    return _Read(read, for_server, unsure if could_be_options(unsure) else "")


class _Words(NamedTuple):
    """The words of a key line: those before the key, its type, the key, and the comment."""

    before: list[str]
    key_type: str
    blob: str
    rest: str


def _find_key(line: str) -> _Words | None:
    tokens = list(_TOKEN.finditer(line))
    for place, (token, blob) in enumerate(pairwise(tokens)):
        if _KEY_TYPE.fullmatch(token.group()) and blob.group().startswith(_BLOB_START):
            before = [t.group() for t in tokens[:place]]
            return _Words(before, token.group(), blob.group(), line[blob.end() :])
    return None


def _check_blanks(line: str, found: _Words | None, number: int) -> None:
    """Refuse invisible characters, and blanks that OpenSSH does not skip, around and in a key."""
    if line.isascii() and not _CONTROL_BLANK.search(line):
        return
    if found:
        words = (QUOTED.sub("", word) for word in found.before)
        odd = [next((c for c in word if _is_blank(c)), "") or _unseen(word) for word in words]
        odd.append(next((c for c in found.blob if _is_blank(c) or is_invisible(c)), ""))
    else:
        odd = [c for c in line if _is_blank(c) or is_invisible(c)]
        mended = (" " if _is_blank(c) else "" if is_invisible(c) else c for c in line)
        if not odd or not _find_key("".join(mended)):
            return
    if char := "".join(odd)[:1]:
        shown = "\N{NO-BREAK SPACE}" if char == _LATIN_BLANK else char
        raise MalformedError(
            f"line {number} has U+{ord(shown):04X} {unicodedata.name(shown, '')}".rstrip()
            + " before or in its key",
            hint="put a space in its place, or nothing; OpenSSH does not take the line like this",
        )


def _is_blank(char: str) -> bool:
    return char == _LATIN_BLANK or (char.isspace() and char not in _BLANK)


def _unseen(word: str) -> str:
    """Return the first character of a word that has only invisible ones; else ""."""
    return word[:1] if all(map(is_invisible, word)) else ""


def _read_before(words: list[str]) -> tuple[tuple[str, ...], Limits, bool]:
    """Return the names and the limits that stand before a key, and whether sshd reads them.

    Before a key of ``authorized_keys`` stand options or nothing, before one of
    ``allowed_signers`` principals and then options or nothing.

    Raises:
        MalformedError: it is neither; the message says why.
    """
    if not words:
        return (), NO_LIMITS, True
    first, *more = words
    if looks_like_options(first):
        if more:
            raise MalformedError("there is a blank between or in them")
        return (), server_limits(first), True
    if len(more) > 1:
        raise MalformedError("there is a blank between or in them")
    limits = signer_limits(more[0]) if more else NO_LIMITS
    return () if limits.authority else _names(first), limits, False


def _names(principals: str) -> tuple[str, ...]:
    """Return the principals that are names: no patterns, and no names that a pattern denies."""
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
