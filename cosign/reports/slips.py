"""Vouchers on paper slips, one for each person (docs/spec.md, "Vouchers").

A slip has the voucher as a code and, in a QR code, as a link to a page on which people enrol, or
hand in a key for a roster.
The voucher stands in the link's fragment, which browsers do not send. The page loads nothing
and runs nothing, which a content security policy makes the browser enforce.

Not protected: anyone who photographs a slip has the voucher, and so has a printer that stores
what it prints.
"""

import base64
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from cosign.primitives.hashing import fingerprint
from cosign.records.collection import Collection
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
    """Where people enrol, or hand in their keys.

    Attributes:
        page: URL of the page on which they do, without a fragment; empty for none.
        drop: URL of the drop page, which has the group or collection; empty for none.
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


class Handout(NamedTuple):
    """What all slips say that one person hands out.

    Attributes:
        name: of the group, or of the roster that is being made.
        giver: who hands them out.
        closes: the minute since 1970 until which they can be used.
        identifier: of the group or collection, 32 bytes; people compare its fingerprint.
        what: what is identified, "group" or "collection of keys".
        doing: what people do with a slip.
        until: when they need it no longer.
    """

    name: str
    giver: str
    closes: int
    identifier: bytes
    what: str
    doing: str
    until: str


def enrolment_slips(group: RegisteredGroup, registrar: int) -> Handout:
    """Return what a registrar's slips say.

    Args:
        group: in which the people enrol.
        registrar: who hands out the slips, by its number in the group, from 0.
    """
    about = group.name, group.registrars[registrar].name, group.enrol_closes, group.group_id
    return Handout(*about, "group", "enrol", "you have finished enrolling")


def key_slips(collection: Collection) -> Handout:
    """Return what the slips of a collection's publisher say."""
    about = collection.name, collection.publisher.name, collection.closes, collection.collection_id
    doing, until = "hand in your key for the list", "the list is out and has your key"
    return Handout(*about, "collection of keys", doing, until)


def slips_page(handout: Handout, slips: Iterable[Slip], place: Place) -> Iterator[bytes]:
    """Yield the chunks of a page that is printed and cut; it shows the vouchers.

    Args:
        handout: what all of them say.
        slips: one for each person.
        place: where people use them. Without a page the QR code has the voucher's code only.
    """
    body = (_slip(handout, slip, place) for slip in slips)
    yield from _DOCUMENT.chunks(f"Vouchers of {handout.giver}", body)


def _slip(handout: Handout, slip: Slip, place: Place) -> Markup:
    text = voucher_link(place, slip.code) if place.page else slip.code
    picture = base64.b64encode(qr_svg(text)).decode()
    image = start("img", src=f"data:image/svg+xml;base64,{picture}", alt="The voucher, to scan")
    person = (
        [element("p", "For ", element("bdi", slip.person), class_="for")] if slip.person else []
    )
    sides = element("div", image, _words(handout, slip, place), class_="sides")
    return element("section", *person, sides, class_="slip")


def _words(handout: Handout, slip: Slip, place: Place) -> Markup:
    """Return what stands beside the code: what it is for, where it is used, and until when."""
    day, hour = show_minute(handout.closes).removesuffix("Z").split("T")
    where = (
        f"Scan this with your phone, or open {place.page} and type the voucher."
        if place.page
        else f"Type the voucher into the program with which you {handout.doing}, or scan it."
    )
    return element(
        "div",
        element("h2", element("bdi", handout.name)),
        element("p", "From ", element("bdi", handout.giver), ", for one person"),
        element("p", "Voucher: ", element("code", slip.code)),
        element("p", where),
        *([element("p", f"The {handout.what} is at {place.drop}")] if place.drop else []),
        element("p", f"Use it before {day}, {hour} (UTC)."),
        element(
            "p",
            f"The fingerprint of the {handout.what}, to compare with that of a colleague before "
            f"you {handout.doing}: ",
            element("code", fingerprint(handout.identifier)),
        ),
        element(
            "p",
            f"Anyone who has this slip can use it in your place. Keep it until {handout.until}, "
            "then destroy it.",
        ),
    )
