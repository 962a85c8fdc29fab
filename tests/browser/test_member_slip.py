"""A slip for a list that collects keys, at the member's page: the same way as to enrol."""

from datetime import UTC, datetime
from pathlib import Path

from cosign.records.collection import KeyDelivery
from cosign.records.voucher import encode_slip
from cosign.roles.registrar import make_voucher
from cosign.roles.roster_publisher import open_delivery
from tests.support import relays
from tests.support.browsers.tab import Tab
from tests.support.examples import collecting
from tests.support.member_tabs import MemberPage
from tests.support.world import Seeded, World


def test_a_key_is_handed_in_with_a_slip(tab: Tab, village: World, tmp_path: Path) -> None:
    """Sealed to the publisher, with the voucher in it; and the page shows what the slip has."""
    asked, voucher = collecting.collection(village), make_voucher(Seeded("a slip"))
    (tmp_path / "collection").write_bytes(asked.to_bytes())
    page = MemberPage(tab)
    now = datetime.fromtimestamp((collecting.CLOSES - 1) * 60, UTC).isoformat()
    page.open(now, f"#voucher={encode_slip(asked, voucher)}")
    page.choose("#ask-group", tmp_path / "collection")
    page.wait("#compared")
    assert asked.name in tab.text("#task")
    assert asked.publisher.name in tab.text("#task")
    page.tap("#compared")
    page.begin_keys()
    page.tap("#enrol")
    page.save()
    record = page.follow("#save-record").read_bytes()
    plea = open_delivery(collecting.secrets_of(village), asked, KeyDelivery.from_bytes(record))
    assert plea.voucher == voucher
    stamp_in_the_end(page, village, tmp_path)


def stamp_in_the_end(page: MemberPage, world: World, folder: Path) -> None:
    """Choose a mailbox that asks for hours of work, stop, and choose another one."""
    for name, difficulty in ("hours", 32), ("moments", 4):
        box = relays.box_of_collection(world, difficulty=difficulty)
        (folder / name).write_bytes(box.to_bytes())
    page.fill("#drop", "http://localhost:1")
    page.choose("#mailbox", folder / "hours")
    page.wait("progress:not([hidden])")
    page.tap(".step:last-child #stop")
    page.tab.wait_for(".wrong:not(:empty)")
    assert "The work was stopped." in page.tab.text(".step:last-child .wrong")
    page.tab.choose(page.tab.find("#mailbox"), [folder / "moments"])
    page.tab.wait_for("#hand-in")
