"""``cosign-letter registrar``: admit people, sign blindly, say how many."""

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Annotated, Final

import typer

from cosign_cli.commands import command
from cosign_cli.console import Console, counted, naming, usage_errors

if TYPE_CHECKING:
    from cosign.records.groups.registered import RegisteredGroup
    from cosign.records.secrets import RegistrarSecrets
    from cosign.roles.registrar import RegistrarKeys
    from cosign.stores.home import Home
    from cosign.stores.ledger import Ledger

app: Final = typer.Typer(help="Admit people to a group, without learning what they sign.")

GroupFile = Annotated[str, typer.Argument(metavar="GROUP", help="The group's file.")]


def _name(registrar_id: bytes) -> str:
    return f"registrar-{registrar_id[:8].hex()}"


class RegistrarSession:
    """A registrar at work: the keys, the group and the ledger of this home.

    Raises:
        MissingError: this home holds no registrar of the group.
    """

    def __init__(self, home: "Home", group: "RegisteredGroup") -> None:
        from cosign.errors import MissingError

        self.group, self.home = group, home
        found = [r for r in group.registrars if _name(r.registrar_id) in home.names("registrar-")]
        if not found:
            raise MissingError(
                "this home holds no registrar's keys of the group",
                hint="use --home with the folder in which registrar keys ran",
            )
        self._name = _name(found[0].registrar_id)
        self.number = group.registrars.index(found[0])

    def ledger(self, *, new: bool = False) -> "Ledger":
        """Open the ledger; only with ``new`` are the keys bound to the group, for ever.

        Raises:
            MissingError: there is none yet.
        """
        from cosign.errors import MissingError
        from cosign.stores.ledger import Ledger

        path = self.home.path(self._name, ".sqlite")
        if not (new or path.exists()):
            raise MissingError(
                "this registrar has written no vouchers yet", hint="begin with registrar vouch"
            )
        return Ledger(path, self.group.group_id, self.keys.ledger_key)

    @cached_property
    def keys(self) -> "RegistrarKeys":
        """What the vault holds; opened when it is first needed."""
        from cosign.records.secrets import RegistrarSecrets
        from cosign.roles.registrar import RegistrarKeys

        return RegistrarKeys(self.home.read(self._name, RegistrarSecrets), self.group)


def _desk(console: Console, path: str) -> RegistrarSession:
    from cosign.records.groups.registered import RegisteredGroup

    return RegistrarSession(console.home(), console.read_record(path, RegisteredGroup))


@command(app, "keys", secrets=True, output=True)
def make_keys(
    console: Console,
    name: Annotated[str, typer.Option(help="What people call this registrar.")],
    slots: Annotated[int, typer.Option(min=1, max=64, help="Letters one enrolment serves.")] = 8,
    bits: Annotated[int, typer.Option(help="RSA modulus length: 3072 or 4096.")] = 3072,
) -> None:
    """Make a registrar's keys for one group."""
    from cosign.errors import UsageError
    from cosign.primitives.rsa.pss import ALLOWED_BITS
    from cosign.roles.registrar import make_registrar

    if bits not in ALLOWED_BITS:
        allowed = " or ".join(map(str, ALLOWED_BITS))
        raise UsageError(f"RSA keys have {allowed} bits, not {bits}", hint="leave --bits out")
    console.check_output()
    home = console.home()
    with usage_errors(), console.progress("making keys") as progress:
        secrets: RegistrarSecrets = make_registrar(name, slots=slots, bits=bits, progress=progress)
        secrets.to_bytes()
    with home.lock():
        home.write(_name(secrets.registrar.registrar_id), secrets)
    console.write_record(secrets.registrar)
    console.result(
        f"{console.output}: the public keys of registrar {name!r}, {counted(slots, 'slot')}; "
        "give the file to whoever creates the group",
        {"output": console.output, "name": name, "slots": slots, "bits": bits},
    )


