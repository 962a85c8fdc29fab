"""``member forget``: what is gone afterwards, and what stays."""

import shutil
import time

import pytest

from cosign.stores.home import Home
from cosign.stores.keys import read_credential
from tests.support.cli_fixture import fingerprint_of, invite
from tests.support.commands import BETWEEN, CLOSES, Shop
from tests.support.terminal import terminal

SIGN = "sign {} --min-set 2 --yes -o new"


def vaults(shop: Shop, home: str) -> dict[str, bytes]:
    """Return a home's secrets as they lie on the disk."""
    return {path.stem: path.read_bytes() for path in (shop / "homes" / home).glob("*.vault")}


@pytest.mark.parametrize("named", ["group", "round", "staff.group", "letter.round"])
def test_things_are_forgotten_by_name_fingerprint_or_file(shop: Shop, named: str) -> None:
    """Afterwards the cosignature can be neither found, claimed nor withdrawn from here."""
    receipt = shop.call(
        "sign letter.round --min-set 2 --yes --receipt --json -o new", "member-1"
    ).json["receipt"]
    what = named if "." in named else f"'{fingerprint_of(shop, named)}'"
    done = shop.call(f"member forget {what} --yes", "member-1")
    assert "a backup may still hold" in done.err
    for line in (
        "check published.letter",
        "claim published.letter --challenge Hello -o x",
        "withdraw letter.round --yes -o x",
    ):
        shop.call(line, "member-1", code=16)
    shop.call(f"check published.letter --receipt {receipt}", "member-1")
    other = shop.call("check second.letter", "member-1", code=None).code
    assert other == (0 if named in {"round", "letter.round"} else 16)


def test_an_invitation_names_a_round_to_forget_too(shop: Shop) -> None:
    """A member without the round's own file can forget it."""
    secret = invite(shop)
    shop.call(f"member forget letter.invite --secret {secret} --yes", "member-1")
    shop.call("check published.letter", "member-1", code=16)


def test_receipts_can_outlive_keys(shop: Shop) -> None:
    """Then the check works, and nothing else does."""
    [name] = vaults(shop, "member-1")
    told = shop.call(f"member forget {name} --keep-receipts --yes --json", "member-1").json
    assert told == {"forgotten": [name], "receipts_kept": True}
    shop.call("check published.letter", "member-1")
    claim = shop.call("claim published.letter --challenge Hello -o x", "member-1", code=16)
    assert "forgot its key" in claim.err
    [membership] = shop.call("member keys --json", "member-1").json["memberships"]
    assert membership["forgotten_slots"] == [1, 2]
    assert len(membership["rounds"]) == 2


def test_what_was_forgotten_is_overwritten(shop: Shop) -> None:
    """A process that still has the old file open reads zeros."""
    [name] = vaults(shop, "member-1")
    with (shop / "homes/member-1" / f"{name}.vault").open("rb") as held:
        shop.call(f"member forget {name} --keep-receipts --yes", "member-1")
        assert not held.read().strip(b"\0")
    assert vaults(shop, "member-1")[name].strip(b"\0")


def test_a_roster_s_key_stays_with_a_forgotten_round(shop: Shop) -> None:
    """The question says so, and keeping the receipt would leave nothing to erase."""
    shop.call(
        "round create letter.md --group keys.roster --opens 2030-03-08T00:00Z "
        "--closes 2030-03-18T00:00Z -o keys.round",
        "organizer",
    )
    shop.call(SIGN.format("keys.round"), "lister-1")
    shop.call("member forget keys.round --keep-receipts --yes", "lister-1", code=6)
    with terminal(shop, "member forget keys.round", "lister-1") as screen:
        shown = screen.answer("[y/N]", "y")
        assert screen.end()[0] == 0
    assert "anyone who obtains the key can still find a signature of yours" in shown
    [key] = shop.call("member keys --json", "lister-1").json["keys"]
    assert (key["secret"], key["rounds"]) == (True, [])
    shop.call("member forget keys.roster --yes", "lister-1")
    assert vaults(shop, "lister-1") == {}


