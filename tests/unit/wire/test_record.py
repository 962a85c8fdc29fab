"""What every record does, shown on one that is made up."""

import unicodedata
from dataclasses import FrozenInstanceError, dataclass
from typing import Annotated, Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cosign.errors import MalformedError, MismatchError, VersionError
from cosign.secret import Secret
from cosign.wire.codecs import Array, Bin, Optional, SecretBin, Text, UInt
from cosign.wire.record import Embedded, Record, label_of, name_of
from cosign.wire.text import text_fault
from tests.support.wire import CLAIMS, pack, peak_bytes, second_encodings


@dataclass(frozen=True, slots=True)
class Person(Record):
    """A name, perhaps an age."""

    LABEL: ClassVar[str] = "cosign/made-up-person/1"
    MAX_BYTES: ClassVar[int] = 200

    name: Annotated[str, Text(40, least=1)]
    age: Annotated[int | None, Optional(UInt(150))]

    def check(self) -> None:
        """Two people are not who they say."""
        if self.name == "Nobody":
            raise MalformedError("nobody is no person")


@dataclass(frozen=True, slots=True)
class Family(Record):
    """People with a secret."""

    LABEL: ClassVar[str] = "cosign/made-up-family/1"
    MAX_BYTES: ClassVar[int] = 1000

    members: Annotated[tuple[Person, ...], Array(Embedded(Person), 3, least=1)]
    recipe: Annotated[Secret, SecretBin(0, 32)]
    crest: Annotated[bytes, Bin(4)]


ANNA = Person("Anna", 42)
FAMILY = Family((ANNA, Person("Bo", None)), Secret(b"salt and butter"), b"logo")

NAMES = (
    st.text(min_size=1, max_size=13)
    .map(lambda s: unicodedata.normalize("NFC", s))
    .filter(lambda s: s.isprintable() and s != "Nobody" and len(s.encode()) <= 40)
    .filter(lambda s: text_fault(s, multiline=False) is None)
)
PEOPLE = st.builds(Person, NAMES, st.none() | st.integers(0, 150))
FAMILIES = st.builds(
    Family,
    st.lists(PEOPLE, min_size=1, max_size=3).map(tuple),
    st.binary(max_size=32).map(Secret),
    st.binary(min_size=4, max_size=4),
)


@given(FAMILIES)
def test_records_survive(family: Family) -> None:
    """A record comes back from its bytes equal, with equal bytes."""
    again = Family.from_bytes(family.to_bytes())
    assert again == family
    assert again.to_bytes() == family.to_bytes()


@given(st.binary(max_size=80))
def test_any_bytes_are_a_record_or_refused(tail: bytes) -> None:
    """Reading bytes gives a record or an error of ours, never another exception."""
    for raw in (tail, FAMILY.to_bytes()[:-10] + tail):
        try:
            family = Family.from_bytes(raw)
        except (MalformedError, MismatchError):
            continue
        assert family.to_bytes() == raw


def test_a_record_is_an_array_that_starts_with_its_label() -> None:
    """The wire form is label first, then one entry a field; nil stands for None."""
    assert Person("Bo", None).to_bytes() == pack(["cosign/made-up-person/1", "Bo", None])


def test_an_inner_record_keeps_its_bytes() -> None:
    """A record inside a record is a byte string of its exact bytes."""
    assert ANNA.to_bytes() in FAMILY.to_bytes()


@pytest.mark.parametrize("raw", second_encodings(ANNA.to_bytes()))
def test_a_second_encoding_is_refused(raw: bytes) -> None:
    """Longer heads than needed are refused, although they say the same."""
    with pytest.raises(MalformedError, match="not the canonical encoding"):
        Person.from_bytes(raw)


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ([], "not a record of this tool"),
        ([None, "Anna", 42], "not a record of this tool"),
        ([b"cosign/made-up-person/1", "Anna", 42], "not a record of this tool"),
        (["hello", "Anna", 42], "not a record of this tool"),
        (["cosign/made-up-person", "Anna", 42], "not a record of this tool"),
        (["cosign/made-up-person/1"], "1 entries instead of 3"),
        (["cosign/made-up-person/1", "Anna"], "2 entries instead of 3"),
        (["cosign/made-up-person/1", "Anna", 42, 0], "4 entries instead of 3"),
        (["cosign/made-up-person/1", "Anna", [42]], "age: not an unsigned integer"),
        (["cosign/made-up-person/1", "Anna", True], "age: not an unsigned integer"),
        (["cosign/made-up-person/1", "Anna", 151], "age: not within 0 to 150"),
        (["cosign/made-up-person/1", "", 42], "name: not within 1 to 40 bytes"),
        (["cosign/made-up-person/1", "An\nna", 42], r"name: control character U\+000A"),
        (["cosign/made-up-person/1", "Nobody", 42], "nobody is no person"),
    ],
)
def test_what_is_no_record_is_refused(values: list[Any], match: str) -> None:
    """The error says which field is wrong, and how."""
    with pytest.raises(MalformedError, match=match) as caught:
        Person.from_bytes(pack(values))
    assert type(caught.value) is MalformedError


@pytest.mark.parametrize("version", ["2", "0", "01", "999999"])
def test_another_version_is_told_apart(version: str) -> None:
    """A record of another version is a VersionError, even with other fields."""
    with pytest.raises(VersionError, match="reads version 1"):
        Person.from_bytes(pack([f"cosign/made-up-person/{version}", 1, 2, 3]))


