"""Passphrases, the same from every keyboard and editor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.text.passphrases import check_passphrase, prepare_passphrase


@pytest.mark.parametrize(
    ("typed", "prepared"),
    [
        ("caf\u00e9 cheval", "caf\u00e9 cheval"),
        ("cafe\u0301 cheval", "caf\u00e9 cheval"),
        ("\ufeffcaf\u00e9\u00a0cheval", "caf\u00e9 cheval"),
        ("a\u3000b", "a b"),
        (" a ", " a "),
        ("A\uff21", "A\uff21"),
        ("a\nb", "a\nb"),
    ],
    ids=ascii,
)
def test_opaque_strings(typed: str, prepared: str) -> None:
    """RFC 8265, section 4.2: spaces and NFC; case, width and blanks at the ends stay."""
    assert prepare_passphrase(typed.encode()) == prepared.encode()


@given(st.binary(max_size=40))
def test_preparing_twice_changes_nothing(raw: bytes) -> None:
    """Any bytes are prepared; those that are not UTF-8 stay as they are."""
    once = prepare_passphrase(raw)
    if not once.startswith(b"\xef\xbb\xbf"):
        assert prepare_passphrase(once) == once


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_what_no_keyboard_repeats_is_not_chosen(codec: str) -> None:
    """A passphrase in UTF-16 is refused before anything is locked with it."""
    with pytest.raises(MalformedError, match=codec[:6].upper()):
        check_passphrase("correct horse".encode(codec))
