"""Hints for registrars, and for the people who enrol with them."""

from typing import Final

from tests.support.commands import CLOSES, OPENS
from tests.support.hint_cases.steps import (
    AWAY,
    LIST,
    PEOPLE,
    RELAYED,
    SLIPS,
    Case,
    Run,
    with_drop_page,
    without_ledger,
    write,
)

CASES: Final[dict[str, Case]] = {
    "run cosign-letter member enrol first": Case(
        Run(f"member finish {RELAYED}", "new", code=16),
        (
            Run("member enrol open.group --voucher CODE3 -o new", "new"),
            Run(f"member finish {RELAYED}", "new", code=AWAY),
        ),
    ),
    "name the home of cosign-letter registrar keys with --home": Case(
        Run("registrar status staff.group", "new", code=16),
        (Run("registrar status staff.group", "council"),),
    ),
    "run cosign-letter registrar vouch first": Case(
        Run("registrar status open.group", "clerk", code=16),
        (
            Run("registrar vouch open.group -o new.csv", "clerk"),
            Run("registrar status open.group", "clerk"),
        ),
        (without_ledger,),
    ),
    "leave only one of --voucher, --person and --batch": Case(
        Run("registrar revoke open.group --person Anna --batch 1 --yes", "clerk", code=2),
        (Run("registrar revoke open.group --batch 1 --yes", "clerk"),),
    ),
    "add either --output FILE, for a table, or --slips FILE.html, for paper": Case(
        Run("registrar vouch open.group", "clerk", code=2),
        (
            Run("registrar vouch open.group --output new.csv", "clerk"),
            Run("registrar vouch open.group --slips new.html", "clerk"),
        ),
    ),
    "name a page like https://example.org/member.html, and --slips FILE.html": Case(
        Run("registrar vouch open.group --slips new.html --page member.html", "clerk", code=2),
        (
            Run(
                "registrar vouch open.group --slips new.html --page https://example.org/m.html",
                "clerk",
            ),
        ),
    ),
    "name --page, and --drop https://relay.example…": Case(
        Run(f"{SLIPS} --drop https://relay.example/drop/{'00' * 32}", "clerk", code=2),
        (with_drop_page,),
    ),
    "add --people FILE.csv, or leave them out": Case(
        Run("registrar vouch open.group --no-header -o new", "clerk", code=2),
        (Run("registrar vouch open.group -o new", "clerk"),),
    ),
    "leave only one of --people, --for and --count": Case(
        Run("registrar vouch open.group --for Anna --count 2 -o new", "clerk", code=2),
        (Run("registrar vouch open.group --for Anna -o new", "clerk"),),
    ),
    "wait, or close it now with --early: vouchers not used yet become worthless": Case(
        Run("registrar close open.group -o new", "clerk", code=8),
        (Run("registrar close open.group --early -o new", "clerk"),),
    ),
    "choose one with --registrar": Case(
        Run("member enrol open.group --voucher CODE3 --registrar 2 -o new", "new", code=2),
        (Run("member enrol open.group --voucher CODE3 --registrar 1 -o new", "new"),),
    ),
    "add --registrar …, or leave --registrar out": Case(
        Run("member enrol two.group --voucher TWO --registrar 1 -o new", "new", code=5),
        (
            Run("member enrol two.group --voucher TWO --registrar 2 -o new", "new"),
            Run("member enrol two.group --voucher TWO -o newer", "newer"),
        ),
        (
            Run("registrar keys --name Two --slots 1 -o two.registrar", "two"),
            Run("registrar keys --name One --slots 1 -o one.registrar", "one"),
            Run(
                "group create --name Two --registrar one.registrar --registrar two.registrar "
                f"--enrol-opens {OPENS} --enrol-closes {CLOSES} -o two.group"
            ),
            Run("registrar vouch two.group -o two.csv", "two"),
        ),
    ),
    "sign with the slots that are left: member keys shows them": Case(
        Run("member enrol open.group --voucher CODE3 -o new", "early"),
        (Run("member keys", "early"),),
        (Run("member forget open.group --slot 1 --yes", "early"),),
    ),
    "it may have been finished before: member keys shows what is here": Case(
        Run("member finish late.response", "late", code=6),
        (Run("member keys", "late"),),
        (Run("member finish late.response", "late"),),
    ),
    "registrar vouch and roster vouch print the number of each batch": Case(
        Run("registrar revoke open.group --batch 9 --yes", "clerk", code=7),
        (
            Run("registrar vouch open.group -o new", "clerk"),
            Run("registrar revoke open.group --batch 2 --yes", "clerk"),
        ),
    ),
    "its person can get a new one with registrar vouch or roster vouch": Case(
        Run("registrar revoke open.group --voucher CODE3 --yes", "clerk", code=8),
        (
            Run("registrar vouch open.group -o new", "clerk"),
            Run("registrar status open.group", "clerk"),
        ),
        (Run("registrar revoke open.group --voucher CODE3 --yes", "clerk"),),
    ),
    "revoke unused ones with registrar revoke or roster revoke, then make them again": Case(
        Run(f"{LIST} --yes --force", "clerk", code=7),
        (
            Run("registrar revoke open.group --person 'Anna Adler' --yes", "clerk"),
            Run(f"{LIST} --yes --force", "clerk"),
        ),
        (write("people.csv", PEOPLE), Run(f"{LIST} --yes", "clerk")),
    ),
    "name their files or add --relay URL": Case(
        Run("member finish", "late", code=2),
        (
            Run(f"member finish {RELAYED}", "late", code=AWAY),
            Run("member finish late.response", "late"),
        ),
    ),
    "name requests and --output, or only --relay and --mailbox": Case(
        Run("registrar issue -o new", "clerk", code=2),
        (
            Run("registrar issue early.request --output new", "clerk"),
            Run(f"registrar issue {RELAYED} --mailbox none", "clerk", code=16),
        ),
    ),
    "leave out --bits": Case(
        Run("registrar keys --name New --slots 1 --bits 2048 -o new", "new", code=2),
        (Run("registrar keys --name New --slots 1 -o new", "new"),),
    ),
    "add --header or --no-header": Case(
        Run(LIST.replace("--no-header", "--yes"), "clerk"),
        (
            Run(LIST.replace("--no-header", "--yes --header"), "clerk"),
            Run(f"{LIST} --yes --force", "clerk"),
        ),
        (write("people.csv", f"Names of people\n{PEOPLE}"),),
    ),
    "remove that line, or add --no-header if it is a person": Case(
        Run(LIST.replace("--no-header", "--yes"), "clerk", code=2),
        (
            Run(f"{LIST} --yes", "clerk"),
            write("people.csv", f"Name\n{PEOPLE}Emil\n"),
            Run(LIST.replace("--no-header", "--yes --force"), "clerk"),
        ),
        (write("people.csv", f"Carl Cox\n\nName\n{PEOPLE}"),),
    ),
    "remove that line, or add --footer to leave it out, or --no-footer if it is a person": Case(
        Run(f"{LIST} --yes", "clerk", code=2),
        (
            Run(f"{LIST} --yes --footer", "clerk"),
            Run(f"{LIST} --yes --no-footer --force", "clerk"),
            write("people.csv", f"{PEOPLE}Emil\n"),
            Run(f"{LIST} --yes --force", "clerk"),
        ),
        (write("people.csv", f"{PEOPLE}Total: 2\n"),),
    ),
}
"""By the hint."""
