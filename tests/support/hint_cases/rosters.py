"""Hints for publishers of rosters, and about keys and homes."""

from typing import Final

from tests.support.commands import CLOSES
from tests.support.hint_cases.steps import (
    COLLECTED,
    KEY,
    LOCKED,
    OTHER,
    ROSTER,
    Case,
    Run,
    mode,
    shell,
    spoil,
    write,
)

CASES: Final[dict[str, Case]] = {
    "set HOME to the whole path of your own folder, or name another one with --home": Case(
        Run("member key --no-passphrase -o new", env={"HOME": "x", "XDG_CONFIG_HOME": ""}, code=2),
        (Run("member key --no-passphrase -o new --home homes/new"),),
    ),
    "run cosign-letter roster vouch first": Case(
        Run("roster collect new -o keys.csv", "organizer", code=16),
        (
            Run("roster vouch new -o new.csv", "organizer"),
            Run("roster collect new -o keys.csv", "organizer"),
        ),
        (
            Run(
                f"roster collection --name N --publisher-name P --closes {CLOSES} -o new",
                "organizer",
            ),
        ),
    ),
    "use the home in which the collection was made, with --home": Case(
        Run("roster collect keys.collection -o new", "organizer", code=16),
        (Run("roster collect keys.collection -o new", "union"),),
    ),
    "add --collection, with the file of it": Case(
        Run("member key --slip SLIP -o new", "new", code=2),
        (Run("member key --slip SLIP --collection keys.collection -o new", "new"),),
    ),
    "name the file of cosign-letter roster collect": Case(
        Run(f"{COLLECTED} codes.csv -o new", "union", code=1),
        (
            Run("roster collect keys.collection 1.delivery -o keys.csv", "union"),
            Run(
                "roster create --name N --source S --collected keys.csv --member 1.member -o new",
                "union",
            ),
        ),
    ),
    "a home has one passphrase: type that one, or choose another --home": Case(
        Run("member key -o new --home homes/x", env=OTHER, code=13),
        (
            Run("member key -o new --home homes/x", env=LOCKED),
            Run("member key -o newer --home homes/y", env=OTHER),
        ),
        (Run("member key -o first --home homes/x", env=LOCKED),),
    ),
    "make a key with member key alone, and hand it to the publisher of the roster in person": Case(
        Run("member key --prove-ssh id -o new", "new", code=6),
        (Run("member key -o new", "new"), Run(f"{ROSTER} --member new --member 1.member", "new")),
        (shell("ssh-keygen -q -t ecdsa -N '' -f id"),),
    ),
    "give the file that ssh -i takes": Case(
        Run("member key --prove-ssh letter.md -o new", "new"),
        (Run("member key --prove-ssh id -o new", "new"),),
        (KEY,),
    ),
    "use a copy that ssh-keygen -y can read": Case(
        Run("member key --prove-ssh bad -o new", "new", code=1),
        (shell("ssh-keygen -y -f id"), Run("member key --prove-ssh id -o new", "new")),
        (KEY, spoil),
    ),
    "give it with --ssh-passphrase-file": Case(
        Run("member key --prove-ssh id -o new", "new", code=13),
        (Run("member key --prove-ssh id --ssh-passphrase-file pass -o new", "new"),),
        (
            shell("ssh-keygen -q -t ed25519 -N 'correct horse' -f id"),
            write("pass", "correct horse\n"),
        ),
    ),
    "give the .sig file of ssh-keygen -Y sign": Case(
        Run(f"{ROSTER} --ssh id.pub --proof 1.member --member 2.member", "new", code=1),
        (
            shell("rm 1.member.sig"),
            shell("ssh-keygen -q -Y sign -f id -n cosign-enrol@1 1.member"),
            Run(f"{ROSTER} --ssh id.pub --proof 1.member --member 2.member", "new"),
        ),
        (KEY, write("1.member.sig", "no signature\n")),
    ),
    "give it to another of its publishers, who adds a signature with roster sign": Case(
        Run("roster check draft.roster", code=11),
        (
            Run("roster sign draft.roster --yes -o new.roster", "organizer"),
            Run("roster check new.roster"),
        ),
    ),
    "add --ssh with the files that list them": Case(
        Run(f"{ROSTER} --proof new --member 1.member", "new", code=5),
        (Run(f"{ROSTER} --proof new --member 1.member --ssh id.pub", "new"),),
        (KEY, Run("member key --prove-ssh id -o new", "new")),
    ),
    "check that every file in it is yours, then run chmod go-w …; if the mode stays, the disk "
    "keeps no modes: mount it with umask=077, or use another one": Case(
        Run("member keys", "member-1", code=14),
        (shell("chmod go-w homes/member-1"), Run("member keys", "member-1")),
        (mode("homes/member-1", 0o777),),
    ),
    "leave --no-passphrase out": Case(
        Run("member keys --home homes/x --no-passphrase", code=13),
        (Run("member keys --home homes/x", env=LOCKED),),
        (Run("member key -o new --home homes/x", env=LOCKED),),
    ),
    "name a file with --output": Case(
        Run("member key --prove-ssh id -o -", "new", code=2),
        (Run("member key --prove-ssh id --output new", "new"),),
        (KEY,),
    ),
    "leave --publisher-name or --publisher out": Case(
        Run(
            f"{ROSTER} --member 1.member --member 2.member --publisher organizer.publisher "
            "--publisher-name New",
            "organizer",
            code=2,
        ),
        (
            Run(
                f"{ROSTER} --member 1.member --member 2.member --publisher organizer.publisher",
                "organizer",
            ),
            Run(
                f"{ROSTER} --member 1.member --member 2.member --publisher-name New --force",
                "organizer",
            ),
        ),
    ),
    "add --group FILE": Case(
        Run(f"{ROSTER} --certificate 3.certificate --member 1.member", "new", code=2),
        (
            Run(
                f"{ROSTER} --certificate 3.certificate --member 1.member --group staff.group",
                "new",
            ),
        ),
    ),
    "if you chose that, add --no-passphrase; if not, someone else put the file there": Case(
        Run(
            "member keys --home homes/member-1",
            env=LOCKED,
            code=13,
        ),
        (Run("member keys", "member-1"),),
    ),
}
"""By the hint."""
