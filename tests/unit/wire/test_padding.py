"""Padding has one form, and every other is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError
from cosign.wire.padding import BLOCK_BYTES, LENGTH_BYTES, pad, pad_to_blocks, unpad, unpad_blocks


@given(st.binary(max_size=200), st.integers(0, 50))
def test_content_comes_back(content: bytes, more: int) -> None:
    """Whatever it is, and however much is filled up."""
    padded = pad(content, LENGTH_BYTES + len(content) + more)
    assert len(padded) == LENGTH_BYTES + len(content) + more
    assert unpad(padded) == content
    assert unpad_blocks(pad_to_blocks(content)) == content


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES - 4, BLOCK_BYTES - 3, 3 * BLOCK_BYTES])
def test_blocks_are_whole_and_no_more_than_needed(size: int) -> None:
    """The length shows in steps of one block."""
    padded = pad_to_blocks(bytes(size))
    assert len(padded) % BLOCK_BYTES == 0
    assert 0 <= len(padded) - size - LENGTH_BYTES < BLOCK_BYTES


def test_what_does_not_fit_is_a_mistake_of_the_caller() -> None:
    """Content is never cut."""
    assert pad(b"four", 8)
    with pytest.raises(ValueError, match="4 bytes do not fit in 7"):
        pad(b"four", 7)


WHOLE = pad_to_blocks(b"content")
DAMAGED = {
    "empty": b"",
    "cut in the length": WHOLE[:3],
    "cut in the content": WHOLE[:8],
    "a fill that is not zero": WHOLE[:-1] + b"\1",
    "a longer length": b"\xff" + WHOLE[1:],
    "a shorter length": WHOLE[:3] + b"\6" + WHOLE[4:],
}


@pytest.mark.parametrize("damaged", DAMAGED.values(), ids=DAMAGED)
def test_other_forms_are_refused(damaged: bytes) -> None:
    """A length beyond the end, and a fill of anything but zeros."""
    for read in (unpad, unpad_blocks):
        with pytest.raises(MalformedError, match="padding is damaged"):
            read(damaged)


def test_a_block_too_many_is_refused() -> None:
    """So that one content has one form."""
    longer = WHOLE + bytes(BLOCK_BYTES)
    assert unpad(longer) == b"content"
    with pytest.raises(MalformedError, match="padding is damaged"):
        unpad_blocks(longer)
