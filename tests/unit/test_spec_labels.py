"""docs/spec.md and the code name the same labels, record layouts and errors."""

import re
from collections.abc import Iterator

import pytest

from cosign import labels
from cosign.errors import CosignError
from cosign.wire import codecs
from cosign.wire.codecs import Codec
from cosign.wire.record import Embedded, Record, layout_of
from tests.support import places
from tests.support.modules import library_modules

SPEC = (places.DOCS / "spec.md").read_text(encoding="utf-8")
LABELS = sorted(v for v in vars(labels).values() if isinstance(v, str) and v.startswith("cosign/"))


def record_types() -> list[type[Record]]:
    """Return every record type that the library defines, wherever it stands."""
    found = {
        value
        for module in library_modules()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Record) and value.LABEL
    }
    return sorted(found, key=lambda r: r.__name__)


def size(codec: codecs.Bin | codecs.SecretBin) -> str:
    """Show the length of a byte string."""
    return f"{codec.size}" if codec.limit is None else f"{codec.size} to {codec.limit}"


def describe(codec: Codec) -> tuple[str, str]:  # noqa: PLR0911  # one return a codec
    """Return a codec's columns ``type`` and ``cap`` in a table of the spec."""
    match codec:
        case codecs.Bin() | codecs.SecretBin():
            return "bin", size(codec)
        case codecs.UInt():
            return "uint", f"{codec.least} to {codec.most}"
        case codecs.Text():
            return "lines" if codec.multiline else "line", f"{codec.least} to {codec.limit}"
        case codecs.Choice():
            return "word", ", ".join(codec.words)
        case Embedded():
            return f"record {codec.record.__name__}", f"{codec.record.MAX_BYTES}"
        case codecs.Optional():
            kind, cap = describe(codec.codec)
            return f"{kind} or nil", cap
        case codecs.Array():
            kind, cap = describe(codec.codec)
            return f"array of {kind}", f"{codec.least} to {codec.most}; each {cap}"
        case codecs.Row():
            kinds, caps = zip(*map(describe, codec.codecs), strict=True)
            return f"row ({', '.join(kinds)})", f"({', '.join(caps)})"
    pytest.fail(f"the spec has no words for {codec!r}")


def table(record: type[Record]) -> str:
    """Return the table that the spec has to hold for a record type."""
    rows = [
        f"#### {record.__name__}",
        "",
        f"`{record.LABEL}`, at most {record.MAX_BYTES} bytes.",
        "",
        "| field | type | cap |",
        "|---|---|---|",
        *(f"| {name} | {' | '.join(describe(c))} |" for name, c in layout_of(record)),
    ]
    return "\n".join(rows) + "\n"


def error_types(root: type[CosignError]) -> Iterator[type[CosignError]]:
    """Yield an error and everything under it."""
    yield root
    for child in root.__subclasses__():
        yield from error_types(child)


def spec_headings() -> Iterator[str]:
    """Return the names of the records that the spec has a table for."""
    return (m[1] for m in re.finditer(r"^#### (\w+)\n\n`cosign/", SPEC, re.MULTILINE))


@pytest.mark.parametrize("label", LABELS)
def test_every_label_stands_in_the_spec(label: str) -> None:
    """A label of the code stands in backticks in the spec."""
    assert f"`{label}`" in SPEC


def test_the_spec_has_no_label_of_its_own() -> None:
    """A label that the spec names exists in the code."""
    named = set(re.findall(r"`(cosign/(?:v1/[a-z-]+|[a-z-]+/1))`", SPEC))
    assert named <= set(LABELS)


@pytest.mark.parametrize("record", record_types(), ids=lambda r: r.__name__)
def test_every_record_has_its_table(record: type[Record]) -> None:
    """Fields, order, types and caps in the spec are those of the code."""
    expected = table(record)
    assert expected in SPEC, f"docs/spec.md has to hold this table:\n\n{expected}"


def test_the_spec_has_no_record_of_its_own() -> None:
    """A record with a table in the spec exists in the code."""
    assert sorted(spec_headings()) == [r.__name__ for r in record_types()]


def test_the_spec_lists_every_error_with_its_exit_code() -> None:
    """The table of errors has the classes and codes of the code, and no others."""
    rows = re.findall(r"^\| (\w+Error) \| [^|]+ \| (\d+) \|$", SPEC, re.MULTILINE)
    ours = [e for e in error_types(CosignError) if e.__module__ == CosignError.__module__]
    assert sorted(rows) == sorted((e.__name__, str(e.exit_code)) for e in ours)