@command(app, "vouch", secrets=True, output=True)
def vouch(
    console: Console,
    group: GroupFile,
    count: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many vouchers.")] = 1,
    people: Annotated[
        str | None,
        typer.Option(
            metavar="FILE.csv",
            help="One person a line, in the first column; a first line person or name is skipped.",
        ),
    ] = None,
) -> None:
    """Write vouchers for people whom you checked; the ledger keeps only hashes."""
    import csv
    import io

    from cosign.primitives.codes import encode_code
    from cosign.records.enrolment import voucher_hash
    from cosign.roles.registrar import make_voucher

    names = _people(console, people) if people else [""] * count
    console.check_output()
    desk = _desk(console, group)
    vouchers = [make_voucher() for _ in names]
    group_id, number = desk.group.group_id, desk.number
    with desk.ledger(new=True) as ledger:
        desk.home.keep_group(desk.group)
        if before := ledger.status().vouchers:
            console.note(
                f"warning: {counted(before, 'voucher')} existed before; these are further ones, "
                "and whoever gets two has two voices"
            )
        # The ledger first: a voucher that nobody holds harms nobody, an unknown one somebody.
        ledger.add_vouchers(voucher_hash(group_id, number, v) for v in vouchers)
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["person", "voucher"])
    codes = [encode_code(v.reveal()) for v in vouchers]
    writer.writerows(zip(names, codes, strict=True))
    console.write(table.getvalue().encode(), "vouchers", secret=True)
    console.result(
        f"{console.output}: {counted(len(names), 'voucher')}; "
        "hand each to one person and destroy the file",
        {"output": console.output, "vouchers": len(names)},
    )


def _people(console: Console, path: str) -> list[str]:
    import csv

    from cosign.errors import MalformedError
    from cosign.records.limits import MEMBER_LIMIT

    with naming(path):
        try:
            text = console.read(path, 64 * MEMBER_LIMIT).decode("utf-8-sig")
            rows = [row for row in csv.reader(text.splitlines()) if row and row[0].strip()]
        except (UnicodeDecodeError, csv.Error) as e:
            raise MalformedError("not a CSV file in UTF-8", hint="export it again") from e
        names = [row[0].strip() for row in rows]
        if names[:1] in (["person"], ["name"], ["Person"], ["Name"]):
            names = names[1:]
        twice = [name for name, times in Counter(names).items() if times > 1]
        if not names:
            raise MalformedError("there is nobody in the list", hint="write one person a line")
        if twice:
            raise MalformedError(
                f"{twice[0]!r} stands in the list twice",
                hint="one person gets one voucher; tell people of one name apart",
            )
    return names


@command(app, "close", secrets=True, output=True)
def close(
    console: Console,
    group: GroupFile,
    early: Annotated[bool, typer.Option("--early", help="Before the window is over.")] = False,
) -> None:
    """End enrolment for good and sign how many certificates were issued."""
    from cosign.errors import WindowError
    from cosign.records.limits import show_minute
    from cosign.stores.ledger import end_enrolment

    console.check_output()
    desk = _desk(console, group)
    if console.minute() < desk.group.enrol_closes and not early:
        raise WindowError(
            f"enrolment is open until {show_minute(desk.group.enrol_closes)}",
            hint="wait, or end it for good with --early: vouchers that were not used are lost",
        )
    with desk.ledger() as ledger:
        statement = end_enrolment(desk.keys, ledger)
    console.write_record(statement)
    console.result(
        f"{console.output}: enrolment is closed, with {counted(statement.issued, 'voucher')} used",
        {"output": console.output, "issued": statement.issued, "registrar": desk.number + 1},
    )


@command(app, "status", secrets=True)
def status(console: Console, group: GroupFile) -> None:
    """Count vouchers and certificates."""
    desk = _desk(console, group)
    with desk.ledger() as ledger:
        counts = ledger.status()
    in_window = desk.group.enrol_opens <= console.minute() < desk.group.enrol_closes
    state = "closed" if counts.closed else "open" if in_window else "not open now, nor closed"
    console.result(
        f"{counted(counts.vouchers, 'voucher')}, {counts.used} used, {counts.answered} answered; "
        f"enrolment is {state}",
        counts._asdict(),
    )
