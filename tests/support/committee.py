"""A faculty's round on disk: any 2 of 3 registrars admit, any 2 of 3 trustees open.

Files of a shop::

    dean.registrar union.registrar ombud.registrar   faculty.group
    dean.statement union.statement ombud.statement
    1.trustee 2.trustee 3.trustee   appeal.md   appeal.round (quorum 2)
    homes/: dean, union, ombud, member-1 ... member-4, trustee-1 ... trustee-3, organizer

There are no signatures yet.
"""

from pathlib import Path
from typing import Final

from tests.support.cli_fixture import complete, install_registrar, vouchers
from tests.support.commands import BETWEEN, CLOSES, ENROLMENT, OPENS, Shop

REGISTRARS: Final = {"dean": (6,), "union": (7,), "ombud": (8,)}
CHOICES: Final = {
    "member-1": ("dean", "union"),
    "member-2": ("union", "ombud"),
    "member-3": ("ombud", "dean"),
    "member-4": ("ombud", "union", "dean"),
}
APPEAL: Final = "To the ministry\n\nKeep the library open.\n"


def build(folder: Path) -> Shop:
    """Play enrolment and open the round."""
    shop = Shop(folder)
    for name, keys in REGISTRARS.items():
        install_registrar(shop, name, keys, f"{name}.registrar")
    registrars = " ".join(f"--registrar {name}.registrar" for name in REGISTRARS)
    shop.call(
        f"group create --name Faculty {registrars} --threshold 2 "
        f"--enrol-opens {OPENS} --enrol-closes {BETWEEN} -o faculty.group"
    )
    (shop / "people").write_text("".join(f"{name}\n" for name in CHOICES))
    for number, name in enumerate(REGISTRARS, 1):
        vouch = f"registrar vouch faculty.group --people people --no-header --yes -o {name}.csv"
        shop.call(vouch, name, now=OPENS)
        codes = dict(zip(CHOICES, vouchers(shop, f"{name}.csv"), strict=True))
        for person in (p for p, chosen in CHOICES.items() if name in chosen):
            _enrol(shop, person, f"--registrar {number} --voucher {codes[person]}", name)
        shop.call(f"registrar close faculty.group -o {name}.statement", name, now=BETWEEN)
    for number in (1, 2, 3):
        key = f"trustee key --name Trustee-{number} -o {number}.trustee"
        shop.call(key, f"trustee-{number}", now=BETWEEN)
    (shop / "appeal.md").write_text(APPEAL)
    create(shop, "appeal", "--quorum 2")
    (shop / "envelopes").mkdir()
    return shop


def _enrol(shop: Shop, person: str, options: str, registrar: str) -> None:
    name = f"{person}-{registrar}"
    shop.call(f"member enrol faculty.group {options} -o {name}.request", person, now=ENROLMENT)
    issue = f"registrar issue {name}.request -o {name}.response"
    shop.call(issue, registrar, now=ENROLMENT)
    shop.call(f"member finish {name}.response", person, now=ENROLMENT)


def create(shop: Shop, name: str, options: str) -> None:
    """Open a round with all statements and trustees."""
    statements = " ".join(f"--enrolment {registrar}.statement" for registrar in REGISTRARS)
    trustees = "--trustee 1.trustee --trustee 2.trustee --trustee 3.trustee --threshold 2"
    shop.call(
        f"round create appeal.md --group faculty.group {statements} {trustees} {options} "
        f"--opens {BETWEEN} --closes {CLOSES} -o {name}.draft",
        "organizer",
        now=BETWEEN,
    )
    complete(shop, name, REGISTRARS)
