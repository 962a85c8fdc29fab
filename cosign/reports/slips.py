"""Vouchers on paper slips, one for each person (docs/spec.md, "Vouchers").

A slip has the voucher as a code and, in a QR code, as a link to a page on which people enrol.
The voucher stands in the link's fragment, which browsers do not send. The page loads nothing
and runs nothing, which a content security policy makes the browser enforce.

Not protected: anyone who photographs a slip has the voucher, and so has a printer that stores
what it prints.
"""

import base64
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from cosign.primitives.hashing import fingerprint
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.limits import show_minute
from cosign.reports.document import Document
from cosign.reports.markup import Markup, element, start
from cosign.reports.qr import qr_svg

_DOCUMENT: Final = Document(("slips.css",), "data:")


class Slip(NamedTuple):
    """A voucher for one person.

    Attributes:
        person: their name; empty if the voucher was made for nobody by name.
        code: the voucher's code; secret.
    """

    person: str
    code: str


class Place(NamedTuple):
    """Where people enrol.

    Attributes:
        page: URL of the page on which they do, without a fragment; empty for none.
        drop: URL of the registrar's drop page, which has the group; empty for none.
    """

    page: str = ""
    drop: str = ""


def voucher_link(place: Place, code: str) -> str:
    """Return the link to a page on which a voucher is used; the link is secret.

    Args:
        place: with a page.
        code: of the voucher.
    """
    link = f"{place.page}#voucher={code}"
    return f"{link}&drop={place.drop}" if place.drop else link


def slips_page(
    group: RegisteredGroup, registrar: int, slips: Iterable[Slip], place: Place
) -> Iterator[bytes]:
    """Yield the chunks of a page that is printed and cut; it shows the vouchers.

    Args:
        group: in which the people enrol.
        registrar: who hands out the slips, by its number in the group, from 0.
        slips: one for each person.
        place: where people enrol. Without a page the QR code has the voucher's code only.
    """
    title = f"Vouchers of {group.registrars[registrar].name}"
    body = (_slip(group, registrar, slip, place) for slip in slips)
    yield from _DOCUMENT.chunks(title, body)


def _slip(group: RegisteredGroup, registrar: int, slip: Slip, place: Place) -> Markup:
    text = voucher_link(place, slip.code) if place.page else slip.code
    day, hour = show_minute(group.enrol_closes).removesuffix("Z").split("T")
    picture = base64.b64encode(qr_svg(text)).decode()
    where = (
        f"Scan this with your phone, or open {place.page} and type the voucher."
        if place.page
        else "Type the voucher into the program with which you enrol, or scan it."
    )
    words = element(
        "div",
        element("h2", element("bdi", group.name)),
        element("p", "From ", element("bdi", group.registrars[registrar].name), ", for one person"),
        element("p", "Voucher: ", element("code", slip.code)),
        element("p", where),
        *([element("p", f"The group is at {place.drop}")] if place.drop else []),
        element("p", f"Use it before {day}, {hour} (UTC)."),
        element(
            "p",
            "The group's fingerprint, to compare with that of a colleague before you enrol: ",
            element("code", fingerprint(group.group_id)),
        ),
        element("p", "Anyone who has this slip can use it in your place. Destroy it afterwards."),
    )
    image = start("img", src=f"data:image/svg+xml;base64,{picture}", alt="The voucher, to scan")
    person = (
        [element("p", "For ", element("bdi", slip.person), class_="for")] if slip.person else []
    )
    sides = element("div", image, words, class_="sides")
    return element("section", *person, sides, class_="slip")
