"""The second reader and the page's engine say the same of joint letters as the library."""

import random
from pathlib import Path

from cosign.errors import CosignError
from tests.interop.second_reader import SecondReader
from tests.interop.verdicts import command_says
from tests.reject.test_joint import ALPHA, BETA, CASES, GAMMA, joined
from tests.support.joint import campaign_of, joint_of, side, verify

MUTANTS = 60


def library_accepts(raw: bytes) -> bool:
    """Whether the library takes a joint letter for valid."""
    try:
        verify(raw)
    except CosignError:
        return False
    return True


def mutants(raw: bytes) -> dict[str, bytes]:
    """Flip a bit, most often in the header and where letters meet."""
    source = random.Random(4)  # noqa: S311  # the same mutants in every run
    seams = [40 + source.randrange(600) for _ in range(MUTANTS // 2)]
    places = [*seams, *(source.randrange(len(raw)) for _ in range(MUTANTS // 2))]
    changed = {}
    for place in places:
        mutant = bytearray(raw)
        mutant[place] ^= 1 << source.randrange(8)
        changed[f"byte {place}"] = bytes(mutant)
    return changed


def test_verdicts_agree(second_reader: SecondReader) -> None:
    """On what is accepted, on each bad input of the library's own table, and on mutants."""
    whole = joined(campaign_of(ALPHA, BETA), campaign_of(ALPHA, BETA, GAMMA))
    # The library takes a single letter for no joint one; the second reader takes either.
    bad = {name: make() for name, (make, *_rest) in CASES.items() if name != "no joint letter"}
    files = {"whole": whole, "plain": joined(), **bad, **mutants(whole)}
    library = {name: library_accepts(raw) for name, raw in files.items()}
    answers = second_reader.verify_all([*files.values()])
    reader = {name: answer["valid"] for name, answer in zip(files, answers, strict=True)}
    assert reader == library
    for answers in second_reader.page.verify_all([*files.values()]).values():
        # What does not begin like a joint letter is not judged by the page.
        page = {name: a.get("valid", False) for name, a in zip(files, answers, strict=True)}
        assert page == library
    assert library["whole"]
    assert library["plain"]
    assert not any(library[name] for name in bad)


def test_reports_agree(second_reader: SecondReader, tmp_path: Path) -> None:
    """Codes and figures, with as many pins as there are groups, with fewer, and with another."""
    plain, named = tmp_path / "all.letter", tmp_path / "named.letter"
    plain.write_bytes(joint_of([ALPHA, BETA], [campaign_of(ALPHA, BETA, GAMMA)]))
    named.write_bytes(joint_of([ALPHA, side("Delta staff", names=("Ada", "Béla"))]))
    pins = [s.round.group_fingerprint for s in (ALPHA, BETA, GAMMA)]
    pinned = ((plain, pins[:2], 0), (plain, pins[:1], 3), (plain, pins[:0], 3), (plain, pins, 1))
    for file, chosen, expected in (*pinned, (named, pins[:0], 3)):
        code, report = command_says(file, *chosen)
        there, answer = second_reader.verify(file, *chosen)
        assert code == there == expected
        if page := second_reader.page.node:
            said = page.verify(file, *chosen)
            assert said == report if expected != 1 else said["error"] in report["error"]
        for shown in (report, answer):
            for inner in (shown, *shown.get("groups", ())):
                for sentences in ("not_checked", "error", "hint"):
                    inner.pop(sentences, None)
        assert report == answer
    assert report["named"] == 2
