"""Those of whom no guide tells what they type: the rest of the staff, and two trustees.

A crowd has to be there before anybody signs. They use the same commands, in this
process and mostly without passphrases, and give and take files as the guides' people do.
"""

import csv
import shutil
from collections.abc import Callable, Iterator
from typing import Final

from tests.support import ssh
from tests.support.guides import Stage

STAFF: Final = (
    *("Anna Adler", "Dora Dietz", "Emil Eder", "Fritz Falk", "Gina Graf", "Hans Huber"),
    *("Ida Ibel", "Jan Jung", "Karl Kunz", "Lena Lang", "Max Moll", "Nora Neu", "Otto Ott"),
    *("Paul Pohl", "Rita Rau", "Sven Sax", "Toni Thal", "Udo Ulm", "Vera Voss", "Willi Wolf"),
)
"""Whom the council admits; some of them also have an ssh key."""
SHORT: Final = [name.split()[0].lower() for name in STAFF]
SIGNERS: Final = ("dora", "emil", "fritz", "hans", "ida", "jan", "karl")
"""Who signs to the council's group, beside anna."""
LISTED: Final = ("ben", "gina", *SHORT[5:])
"""Whose Ed25519 keys stand on the list of the build servers."""
FRESH: Final = ("lena", "max")
"""Who have a fresh key on the roster, beside ben and gina, and sign."""

GUIDED: Final = ("dora", "emil", "olga")
"""Whom a guide tells later what to type: their secrets are under a passphrase."""


class Colleagues:
    """What they do, and when."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.scenes: Final[tuple[tuple[str, Callable[[str], None]], ...]] = (
            ("2030-01-28T08:00Z", self._keep_lists),
            ("2030-02-05T12:00Z", self._enrol),
            ("2030-02-07T12:00Z", self._finish),
            ("2030-02-09T12:00Z", self._make_fresh_keys),
            ("2030-02-16T12:00Z", self._make_trustees_keys),
            ("2030-02-20T12:00Z", self._open_the_rosters_round),
            ("2030-02-22T12:00Z", self._sign),
            ("2030-02-27T22:00Z", self._hand_in),
            ("2030-02-28T12:00Z", self._open_envelopes),
            ("2030-03-01T12:00Z", self._cut_the_letter),
            ("2030-03-06T12:00Z", self._open_late_envelopes),
            ("2030-03-10T12:00Z", self._publish_the_rosters_letter),
        )

    def _act(self, person: str, line: str, now: str) -> None:
        bare = "" if person in GUIDED else " --no-passphrase"
        self._stage.act(person, f"{line}{bare}", now)

    def _keep_lists(self, _now: str) -> None:
        """The staff's names are with the council, the servers' list of keys with the organizer."""
        people = "".join(f"{name}\n" for name in STAFF)
        (self._stage.of("council") / "people.csv").write_text(people, encoding="utf-8")
        keys = [ssh.key_file(number=n) for n in range(1, len(LISTED) + 1)]
        owned = zip((*LISTED, "olga"), [*keys, ssh.key_file("rsa")], strict=True)
        lines = [f"{person}@example.org {ssh.public_line(path)}\n" for person, path in owned]
        listed = self._stage.of("olga") / "allowed_signers"
        listed.write_text("".join(lines), encoding="utf-8")
        for person, key in zip(LISTED, keys, strict=True):
            (self._stage.of(person) / ".ssh").mkdir()
            shutil.copy(key, self._stage.of(person) / ".ssh/id_ed25519")

    def _vouchers(self) -> Iterator[tuple[int, str, str]]:
        """Yield number, person and voucher of everybody but anna, who is the first."""
        path = self._stage.of("council") / "vouchers.csv"
        with path.open(newline="", encoding="utf-8-sig") as stream:
            codes = [row["voucher"] for row in csv.DictReader(stream, delimiter=";")]
        yield from list(zip(range(1, len(SHORT) + 1), SHORT, codes, strict=True))[1:]

    def _enrol(self, now: str) -> None:
        requests = self._stage.of("council") / "requests"
        requests.mkdir()
        group = self._stage.of("olga") / "staff.group"
        for number, person, code in self._vouchers():
            line = f"member enrol {group} --voucher {code} -o {requests}/{number}.request"
            self._act(person, line, now)

    def _finish(self, now: str) -> None:
        for number, person, _ in self._vouchers():
            response = self._stage.of("council") / f"responses/{number}.response"
            self._act(person, f"member finish {response}", now)

    def _make_fresh_keys(self, now: str) -> None:
        proofs = self._stage.of("olga") / "proofs"
        proofs.mkdir()
        for person in FRESH:
            key = f"member key --prove-ssh .ssh/id_ed25519 -o {proofs}/{person}.member"
            self._act(person, key, now)

    def _make_trustees_keys(self, now: str) -> None:
        for person in ("rosa", "tom"):
            key = self._stage.of("olga") / f"{person}.trustee"
            self._act(person, f"trustee key --name {person.title()} -o {key}", now)

    def _open_the_rosters_round(self, now: str) -> None:
        (self._stage.of("olga") / "plan.md").write_text("# Keep the office in Graz\n\nPlease.\n")
        window = "--opens 2030-02-20T12:00Z --closes 2030-02-27T20:00Z"
        plan = f"round create plan.md --group staff.roster --quorum 3 {window} -o plan.round"
        self._act("olga", plan, now)

    def _sign(self, now: str) -> None:
        for person in SIGNERS:
            said = "--statement 'Two of us have left over this.'" if person == "fritz" else ""
            self._sign_one(person, "letter", said, now)
        for person in FRESH:
            self._sign_one(person, "plan", "", now)

    def _sign_one(self, person: str, name: str, said: str, now: str) -> None:
        round_ = self._stage.of("olga") / f"{name}.round"
        sign = f"sign {round_} {said} --yes -o {name}.sealed"
        self._act(person, sign, now)

    def _hand_in(self, _now: str) -> None:
        """Everybody's envelopes reach the organizer, under random names."""
        for folder, files in (
            (
                "envelopes",
                [f"{p}/letter.sealed" for p in ("anna", *SIGNERS)] + ["dora/second.sealed"],
            ),
            ("plan", [f"{p}/plan.sealed" for p in ("ben", *FRESH)]),
        ):
            place = self._stage.of("olga") / folder
            place.mkdir()
            for number, file in enumerate(files):
                shutil.copyfile(self._stage.folder / file, place / f"{number}.sealed")

    def _open_envelopes(self, now: str) -> None:
        self._open("envelopes", "tom.opening", now)

    def _cut_the_letter(self, _now: str) -> None:
        """The postman delivers only a part of the published file."""
        whole = (self._stage.of("olga") / "published.letter").read_bytes()
        (self._stage.of("postman") / "cut.letter").write_bytes(whole[:9000])

    def _open_late_envelopes(self, now: str) -> None:
        self._open("late", "tom-late.opening", now)

    def _open(self, folder: str, name: str, now: str) -> None:
        olga = self._stage.of("olga")
        opens = f"trustee open {olga}/letter.round --envelopes {olga}/{folder} -o {olga}/{name}"
        self._act("tom", opens, now)

    def _publish_the_rosters_letter(self, now: str) -> None:
        self._act("olga", "publish plan.round --envelopes plan -o plan.letter", now)
