"""The steps of a round that ``demo`` plays: each runs this program as a process.

Each process has a home of its own, and is printed as a person would type it. Only the clock
is set, because a round takes days.
"""

import os
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cosign_cli.shared.environment import APP_NAME, CLOCK_VARIABLE
from cosign_cli.shared.terminal import show

_LETTER: Final = """# To the board

We ask you to publish how the face recognition contract was decided,
and to stop selling it until employees and the public have been heard.
"""

ENROLMENT, SIGNING, AFTERWARDS = "2030-03-01T09:00Z", "2030-03-10T09:00Z", "2030-03-20T09:00Z"
OPENS, BETWEEN, CLOSES = "2030-03-01T00:00Z", "2030-03-08T00:00Z", "2030-03-18T00:00Z"
NOT_VALID: Final = 1
NAME: Final = "Ada Example"
"""Of the member of a registered group who signs with a name."""
_PUBLISHERS: Final = ("Works-council", "Union", "Ombudsman")
_DIGITS: Final = re.compile(r"\d{5}(?:\s+\d{5}){11}")
"""A fingerprint, as it is printed: in three lines."""

_FLIPPED_FROM_END: Final = 400
"""Offset from the end of a byte in the last cosignature; the trailer has about 180 bytes."""


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
            OPENS, "registrar keys --name Staff-council --slots 2 -o council.registrar", registrar
        )
        created = self.run(
            OPENS,
            "group create --name Staff --registrar council.registrar "
            f"--enrol-opens {OPENS} --enrol-closes {BETWEEN} -o staff.group",
        )
        self.fingerprint = " ".join(_DIGITS.findall(created)[-1].split())
        self.title(f"the registrar checks {self.members} people and gives each a voucher")
        vouch = f"registrar vouch staff.group --count {self.members} -o vouchers.csv"
        self.run(ENROLMENT, vouch, registrar)
        lines = (self.folder / "vouchers.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
        self.title("members enrol: the registrar signs their keys without seeing them")
        (self.folder / "responses").mkdir()
        requests = []
        for number, line in enumerate(lines, 1):
            requests.append(f"{number}.request")
            enrol = f"member enrol staff.group --voucher {line.split(';')[1]} -o {number}.request"
            self.run(ENROLMENT, enrol, self.home(f"member-{number}"))
        self.run(ENROLMENT, f"registrar issue {' '.join(requests)} -o responses", registrar)
        for number in range(1, self.members + 1):
            finish = f"member finish responses/{number}.response"
            self.run(ENROLMENT, finish, self.home(f"member-{number}"))
        self.run(BETWEEN, "registrar close staff.group -o council.statement", registrar)
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
            self.run(ENROLMENT, key, self.home(f"member-{number}"))
            proofs += f"--proof {number}.member "
        self._publish_list(proofs)
        self.ssh_signer = self.members
        return ""

    def _publish_list(self, proofs: str) -> None:
        """Play the publishers, of whom two sign the roster.

        Args:
            proofs: options with the keys for which ssh keys vouch.
        """
        self.title("three publishers can vouch for the list; one makes and signs it")
        publishers = ""
        for name in _PUBLISHERS:
            key = f"roster publisher --name {name} -o {name}.publisher"
            self.run(ENROLMENT, key, self.home(name))
            publishers += f"--publisher {name}.publisher "
        maker, second, _ = _PUBLISHERS
        created = self.run(
            ENROLMENT,
            "roster create --name Staff --source 'keys of our servers' --ssh allowed_signers "
            f"{proofs}{publishers}--threshold 2 -o draft.roster",
            self.home(maker),
        )
        self.title("a second one signs it: the list is complete, and it is the group")
        self.run(ENROLMENT, "roster sign draft.roster --yes -o staff.group", self.home(second))
        self.run(ENROLMENT, "roster check staff.group")
        self.fingerprint = " ".join(_DIGITS.findall(created)[-1].split())

    def open(self, signers: int, more: str) -> None:
        """Play the organizer and the trustees: a round that is ready for members.

        Args:
            signers: the quorum.
            more: further options.
        """
        self.title("the organizer opens a round; any 2 of 3 trustees will open the envelopes")
        for number in (1, 2, 3):
            key = f"trustee key --name Trustee-{number} -o {number}.trustee"
            self.run(BETWEEN, key, self.home(f"trustee-{number}"))
        (self.folder / "letter.md").write_text(_LETTER, encoding="utf-8")
        opened = "letter.draft" if self.grants else "letter.round"
        self.run(
            BETWEEN,
            f"round create letter.md --group staff.group {more}"
            "--trustee 1.trustee --trustee 2.trustee --trustee 3.trustee --threshold 2 "
            f"--quorum {signers} --opens {BETWEEN} --closes {CLOSES} -o {opened}",
            self.home("organizer"),
        )
        if self.grants:
            self.title("the registrar gives slot 1 to this round, so no second round can use it")
            grant = "registrar grant letter.draft --yes -o slot-1.grant"
            self.run(BETWEEN, grant, self.home("registrar"))
            self.run(BETWEEN, "round grant letter.draft --grant slot-1.grant -o letter.round")

    def sign(self, signers: int, more: str = "", openly: str = "") -> None:
        """Play the members, who sign and seal.

        Args:
            signers: how many.
            more: further options.
            openly: what the last member adds, to sign with a name; nothing to be anonymous.
        """
        self.title(f"{signers} members sign; one of them signs twice")
        (self.folder / "envelopes").mkdir()
        last = self.members
        for name, number in [
            *((str(n), n) for n in range(last, last - signers, -1)),
            ("again", last),
        ]:
            ssh = f"--ssh-key id_{number} " if number == self.ssh_signer else ""
            options = f"{ssh}{more}{openly if number == last else ''}"
            sign = f"sign letter.round {options}--min-set 2 --yes -o envelopes/{name}.sealed"
            self.run(SIGNING, sign, self.home(f"member-{number}"))

    def publish(self) -> None:
        """Play two trustees, who open the envelopes, and the organizer, who publishes."""
        self.title("the round has closed: two trustees open, the organizer publishes")
        for number in (1, 3):
            opens = f"trustee open letter.round --envelopes envelopes -o {number}.opening"
            self.run(AFTERWARDS, opens, self.home(f"trustee-{number}"))
        self.run(
            AFTERWARDS,
            "publish letter.round --envelopes envelopes --opening 1.opening --opening 3.opening "
            "-o published.letter",
            self.home("organizer"),
        )

    def name_later(self) -> None:
        """Play the last member of a registered group, who goes open after publication."""
        own, registrar = self.home(f"member-{self.members}"), self.home("registrar")
        self.title("a member wants her name on it after all; the registrar, who knows her, asks")
        asked = "--challenge 'Staff-council asks Ada, 20 March'"
        name = f"'{NAME}' --role engineer --registrar 1 {asked} --yes -o ada.request"
        self.run(AFTERWARDS, f"member name letter.round {name}", own)
        attest = f"registrar name ada.request {asked} --yes -o ada.attested"
        self.run(AFTERWARDS, attest, registrar)
        self.title("she signs again, openly; it is sealed and opened like all others")
        (self.folder / "later").mkdir()
        sign = f"--openly '{NAME}' --role engineer --attested ada.attested --yes"
        self.run(AFTERWARDS, f"sign letter.round {sign} -o later/ada.sealed", own)
        for number in (1, 3):
            opens = f"trustee open letter.round --envelopes later -o {number}.later"
            self.run(AFTERWARDS, opens, self.home(f"trustee-{number}"))
        self.title("the organizer puts the name into the published letter; the count stays")
        self.run(
            AFTERWARDS,
            "publish letter.round --append published.letter --envelopes later "
            "--opening 1.later --opening 3.later -o named.letter",
            self.home("organizer"),
        )

    def verify(self, signers: int) -> None:
        """Play a newspaper that verifies, a member who checks, and a forger who fails."""
        from cosign.errors import VerificationError

        self.title("a newspaper that has asked for the group's fingerprint verifies offline")
        pinned = f"--group '{self.fingerprint}'"
        shown = self.run(AFTERWARDS, f"verify published.letter {pinned}")
        if f"{signers} distinct member" not in shown:
            raise VerificationError("the demo did not count its signers", hint="report this")
        self.title("a member looks for her own cosignature")
        self.run(AFTERWARDS, "check published.letter", self.home(f"member-{self.members}"))
        self.title("someone changes one bit")
        raw = bytearray((self.folder / "published.letter").read_bytes())
        raw[-_FLIPPED_FROM_END] ^= 1
        (self.folder / "tampered.letter").write_bytes(raw)
        self.run(AFTERWARDS, f"verify tampered.letter {pinned}", expected=NOT_VALID)

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