def traces(shop: Shop, home: str) -> dict[str, tuple[int, int, bytes]]:
    """Return size, year and content of every file of a home; records as they are decrypted.

    All else in the time of a file is random (docs/adr/0039).
    """
    folder = shop / "homes" / home
    opened = Home(folder, lambda _name, _new: None)
    records = {name: read_credential(opened, name).to_bytes() for name in vaults(shop, home)}
    return {
        path.name: (
            path.stat().st_size,
            time.gmtime(path.stat().st_mtime).tm_year,
            records.get(path.stem, b""),
        )
        for path in folder.iterdir()
    }


class TestAHomeThatForgotWithoutSigningEqualsFileForFileOneThatSignedAndForgot:
    """So nobody can tell from a home whether its owner signed, nor ask why it forgot."""

    SPOKEN = (
        ("sign {} --min-set 2 --yes -o 1",),
        ("sign {} --min-set 2 --yes --statement 'I was there' -o 1",),
        ("withdraw {} --yes -o 1",),
        ("sign {} --min-set 2 --yes -o 1", "withdraw {} --yes -o 2"),
    )

    @pytest.fixture
    def twins(self, shop: Shop) -> Shop:
        """Homes of one person, who signed in one of them only."""
        shop.call(
            f"round create letter.md --group keys.roster --opens {BETWEEN} --closes {CLOSES} "
            "-o keys.round",
            "organizer",
            now=BETWEEN,
        )
        for kind, home in (("member", "member-3"), ("lister", "lister-1")):
            for twin in ("signer", "silent"):
                shutil.copytree(shop / "homes" / home, shop / "homes" / f"{twin}-{kind}")
        return shop

    @pytest.mark.parametrize("lines", SPOKEN)
    @pytest.mark.parametrize(
        ("kind", "round_", "forgotten"),
        [
            ("member", "letter.round", "letter.round"),
            ("member", "letter.round", "staff.group --slot 1"),
            ("lister", "keys.round", "keys.round"),
        ],
    )
    def test_file_for_file(
        self, twins: Shop, lines: tuple[str, ...], kind: str, round_: str, forgotten: str
    ) -> None:
        for line in lines:
            twins.call(line.format(round_), f"signer-{kind}")
        signer, silent = f"signer-{kind}", f"silent-{kind}"
        assert traces(twins, signer) != traces(twins, silent)
        told = [twins.call(f"member forget {forgotten} --yes", home) for home in (signer, silent)]
        assert told[0] == told[1]
        assert traces(twins, signer) == traces(twins, silent)
        shown = [twins.call("member keys", home).out for home in (signer, silent)]
        assert shown[0] == shown[1]
        assert ("used: none, forgotten: 1" in shown[0]) == (kind == "member")

    def test_neither_signs_again_with_the_slot(self, twins: Shop) -> None:
        for home in ("signer-member", "silent-member"):
            twins.call("member forget letter.round --yes", home)
            done = twins.call("sign letter.round --min-set 2 --yes -o new", home, code=16)
            assert "forgot its key for slot 1" in done.err


def test_a_slot_goes_with_a_group(shop: Shop) -> None:
    """A round has one slot already, and a roster has none."""
    with shop.unchanged():
        for name in ("letter.round --slot 1", "letter.round --slot 2"):
            shop.call(f"member forget {name} --yes", "member-3", code=2)
        shop.call("member forget keys.roster --slot 1 --yes", "lister-1", code=2)
        assert "has slots 1 to" in (
            shop.call("member forget staff.group --slot 99 --yes", "member-3", code=1).err
        )


def test_a_home_that_is_no_member_forgets_nothing(shop: Shop) -> None:
    shop.call("member forget letter.round --yes", "nobody", code=16)
    shop.call(f"member forget '{fingerprint_of(shop, 'round')}' --yes", "member-3", code=16)
