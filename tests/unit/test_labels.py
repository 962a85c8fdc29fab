"""Domain separation: one table of labels."""

import itertools
import re
from pathlib import Path

import cosign
from cosign import labels

TABLE = {k: v for k, v in vars(labels).items() if k.isupper() and isinstance(v, str)}
SOURCES = Path(labels.__file__).parent


def test_labels_are_unique_and_prefix_free() -> None:
    """No label equals another or starts like one, so no framing is needed to tell them apart."""
    for one, other in itertools.permutations(TABLE.values(), 2):
        assert not one.startswith(other)


def test_labels_belong_to_one_of_two_families() -> None:
    """A record's label ends in the version, every other one starts with it."""
    record, purpose = re.compile(r"cosign/[a-z][a-z-]*/1"), re.compile(r"cosign/v1/[a-z][a-z-]*")
    for label in TABLE.values():
        assert record.fullmatch(label) or purpose.fullmatch(label), label
    assert labels.VERSION == 1


def test_a_label_is_named_after_its_text() -> None:
    """The constant is the label's own name in capitals, so nobody picks the wrong one."""
    for name, label in TABLE.items():
        part = label.removeprefix("cosign/v1/").removeprefix("cosign/").removesuffix("/1")
        assert name == part.replace("-", "_").upper()


def test_labels_stand_in_one_module_only() -> None:
    """No other module of the library spells a label out."""
    spelled = re.compile(r"[\"']cosign/[a-z0-9-]+(/[a-z0-9-]+)?[\"']")
    for path in SOURCES.rglob("*.py"):
        if path.name not in {"labels.py", "record.py"}:
            assert not spelled.search(path.read_text()), path
    assert cosign.__doc__
