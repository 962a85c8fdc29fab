"""Hints for organizers, trustees and verifiers."""

from typing import Final

from tests.support.commands import AFTERWARDS, BETWEEN
from tests.support.hint_cases.steps import (
    LOCKED,
    OPENED,
    PARTS,
    PUBLISH,
    RELAYED,
    ROUND,
    Case,
    Run,
    joined,
    shell,
    write,
)

CASES: Final[dict[str, Case]] = {
    "take one of them: cosign-letter joint split FILE -o FOLDER writes each by itself": Case(
        Run("joint create all.letter all.letter -o new", code=1),
        (Run("joint split all.letter -o parts"), Run(f"joint create {PARTS} -o new")),
        (joined,),
    ),
    "change --title": Case(
        Run(f"{ROUND} --group keys.roster --trustee 1.trustee --title ---", "organizer", code=2),
        (Run(f"{ROUND} --group keys.roster --trustee 1.trustee --title New", "organizer"),),
    ),
    "leave out --member or the letter": Case(
        Run("page published.letter --member -o new.html", code=2),
        (Run("page --member -o new.html"), Run("page published.letter -o other.html")),
    ),
    "name the home of cosign-letter trustee key with --home": Case(
        Run(OPENED, "new", AFTERWARDS, code=16), (Run(OPENED, "trustee-2", AFTERWARDS),)
    ),
    "leave --slot out": Case(
        Run(f"{ROUND} --group keys.roster --slot 1", "organizer", BETWEEN, code=2),
        (Run(f"{ROUND} --group keys.roster", "organizer", BETWEEN),),
    ),
    "choose another name or use --force": Case(
        Run("trustee key --name New -o letter.md", "new", code=15),
        (
            Run("trustee key --name New -o new", "new"),
            Run("trustee key --name New -o letter.md --force", "newer"),
        ),
    ),
    "use --home with the folder in which the keys were made": Case(
        Run(f"{PUBLISH} -o new", "new", AFTERWARDS, code=16),
        (Run(f"{PUBLISH} -o new", "organizer", AFTERWARDS),),
    ),
    "name a file, or write the page later with cosign-letter page": Case(
        Run(f"{PUBLISH} -o - --page new.html", "organizer", AFTERWARDS, code=2),
        (
            Run(f"{PUBLISH} -o new --page new.html", "organizer", AFTERWARDS),
            Run("page new -o later.html"),
        ),
    ),
    "leave out --enrolment": Case(
        Run(
            f"{PUBLISH} --append published.letter --enrolment council.statement -o new",
            "organizer",
            AFTERWARDS,
            code=2,
        ),
        (Run(f"{PUBLISH} --append published.letter -o new", "organizer", AFTERWARDS, code=6),),
    ),
    "give the trustee this folder and ask for a new opening; if that cannot be, add "
    "--incomplete, and the cosignatures in these envelopes may be left out": Case(
        Run(f"{PUBLISH} -o new".replace("1.opening", "few"), "organizer", AFTERWARDS, code=6),
        (
            Run(
                f"{PUBLISH} -o new --incomplete".replace("1.opening", "few"),
                "organizer",
                AFTERWARDS,
                code=11,  # the quorum is two, and one cosignature was lost
            ),
            Run(OPENED, "trustee-1", AFTERWARDS),
            Run(f"{PUBLISH} -o newer".replace("1.opening", "new"), "organizer", AFTERWARDS),
        ),
        (
            shell("mkdir one"),
            shell("cp envelopes/1.sealed one"),
            Run("trustee open letter.round --envelopes one -o few", "trustee-1", AFTERWARDS),
        ),
    ),
    "leave --workers or --cluster out": Case(
        Run("verify published.letter --workers 2 --cluster tcp://192.0.2.1:8786", code=2),
        (Run("verify published.letter --workers 2", code=3),),
    ),
    "name it with --title": Case(
        Run(f"{ROUND} --group keys.roster".replace("letter.md", "x.md"), "organizer", code=2),
        (
            Run(
                f"{ROUND} --group keys.roster --title Named".replace("letter.md", "x.md"),
                "organizer",
            ),
        ),
        (write("x.md", "![a badge](https://example.org/b.svg)\n"),),
    ),
    "check --envelopes or --relay: the envelopes are elsewhere": Case(
        Run(OPENED.replace("envelopes envelopes", "envelopes empty"), "trustee-2", AFTERWARDS, 16),
        (Run(OPENED, "trustee-2", AFTERWARDS),),
        (shell("mkdir empty"),),
    ),
    "add --help to see what the command takes": Case(
        Run("verify", code=2), (Run("verify --help"),)
    ),
    "add --envelopes DIR, or --relay URL and --mailbox FILE": Case(
        Run("trustee open letter.round -o new", "trustee-2", AFTERWARDS, code=2),
        (
            Run(OPENED, "trustee-2", AFTERWARDS),
            Run(f"trustee open letter.round {RELAYED} --mailbox none", "trustee-2", AFTERWARDS, 16),
        ),
    ),
    "use --passphrase-file or …, or --no-passphrase to store secrets unencrypted": Case(
        Run("trustee key --name New -o new --home homes/x", code=13),
        (
            Run("trustee key --name New -o new --home homes/x --passphrase-file pass"),
            Run(
                "trustee key --name New -o newer --home homes/y",
                env=LOCKED,
            ),
            Run("trustee key --name New -o newest --home homes/z --no-passphrase"),
        ),
        (write("pass", "correct horse battery staple\n"),),
    ),
    "add --mailbox FILE, the file that relay register wrote": Case(
        Run(f"trustee open letter.round {RELAYED}", "trustee-2", AFTERWARDS, code=2),
        (Run(f"trustee open letter.round {RELAYED} --mailbox none", "trustee-2", AFTERWARDS, 16),),
    ),
    "take its letters out with cosign-letter joint split FILE -o FOLDER": Case(
        Run("fingerprint all.letter", code=5),
        (Run("joint split all.letter -o parts"), Run("fingerprint parts/1.letter")),
        (joined,),
    ),
    "raise --members or lower --signers": Case(
        Run("demo --members 2 --signers 3", code=2),
        (
            Run("demo --members 3 --signers 3 --keep homes", code=15),
            Run("demo --members 2 --signers 2 --keep homes", code=15),
        ),
    ),
}
"""By the hint."""
