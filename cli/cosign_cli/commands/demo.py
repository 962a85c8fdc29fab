"""``cosign-letter demo``: play a whole round on this machine, with every role.

Each step runs this program as a process with a home of its own, and is printed as a
person would type it. Only the clock is set, because a round takes days.
"""

import contextlib
import os
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console
from cosign_cli.shared.environment import APP_NAME, CLOCK_VARIABLE
from cosign_cli.shared.terminal import show

_LETTER: Final = """# To the board

We ask you to publish how the face recognition contract was decided,
and to stop selling it until employees and the public have been heard.
"""

_ENROLMENT, _SIGNING, _AFTERWARDS = "2030-03-01T09:00Z", "2030-03-10T09:00Z", "2030-03-20T09:00Z"
_OPENS, _BETWEEN, _CLOSES = "2030-03-01T00:00Z", "2030-03-08T00:00Z", "2030-03-18T00:00Z"
_NOT_VALID: Final = 1
_PUBLISHERS: Final = ("Works-council", "Union", "Ombudsman")
_DIGITS: Final = re.compile(r"\d{5}(?:\s+\d{5}){11}")
"""A fingerprint, as it is printed: in three lines."""

_FLIPPED_FROM_END: Final = 400
"""Offset from the end of a byte in the last cosignature; the trailer has about 180 bytes."""


class Kind(StrEnum):
    """The kinds of groups; joint is one of each, for one letter."""

    registered = "registered"
    rostered = "rostered"
    joint = "joint"


@command()
def run(
    console: Console,
    kind: Annotated[Kind, typer.Option(help="The kind of group.")] = Kind.registered,
    members: Annotated[
        int, typer.Option(min=2, max=200, help="Number of people in the group.")
    ] = 5,
    signers: Annotated[int, typer.Option(min=1, max=200, help="Number of people who sign.")] = 3,
    keep: Annotated[
        str | None, typer.Option(metavar="DIR", help="Keep every file, in this new folder.")
    ] = None,
) -> None:
    """Play a whole round on this machine and verify the published letter.

    In a registered group a registrar signs the members' keys blindly; a rostered
    group is a list of keys for which two of three publishers vouch. Joint plays two
    companies, one with each kind of group, whose letters go into one file.
    """
    from cosign.errors import UsageError

    if signers > members:
        raise UsageError(
            "there are more signers than members", hint="raise --members or lower --signers"
        )
    with _folder(keep) as folder:
        if kind == Kind.joint:
            _play_joint(folder, members, signers, quiet=console.json)
            total, of = 2 * signers, 2 * members
        else:
            play = Play(folder, members, quiet=console.json)
            play.open(signers, play.enrol() if kind == Kind.registered else play.list_keys())
            play.sign(signers)
            play.publish()
            play.verify(signers)
            total, of = signers, members
    console.result(
        f"\nthe letter is valid: {total} of {of} members signed, and no file shows who",
        {"valid": True, "members": of, "cosigners": total, "folder": keep},
    )


def _play_joint(folder: Path, members: int, signers: int, *, quiet: bool) -> None:
    """Play two companies, whose organizers do not know each other's members, and a newsroom."""
    from cosign.errors import VerificationError

    outside = Play(folder, members, quiet=quiet)
    companies = [Play(folder / name, members, quiet=quiet) for name in ("alpha", "beta")]
    for company in companies:
        company.folder.mkdir()
        outside.title(f"company {company.folder.name}")
        first = company.folder.name == "alpha"
        company.open(signers, company.enrol() if first else company.list_keys())
    outside.title("an organizer signs which groups are asked, before the rounds open")
    outside.run(
        _BETWEEN,
        "campaign create alpha/letter.round beta/letter.round -o the.campaign",
        "--home alpha/homes/organizer --no-passphrase",
    )
    for company in companies:
        outside.title(f"company {company.folder.name}")
        company.sign(signers, "--campaign ../the.campaign ")
        company.publish()
    outside.title("anybody puts both letters into one file")
    letters = "alpha/published.letter beta/published.letter"
    outside.run(_AFTERWARDS, f"joint create {letters} --campaign the.campaign -o all.letter")
    outside.title("a newspaper that has asked for both fingerprints verifies offline")
    pins = " ".join(f"--group '{company.fingerprint}'" for company in companies)
    shown = outside.run(_AFTERWARDS, f"verify all.letter {pins}")
    if f"{2 * signers} members of 2 groups" not in shown:
        raise VerificationError("the demo did not count its signers", hint="report this")
    outside.title("with a letter missing, a reader who pinned both groups is told")
    missing = f"verify alpha/published.letter {pins}"
    outside.run(_AFTERWARDS, missing, expected=_NOT_VALID)
    outside.title("a member looks for her own cosignature")
    home = f"--home beta/homes/member-{members} --no-passphrase"
    outside.run(_AFTERWARDS, "check all.letter", home)


