"""``member forget``: what is gone afterwards, and what stays."""

import pytest

from tests.support.cli_fixture import fingerprint_of, invite
from tests.support.commands import Shop
from tests.support.terminal import terminal

SIGN = "sign {} --min-set 2 --yes -o new"


def vaults(shop: Shop, home: str) -> dict[str, bytes]:
    """Give a home's secrets as they lie on the disk."""
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
    """For whoever never had the round's own file."""
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
    """Whoever still has the old file open reads zeros."""
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
    assert "anyone who obtains the key can still find your signature" in shown
    [key] = shop.call("member keys --json", "lister-1").json["keys"]
    assert (key["secret"], key["rounds"]) == (True, [])
    shop.call("member forget keys.roster --yes", "lister-1")
    assert vaults(shop, "lister-1") == {}
