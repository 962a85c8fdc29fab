"""Names in counting, publishing and appending, against a model that holds everything in memory.

No proof is made here: what is chosen among valid records does not depend on proofs.
"""

from typing import Final, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from cosign.primitives.progress import no_progress
from cosign.proofs.interface import Action
from cosign.records.cosignature import Cosignature
from cosign.records.open_cosignature import OpenCosignature, PublicName
from cosign.roles.organizer.entries import Entry
from cosign.roles.organizer.publishing import ChosenRecords, _count
from cosign.roles.organizer.withdrawals import _Merged
from cosign.roles.shared.counting import Checked, NamedSigner, Tally
from cosign.roles.shared.sorting import Sorter

NAMES: Final = (None, PublicName("Ada", ""), PublicName("Ada", "engineer"), PublicName("Eva", ""))
SAID: Final = ("", "a", "b")


def entry(tag: int, action: Action, statement: str, name: PublicName | None, proof: int) -> Entry:
    """Return an entry whose record is well-formed; its proofs name different registrars."""
    key, certifiers = bytes([tag]) * 32, (proof, proof + 1)
    proved = key + bytes([proof])
    if name is None:
        raw = Cosignature(action, statement, proved).to_bytes()
        return Entry(raw, Checked(key, action, statement, certifiers))
    raw = OpenCosignature(statement, proved, *name, key, bytes(96), ()).to_bytes()
    return Entry(raw, Checked(key, action, statement, certifiers, name, key))


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Draw what is in envelopes: few members, so that records of one member meet."""
    found = []
    for _ in range(draw(st.integers(0, 12))):
        tag, proof = draw(st.integers(1, 4)), draw(st.integers(0, 1))
        if draw(st.integers(0, 7)) == 0:
            found.append(entry(tag, "withdraw", "", None, proof))
        else:
            said, name = draw(st.sampled_from(SAID)), draw(st.sampled_from(NAMES))
            found.append(entry(tag, "cosign", said, name, proof))
    return found


def sorter(found: list[Entry]) -> Sorter:
    """Sort entries."""
    made = Sorter()
    made.add(each.pack() for each in found)
    return made


def tally_of(found: list[Entry]) -> Tally:
    """Count entries."""
    tally = Tally()
    for packed in sorter(found):
        tally.add(Entry.unpack(packed).checked)
    tally.finish()
    return tally


def unpacked(raws: list[bytes], found: list[Entry]) -> list[Entry]:
    """Return the entries of chosen records."""
    by_raw = {each.raw: each for each in found}
    return [by_raw[raw] for raw in raws]


class Member(NamedTuple):
    """What the model knows of one tag."""

    withdrawn: bool
    signed: list[Entry]

    @property
    def conflict(self) -> bool:
        """Whether two records contradict each other."""
        statements = {e.checked.statement for e in self.signed}
        names = {e.checked.name for e in self.signed if e.checked.name}
        return len(statements) > 1 or len(names) > 1

    @property
    def name(self) -> PublicName | None:
        """The one name, if the member agrees with itself."""
        names = {e.checked.name for e in self.signed if e.checked.name}
        return names.pop() if names and not self.conflict else None


def members(found: list[Entry]) -> dict[bytes, Member]:
    """Put entries by tag."""
    tags = sorted({e.checked.tag for e in found})
    return {
        tag: Member(
            any(e.checked.action == "withdraw" for e in found if e.checked.tag == tag),
            [e for e in found if e.checked.tag == tag and e.checked.action == "cosign"],
        )
        for tag in tags
    }


@given(entries())
def test_counting_is_the_model_s(found: list[Entry]) -> None:
    """Each tag is withdrawn, in conflict, named or anonymous, and nothing else."""
    tally, model = tally_of(found), members(found)
    counted = {tag: m for tag, m in model.items() if not m.withdrawn}
    assert tally.withdrawn == len(model) - len(counted)
    assert tally.keys == len(counted)
    assert tally.conflicts == sum(m.conflict for m in counted.values())
    expected = [
        NamedSigner(*m.name, m.signed[0].checked.statement, tag)
        for tag, m in counted.items()
        if m.name
    ]
    assert tally.names == expected
    assert tally.named == len(expected)
    shown = [m for m in counted.values() if not m.conflict and not m.name]
    assert tally.statements == [
        m.signed[0].checked.statement for m in shown if m.signed[0].checked.statement
    ]
    assert tally.duplicates == len(found) - len({(e.checked.tag, e.checked.action) for e in found})


@given(entries())
def test_the_published_file_says_what_all_envelopes_said(found: list[Entry]) -> None:
    """The same members, names, statements and conflicts; at most two records of each."""
    chosen = list(ChosenRecords(sorter(found)))
    whole, file = tally_of(found), tally_of(unpacked(chosen, found))
    assert (file.keys, file.named, file.conflicts) == (whole.keys, whole.named, whole.conflicts)
    assert (file.names, file.statements) == (whole.names, whole.statements)
    assert (file.withdrawn, file.duplicates) == (0, whole.conflicts)
    told, published = _count(sorter(found), no_progress)
    assert (told.duplicates, told.withdrawn) == (whole.duplicates, whole.withdrawn)
    assert (published.cosigners, published.combinations) == (file.cosigners, file.combinations)
    for member in members(unpacked(chosen, found)).values():
        assert len(member.signed) == 1 + member.conflict
        agree = len({e.checked.statement for e in member.signed}) == 1
        assert agree or not any(_needless(e, found) for e in member.signed)


def _needless(chosen: Entry, found: list[Entry]) -> bool:
    """Return whether evidence shows a name although an anonymous record says the same."""
    same = chosen.checked._replace(name=None, key=None)
    return chosen.checked.name is not None and any(e.checked == same for e in found)


@given(entries(), entries())
def test_appending_only_withdraws_and_names(first: list[Entry], later: list[Entry]) -> None:
    """Every other record stays, and a name is added only to what was said before."""
    held = unpacked(list(ChosenRecords(sorter(first))), first)
    wanted = [e for e in later if e.checked.action == "withdraw" or e.checked.name]
    merged = _Merged(sorter(held), sorter(wanted))
    after = [e for e, _fresh in merged.entries()]
    before_by, after_by = members(held), members(after)
    assert before_by.keys() == after_by.keys()
    for tag, was in before_by.items():
        now = after_by[tag]
        asked = [e.checked for e in wanted if e.checked.tag == tag]
        assert now.withdrawn == any(c.action == "withdraw" for c in asked)
        if {e.raw for e in now.signed} == {e.raw for e in was.signed}:
            continue
        [replaced] = now.signed
        assert not now.withdrawn
        assert not was.conflict
        assert {c.name for c in asked} == {replaced.checked.name}
        assert all(e.checked.name is None for e in was.signed)
        assert {e.checked.statement for e in was.signed} == {replaced.checked.statement}
    counted = tally_of(after)
    assert counted.keys == tally_of(held).keys - counted.withdrawn
