"""Hints for members: signing, checking, claiming, key files, a relay."""

from typing import Final

from tests.support.commands import BETWEEN
from tests.support.hint_cases.steps import (
    AWAY,
    CHECK_ID,
    CLAIM,
    GREEDY,
    LOCKED,
    RELAYED,
    ROUND,
    SIGN,
    Case,
    Run,
    invited,
    write,
)

CASES: Final[dict[str, Case]] = {
    "add --openly NAME, or leave them out": Case(
        Run("sign letter.round --role boss --min-set 2 --yes -o new", "member-3", code=2),
        (Run(SIGN, "member-3"),),
    ),
    "name a group of the file, or leave --group out": Case(
        Run("claim published.letter --challenge x --group keys.roster -o new", "member-1", code=16),
        (
            Run("claim published.letter --challenge x --group staff.group -o new", "member-1"),
            Run("claim published.letter --challenge x -o newer", "member-1"),
        ),
    ),
    "leave out --reveal-key; the claim holds without it": Case(
        Run(f"{CLAIM} --reveal-key", "member-1", code=6), (Run(CLAIM, "member-1"),)
    ),
    "the organizer gives the round to the registrars, who run registrar grant, and adds what "
    "they send with round grant": Case(
        Run(SIGN.replace("letter.round", "letter.draft"), "member-3", code=11),
        (
            Run("registrar grant letter.draft --yes -o new.grant", "council"),
            Run("round grant letter.draft --grant new.grant -o new.round"),
            Run(SIGN.replace("letter.round", "new.round"), "member-3"),
        ),
    ),
    "a key file needs one: add --key-passphrase-file PATH": Case(
        Run("member export -o new", "member-3"),
        (Run("member export --key-passphrase-file key.md -o new", "member-3"),),
    ),
    "add --key-passphrase-file PATH": Case(
        Run("member import 3.keys", "member-3"),
        (Run("member import 3.keys --key-passphrase-file key.md", "member-3"),),
    ),
    "if it is not that of the home, add --key-passphrase-file PATH": Case(
        Run("member import 3.keys --home homes/x", env=LOCKED),
        (Run("member import 3.keys --key-passphrase-file key.md --home homes/x", env=LOCKED),),
    ),
    "use --home with the folder in which they were made": Case(
        Run("member export --key-passphrase-file key.md -o new", "nobody"),
        (Run("member export --key-passphrase-file key.md -o new", "member-3"),),
    ),
    "make it with cosign-letter member export": Case(
        Run("member import greedy.keys --key-passphrase-file key.md", "member-3"),
        (Run("member export --key-passphrase-file key.md -o new", "member-3"),),
        (write("greedy.keys", GREEDY.to_bytes()),),
    ),
    "use the home that you signed with, or give the receipt with --receipt": Case(
        Run("check published.letter", "member-3", code=16),
        (
            Run("check published.letter", "member-1"),
            Run("check published.letter --receipt RECEIPT", "member-3"),
        ),
    ),
    "accept fewer with --min-set, if you take the risk; the round allows it": Case(
        Run("sign letter.round --yes -o new", "member-3", code=10), (Run(SIGN, "member-3"),)
    ),
    "enrol, or have your key put on the roster; or name another --home or your --ssh-key": Case(
        Run(SIGN, "new", code=16), (Run(SIGN, "member-3"),)
    ),
    "run cosign-letter member enrol first, or name the right folder with --home": Case(
        Run("member certificate open.group --yes -o new", "new", code=16),
        (
            Run("member certificate staff.group --yes --slot 2 -o new", "exporter"),
            Run("member enrol open.group --voucher CODE3 -o new.request", "new"),
        ),
    ),
    "cosign-letter member keys shows what it holds; of a round in which you did not sign, name "
    "the file or the invitation": Case(
        Run("member forget nothing", "member-3", code=16),
        (Run("member keys", "member-3"), Run("member forget letter.round --yes", "member-3")),
    ),
    "once their letters are published, run cosign-letter member forget … --keep-receipts": Case(
        Run("member forget new.round --keep-receipts --yes", "lister-1", code=6),
        (Run("member forget LISTED --keep-receipts --yes", "lister-1"),),
        (
            Run(f"{ROUND} --group keys.roster", "organizer", BETWEEN),
            Run("sign new.round --min-set 0 --yes -o new", "lister-1"),
        ),
    ),
    "add --relay URL": Case(
        Run(f"{SIGN} --proxy socks5h://127.0.0.1:1", "member-3", code=2),
        (Run(f"{SIGN} --proxy socks5h://127.0.0.1:1 {RELAYED}", "member-3", code=AWAY),),
    ),
    "add --output FILE or --relay URL": Case(
        Run("sign letter.round --min-set 2 --yes", "member-3", code=2),
        (
            Run("sign letter.round --min-set 2 --yes --output new", "member-3"),
            Run(f"sign letter.round --min-set 2 --yes {RELAYED}", "member-3", code=AWAY),
        ),
    ),
    "add --yes if you are sure": Case(
        Run("sign letter.round --min-set 2 -o new", "member-3", code=2), (Run(SIGN, "member-3"),)
    ),
    "add --… CODE": Case(
        Run("sign letter.invite --min-set 2 --yes -o new", "member-3"),
        (Run("sign letter.invite --secret SECRET --min-set 2 --yes -o new", "member-3"),),
        (invited,),
    ),
    "start Tor and add --proxy socks5h://127.0.0.1:9050": Case(
        Run(f"{CHECK_ID} --relay http://{'a' * 56}.onion", code=2),
        (
            Run(
                f"{CHECK_ID} --relay http://{'a' * 56}.onion --proxy socks5h://127.0.0.1:1",
                code=AWAY,
            ),
        ),
    ),
    "use https or an onion service; add --allow-http if you control the network": Case(
        Run(f"{CHECK_ID} --relay http://relay.invalid", code=2),
        (
            Run(f"{CHECK_ID} --relay http://relay.invalid --allow-http", code=AWAY),
            Run(f"{CHECK_ID} --relay https://relay.invalid", code=AWAY),
        ),
    ),
    "name its round with --round": Case(
        Run(f"relay check envelopes/1.sealed --round second.round {RELAYED}", code=5),
        (Run(f"relay check envelopes/1.sealed --round letter.round {RELAYED}", code=AWAY),),
    ),
}
"""By the hint."""