NO_LABELS = {
    "a version with a point": "cosign/made-up-person/1.0",
    "no version": "cosign/made-up-person/",
    "a version of seven digits": "cosign/made-up-person/1000000",
    "other digits": "cosign/made-up-person/\u0661",
    "a line break at the end": "cosign/made-up-person/1\n",
    "capitals": "cosign/Person/1",
    "digits in the name": "cosign/v1/1",
    "a control in the name": "cosign/made\x1b[2J-up/1",
    "no name": "cosign//1",
    "a name of 41 letters": f"cosign/{'x' * 41}/1",
    "another tool": "cosine/made-up-person/1",
    "a part more": "cosign/made-up-person/1/1",
}


@pytest.mark.parametrize("label", NO_LABELS.values(), ids=NO_LABELS)
def test_a_label_has_one_form(label: str) -> None:
    """What a stranger wrote is no label, and never quoted, unless it looks like ours."""
    raw = pack([label, "Anna", 42])
    for read in (label_of, Person.from_bytes):
        with pytest.raises(MalformedError, match=r"^not a record of this tool$") as caught:
            read(raw)
        assert type(caught.value) is MalformedError


def test_the_longest_label() -> None:
    """A label of 40 letters and six digits is read, whatever head its array has."""
    label = f"cosign/{'x' * 40}/999999"
    for head in (b"\x92", b"\xdc\x00\x02", b"\xdd\x00\x00\x00\x02"):
        assert label_of(head + pack(label) + b"\xc0") == label


def test_the_label_is_checked_before_anything_is_parsed() -> None:
    """What follows another label is not read: it may be no MessagePack at all."""
    with pytest.raises(MismatchError):
        Person.from_bytes(b"\x93" + pack(Family.LABEL) + b"\xc1" * 100)
    with pytest.raises(VersionError):
        Person.from_bytes(b"\x93" + pack("cosign/made-up-person/2") + b"\xc1" * 100)


def test_another_kind_is_a_mismatch() -> None:
    """A record of another kind is named, because files get mixed up."""
    with pytest.raises(MismatchError, match="this is a made up family, not a made up person"):
        Person.from_bytes(FAMILY.to_bytes())


def test_a_long_file_is_refused_before_it_is_parsed() -> None:
    """The cap of a record comes first, whatever the bytes are."""
    raw = pack([Person.LABEL, "x" * 300, None])
    with pytest.raises(MalformedError, match="bytes are more than a made up person can have"):
        Person.from_bytes(raw)


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_a_claim_in_a_field_takes_no_memory(claim: bytes) -> None:
    """A field that promises four billion entries costs less than 64 KiB."""
    raw = b"\x93" + pack(Person.LABEL) + claim

    def read() -> None:
        with pytest.raises(MalformedError):
            Person.from_bytes(raw)

    read()
    assert peak_bytes(read) < 2**16


@pytest.mark.parametrize("person", [Person("", 1), Person("x" * 41, 1), Person("a", 151)])
def test_what_cannot_be_read_is_not_written(person: Person) -> None:
    """A record that nobody could read back is refused when it is written."""
    with pytest.raises(MalformedError):
        person.to_bytes()


def test_a_check_holds_for_records_made_here() -> None:
    """What spans fields is checked at construction, not only when reading."""
    with pytest.raises(MalformedError, match="nobody"):
        Person("Nobody", 1)


def test_records_do_not_change() -> None:
    """Records are frozen and take no further attributes."""
    with pytest.raises(FrozenInstanceError):
        ANNA.name = "Eve"  # type: ignore[misc]  # the point of the test
    with pytest.raises((AttributeError, TypeError)):
        ANNA.other = 1  # type: ignore[attr-defined]  # the point of the test


def test_a_record_shows_no_secret() -> None:
    """The repr of a record shows the length of a secret and no more."""
    assert "salt" not in repr(FAMILY)
    assert "salt" not in str(FAMILY)
    assert "Secret(<15 bytes>)" in f"{FAMILY}"


def test_the_label_of_bytes() -> None:
    """The label of a record is read without reading the record."""
    assert label_of(FAMILY.to_bytes()) == Family.LABEL
    assert label_of(FAMILY.to_bytes()[:40]) == Family.LABEL
    assert name_of(Family.LABEL) == "made up family"


@pytest.mark.parametrize(
    "raw",
    [b"", b"\x91", b"\x90", b"hello", b"\xa1x", pack([1]), pack(["x"]), pack(["cosign/x"]),
     pack(["cosine/x/1"]), pack([{"cosign/x/1": 1}]), b"\x91\xa1\xff", *CLAIMS.values(),
     *(b"\x91" + c for c in CLAIMS.values()), b"\x91" * 200],
)  # fmt: skip
def test_what_has_no_label_is_refused(raw: bytes) -> None:
    """Bytes that do not start like a record have no label."""
    with pytest.raises(MalformedError, match="not a record of this tool"):
        label_of(raw)


@given(st.binary(max_size=140))
def test_reading_a_label_is_total(raw: bytes) -> None:
    """Any bytes give a label or MalformedError."""
    for start in (b"", b"\x92", b"\x92\xb5cosign"):
        try:
            assert label_of(start + raw).startswith("cosign/")
        except MalformedError:
            continue
