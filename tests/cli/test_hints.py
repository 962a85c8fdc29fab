"""Every hint that names a command or an option is typed in a real situation, and gets further.

The tables are in ``tests/support/hint_cases``. A hint that is in none of them fails the first
test, so a new one has to be tried, too.
"""

from typing import Final

import pytest

from tests.support import places
from tests.support.commands import Shop
from tests.support.hint_cases import members, organizers, registrars, rosters
from tests.support.hint_cases.steps import take
from tests.support.hints import all_hints, names_command, pattern

TABLES: Final = registrars.CASES, rosters.CASES, members.CASES, organizers.CASES
CASES: Final = {hint: case for table in TABLES for hint, case in table.items()}

ELSEWHERE: Final = {
    "ask each for it with member name, and give their files with --attested": (
        "test_open_names.py: 0 registrars attest the name"
    ),
    "leave --attested out": "test_open_names.py: in a group with a list of keys",
    "sign with --openly; your listed key stands beside your name": (
        "test_open_names.py: nobody attests names"
    ),
    "name the one that you claim with --group, which takes a group's file or its 60 digits": (
        "test_joint.py: this home signed in the letters of"
    ),
    "another program listens there, perhaps another relay: stop it, or choose another port with "
    "--listen": "test_relay.py: test_a_place_that_is_taken",
    "encrypt it with another cipher: …": "test_ssh_proofs.py: test_signing_with_a_rare_cipher_has",
    "… -m pip install …": "test_extras.py: test_without_the_extra",
    "encrypt a round with: cosign-letter round invite": (
        "test_relay_drop.py: test_owners_put_notices("
    ),
    "or leave --yes out, and answer on a terminal": "test_voucher_lists.py: terminal(",
    "run the command again with --debug and report what it prints": "test_secrets.py: --debug",
    "say in fewer words where the keys come from, with --source": (
        "test_collecting.py: with the kinds of evidence"
    ),
    "a slip is good for one key: ask its owner; if another person used it, remove that key's line "
    "from the list, and name the owner's key with roster create --member": (
        "test_collecting.py: remove that key's line from the list"
    ),
    "write it as a picture with -o FILE.png": "test_fingerprint.py: -o FILE.png",
}
"""Hints that other tests follow, with a word of theirs: they need a terminal, a defect or another
machine."""

UNREACHED: Final = {
    "ports below 1024 are for administrators: choose a higher one with --listen": "root listens",
    "use the file that relay register wrote": "a file that somebody changed by hand",
    "revoke an unused one with registrar revoke or roster revoke": "two commands at one moment",
    "use the home that made your key, or name your ssh key with --ssh-key": "programs in Python",
    "write a copy for OpenSSH, and use that: …": "PuTTY is not installed where tests run",
    "type it again; if it is right, write a copy under another cipher: …": "an old OpenSSL",
}
"""Hints that no command of a test can get or follow, and why."""


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no relay."""
    monkeypatch.setattr("cosign.relay.client.client.PAUSES", ())


def test_every_hint_that_names_a_command_is_tried() -> None:
    """Those that are not in the table cannot be relied on: add a case."""
    naming = {hint for hint in all_hints() if names_command(hint)}
    tried = {*CASES, *ELSEWHERE, *UNREACHED}
    assert len(CASES) == sum(map(len, TABLES)), "a hint is in two tables"
    assert naming - tried == set()
    assert tried - all_hints() == set(), "the code gives no such hint any more"
    assert len(naming) > 50


@pytest.mark.parametrize("hint", CASES)
def test_a_hint_gets_further(shop: Shop, hint: str) -> None:
    """The command fails with it; what it says to type does not."""
    case = CASES[hint]
    for step in case.before:
        take(shop, step)
    failed = take(shop, case.shows._replace(code=None))
    assert failed is not None
    assert failed.code != 0
    assert pattern(hint).search(failed.err.splitlines()[-1].removeprefix("  hint: ")), failed.err
    for step in case.then:
        done = take(shop, step)
        assert done is None or not pattern(hint).search(done.err), done


@pytest.mark.parametrize("place", sorted(filter(None, ELSEWHERE.values())))
def test_the_others_are_followed_elsewhere(place: str) -> None:
    """A test of that name has these words."""
    file, words = place.split(": ")
    assert words in (places.ROOT / "tests" / "cli" / file).read_text(encoding="utf-8")
