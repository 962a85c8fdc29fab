"""The tree of errors."""

import inspect
import re

import pytest

from cosign import errors
from cosign.errors import CosignError, naming

ALL: list[type[CosignError]] = [
    cls for _, cls in inspect.getmembers(errors, inspect.isclass) if issubclass(cls, CosignError)
]
SHARED = {
    CosignError,
    errors.MalformedError,
    errors.VersionError,
    errors.OtherFileError,
    errors.VerificationError,
}
DRAWN = dict(re.findall(r"^[ |`-]*(\w+Error) +(\d+|exit)\b", errors.__doc__ or "", re.MULTILINE))


@pytest.mark.parametrize("cls", ALL, ids=lambda c: c.__name__)
def test_every_error_is_ours_and_says_so(cls: type[CosignError]) -> None:
    """Every class stands in this module, ends in Error and has a docstring of its own."""
    assert cls.__module__ == errors.__name__
    assert cls.__name__.endswith("Error")
    assert cls.__doc__
    assert cls.__doc__ != CosignError.__doc__ or cls is CosignError


@pytest.mark.parametrize("cls", ALL, ids=lambda c: c.__name__)
def test_an_error_carries_message_and_hint(cls: type[CosignError]) -> None:
    """The message is what str() gives; the hint stands beside it and may be empty."""
    error = cls("it broke", hint="mend it")
    assert (str(error), error.message, error.hint) == ("it broke", "it broke", "mend it")
    assert cls("it broke").hint == ""


def test_a_source_is_named_once() -> None:
    """The name of a file stands before the message, however often it is put there."""
    with (
        pytest.raises(CosignError, match=r"^a\.round: it broke$") as caught,
        naming("a.round"),
        naming("a.round"),
    ):
        raise CosignError("it broke")
    assert str(caught.value) == caught.value.message


def test_exit_codes_are_distinct() -> None:
    """Scripts tell errors apart: only what is not valid shares code 1, and 3 and 4 are verify's."""
    codes = [cls.exit_code for cls in ALL if cls not in SHARED]
    assert len(set(codes)) == len(codes)
    assert not {0, 1, 3, 4} & set(codes)
    assert {cls.exit_code for cls in SHARED} == {1}


def test_the_drawn_tree_is_the_real_one() -> None:
    """The picture at the top of the module names every class with its exit code."""
    assert DRAWN.pop("CosignError") == "exit"
    assert {name: int(code) for name, code in DRAWN.items()} == {
        cls.__name__: cls.exit_code for cls in ALL if cls is not CosignError
    }