@contextlib.contextmanager
def _folder(keep: str | None) -> Iterator[Path]:
    import tempfile

    from cosign.errors import ExistsError
    from cosign.stores.system_errors import storage_errors

    if keep is None:
        with tempfile.TemporaryDirectory(prefix="cosign-demo-") as name:
            yield Path(name)
        return
    folder = Path(keep)
    with storage_errors(folder):
        try:
            folder.mkdir(parents=True)
        except FileExistsError as e:
            raise ExistsError(f"{folder}: it exists", hint="name a new folder") from e
    yield folder


@dataclass
class Play:
    """The steps of a round; each runs as a process.

    Attributes:
        folder: where the files and homes are.
        members: number of people in the group.
        quiet: print nothing.
        ssh_signer: number of the member who signs with an ssh key; 0 if there is none.
        grants: whether a registrar has to grant the round its slot.
        fingerprint: that of the group, as the command that created the group printed it.
    """

    folder: Path
    members: int
    quiet: bool
    ssh_signer: int = 0
    grants: bool = False
    fingerprint: str = ""

    def enrol(self) -> str:
        """Play the registrar and the members: keys, vouchers, blind certificates.

        Returns:
            The options that the organizer adds when opening the round.
        """
        self.grants = True
        self.title("a registrar makes keys, and a group is created")
        registrar = self.home("registrar")
        self.run(
            _OPENS, "registrar keys --name Staff-council --slots 2 -o council.registrar", registrar
        )
        created = self.run(
            _OPENS,
            "group create --name Staff --registrar council.registrar "
            f"--enrol-opens {_OPENS} --enrol-closes {_BETWEEN} -o staff.group",
        )
        self.fingerprint = " ".join(_DIGITS.findall(created)[-1].split())
        self.title(f"the registrar checks {self.members} people and gives each a voucher")
        vouch = f"registrar vouch staff.group --count {self.members} -o vouchers.csv"
        self.run(_ENROLMENT, vouch, registrar)
        lines = (self.folder / "vouchers.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
        self.title("members enrol: the registrar signs their keys without seeing them")
        (self.folder / "responses").mkdir()
        requests = []
        for number, line in enumerate(lines, 1):
            requests.append(f"{number}.request")
            enrol = f"member enrol staff.group --voucher {line.split(';')[1]} -o {number}.request"
            self.run(_ENROLMENT, enrol, self.home(f"member-{number}"))
        self.run(_ENROLMENT, f"registrar issue {' '.join(requests)} -o responses", registrar)
        for number in range(1, self.members + 1):
            finish = f"member finish responses/{number}.response"
            self.run(_ENROLMENT, finish, self.home(f"member-{number}"))
        self.run(_BETWEEN, "registrar close staff.group -o council.statement", registrar)
        return "--enrolment council.statement "

    def list_keys(self) -> str:
        """Play two of three publishers of a roster: fresh keys, vouched for by ssh keys, and one.

        The last member is listed with the ssh key itself.
        """
        from cosign.primitives.ssh.private_files import make_ed25519

        self.title(f"{self.members} people have ssh keys already, as on any server")
        lines = []
        for number in range(1, self.members + 1):
            private, public = make_ed25519("laptop")
            (self.folder / f"id_{number}").write_bytes(private)
            lines.append(f"member-{number}@example.org {public}")
        (self.folder / "allowed_signers").write_text("".join(lines), encoding="utf-8")
        self.title("all but the last make a fresh key and have their ssh key vouch for it")
        proofs = ""
        for number in range(1, self.members):
            key = f"member key --prove-ssh id_{number} -o {number}.member"
            self.run(_ENROLMENT, key, self.home(f"member-{number}"))
            proofs += f"--proof {number}.member "
        self.title("three publishers can vouch for the list; one makes and signs it")
        publishers = ""
        for name in _PUBLISHERS:
            key = f"roster publisher --name {name} -o {name}.publisher"
            self.run(_ENROLMENT, key, self.home(name))
            publishers += f"--publisher {name}.publisher "
        maker, second, _ = _PUBLISHERS
        created = self.run(
            _ENROLMENT,
            "roster create --name Staff --source 'keys of our servers' --ssh allowed_signers "
            f"{proofs}{publishers}--threshold 2 -o draft.roster",
            self.home(maker),
        )
        self.title("a second one signs it: the list is complete, and it is the group")
        self.run(_ENROLMENT, "roster sign draft.roster --yes -o staff.group", self.home(second))
        self.run(_ENROLMENT, "roster check staff.group")
        self.fingerprint = " ".join(_DIGITS.findall(created)[-1].split())
        self.ssh_signer = self.members
        return ""

    def open(self, signers: int, more: str) -> None:
        """Play the organizer and the trustees: a round that is ready for members.

        Args:
            signers: the quorum.
            more: further options.
        """
        self.title("the organizer opens a round; any 2 of 3 trustees will open the envelopes")
        for number in (1, 2, 3):
            key = f"trustee key --name Trustee-{number} -o {number}.trustee"
            self.run(_BETWEEN, key, self.home(f"trustee-{number}"))
        (self.folder / "letter.md").write_text(_LETTER, encoding="utf-8")
        opened = "letter.draft" if self.grants else "letter.round"
        self.run(
            _BETWEEN,
            f"round create letter.md --group staff.group {more}"
            "--trustee 1.trustee --trustee 2.trustee --trustee 3.trustee --threshold 2 "
            f"--quorum {signers} --opens {_BETWEEN} --closes {_CLOSES} -o {opened}",
            self.home("organizer"),
        )
        if self.grants:
            self.title("the registrar gives slot 1 to this round, so no second round can use it")
            grant = "registrar grant letter.draft --yes -o slot-1.grant"
            self.run(_BETWEEN, grant, self.home("registrar"))
            self.run(_BETWEEN, "round grant letter.draft --grant slot-1.grant -o letter.round")

    def sign(self, signers: int, more: str = "") -> None:
        """Play the members, who sign and seal.

        Args:
            signers: how many.
            more: further options.
        """
        self.title(f"{signers} members sign; one of them signs twice")
        (self.folder / "envelopes").mkdir()
        last = self.members
        for name, number in [
            *((str(n), n) for n in range(last, last - signers, -1)),
            ("again", last),
        ]:
            ssh = f"--ssh-key id_{number} " if number == self.ssh_signer else ""
            sign = f"sign letter.round {ssh}{more}--min-set 2 --yes -o envelopes/{name}.sealed"
            self.run(_SIGNING, sign, self.home(f"member-{number}"))

    def publish(self) -> None:
        """Play two trustees, who open the envelopes, and the organizer, who publishes."""
        self.title("the round has closed: two trustees open, the organizer publishes")
        for number in (1, 3):
            opens = f"trustee open letter.round --envelopes envelopes -o {number}.opening"
            self.run(_AFTERWARDS, opens, self.home(f"trustee-{number}"))
        self.run(
            _AFTERWARDS,
            "publish letter.round --envelopes envelopes --opening 1.opening --opening 3.opening "
            "-o published.letter",
            self.home("organizer"),
        )

    def verify(self, signers: int) -> None:
        """Play a newspaper that verifies, a member who checks, and a forger who fails."""
        from cosign.errors import VerificationError

        self.title("a newspaper that has asked for the group's fingerprint verifies offline")
        pinned = f"--group '{self.fingerprint}'"
        shown = self.run(_AFTERWARDS, f"verify published.letter {pinned}")
        if f"{signers} distinct member" not in shown:
            raise VerificationError("the demo did not count its signers", hint="report this")
        self.title("a member looks for her own cosignature")
        self.run(_AFTERWARDS, "check published.letter", self.home(f"member-{self.members}"))
        self.title("someone changes one bit")
        raw = bytearray((self.folder / "published.letter").read_bytes())
        raw[-_FLIPPED_FROM_END] ^= 1
        (self.folder / "tampered.letter").write_bytes(raw)
        self.run(_AFTERWARDS, f"verify tampered.letter {pinned}", expected=_NOT_VALID)

    def title(self, text: str) -> None:
        """Print what comes next."""
        if not self.quiet:
            show(f"\n# {text}")

    def home(self, name: str) -> str:
        """Return the options that name a home without a passphrase."""
        return f"--home homes/{name} --no-passphrase"

    def run(self, now: str, line: str, home: str = "", expected: int = 0) -> str:
        """Run one command at a set time; print it and its output, and return the output.

        Raises:
            CosignError: the exit code is not the expected one.
        """
        import subprocess

        from cosign.errors import CosignError

        typed = f"{line} {home}".strip()
        if not self.quiet:
            show(f"$ {APP_NAME} {typed}")
        done = subprocess.run(  # noqa: S603  # this program itself
            [sys.executable, "-m", "cosign_cli", *shlex.split(typed)],
            cwd=self.folder,
            env={**os.environ, CLOCK_VARIABLE: now},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            stdin=subprocess.DEVNULL,
        )
        if not self.quiet and done.stdout:
            show("  " + done.stdout.strip().replace("\n", "\n  "))
        if done.returncode != expected:
            failed = line.split(" -", maxsplit=1)[0]
            raise CosignError(f"{failed}: {done.stderr.strip()}", hint="report this")
        return done.stdout
