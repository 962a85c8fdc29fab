"""The guides as a play: what each person types, writes and gets, in the order of the clock.

Guides have stage directions in comments, which no reader sees::

    <!-- at 2030-02-04T09:00Z, anna gets olga/staff.group -->
    <!-- at 2030-02-04T09:10Z, anna types -->
    <!-- at 2030-03-01T10:00Z, planet writes newsroom.py -->
    <!-- at 2030-03-01T10:00Z, planet continues newsroom.py -->

All but the first are about the block below them; the last adds it to a file. Each person
has a folder of their own, which is their HOME too, so a file that they did not get from
another person is not there. Commands run in a shell on a terminal, and what they show is
compared with what the guide shows.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path
from typing import Final

from cosign.primitives.comparison_words import WORDS
from tests.support import places
from tests.support.commands import PROGRAM, Shop, environment, plain
from tests.support.terminal import Terminal

GUIDES: Final = sorted((places.DOCS / "guides").glob("*.md"))
RUN: Final = {"console", "python"}
"""Languages of blocks that a person of the guide types or writes."""

_DIRECTION: Final = re.compile(
    r"<!-- at (?P<time>\S+), (?P<person>\w+) (?P<verb>types|writes|continues|gets)"
    r"(?: (?P<file>\S+))?(?: as (?P<name>\S+))? -->"
)
_QUESTION: Final = re.compile(r"^(voucher:|secret:|.*\[y/N\]:) (.+)$", re.MULTILINE)
_LEFT_OUT: Final = "…"
_GONE: Final = re.compile(
    r"[^\n]*\n\x1b\[\?25h\r\x1b\[1A\x1b\[2K|[^\n]*\x1b\[2K|\x1b\[[?0-9;]*[a-zA-Z]|\r|\ufeff"
)
"""What a progress bar writes, and erases when it is done; and a byte order mark."""
_WORD: Final = "|".join(WORDS)
_VALUE: Final = re.compile(
    r"\d{5}(?:\s+\d{5}){11}"  # a fingerprint, on one line or three
    rf"|\b(?:{_WORD}) (?:{_WORD}) (?:{_WORD}) (?:{_WORD})\b"  # the words of a comparison
    r"|(?:(?<=digits  )|(?<=digits     ))\d{5} \d{5}"  # and its digits
    r"|(?:cosign-[a-z]+-)?[0-9A-Z]{4}(?:-[0-9A-Z]{4}){6,}"  # a code
    r"|[0-9a-f]{32,}"  # keys, hashes, names of files
)


@dataclass(frozen=True)
class Scene:
    """What one person does.

    Attributes:
        place: in the guides, for messages about failures.
        time: what the clock shows.
        person: who; also the name of their folder.
        verb: ``types``, ``writes``, ``continues`` or ``gets``.
        file: that is written, or that another person has.
        name: under which a file arrives.
        block: lines below the direction.
    """

    place: str
    time: str
    person: str
    verb: str
    file: str
    name: str
    block: tuple[str, ...]


def read_guide(path: Path) -> list[Scene]:
    """Return a guide's scenes, in its order."""
    scenes: list[Scene] = []
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    wants_block = False
    for number, line in lines:
        place = f"{path.name}:{number}"
        if line.startswith("```"):
            block = tuple(text for _, text in takewhile(lambda pair: pair[1] != "```", lines))
            assert wants_block or line[3:] not in RUN, f"{place}: no person types or writes this"
            if wants_block:
                scenes.append(replace(scenes.pop(), block=block))
            wants_block = False
            continue
        assert not wants_block, f"{place}: a block has to follow its direction"
        if found := _DIRECTION.fullmatch(line):
            scenes.append(Scene(place, **found.groupdict(default=""), block=()))
            wants_block = scenes[-1].verb != "gets"
        else:
            assert "<!--" not in line, f"{place}: this direction is not understood"
    return scenes


def read_session(block: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a block, joined where it goes on, and what it shows."""
    lines = list(block)
    while lines:
        command = lines.pop(0).removeprefix("$ ")
        while command.endswith("\\"):
            command = f"{command[:-1]}{lines.pop(0).lstrip()}"
        shown = list(takewhile(lambda line: not line.startswith("$ "), lines))
        del lines[: len(shown)]
        yield command, shown


@dataclass
class Examples:
    """Which real value stands behind each example that the guides print.

    Keys, fingerprints and codes differ each time. An example may be any value, but
    it is the same value wherever the real one is the same, in all guides.
    """

    real: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)

    def to_real(self, text: str) -> str:
        """Put real values in the place of examples, which commands have shown before."""
        return _VALUE.sub(lambda found: self.real[_one_line(found[0])], text)

    def to_shown(self, text: str) -> str:
        """Put examples in the place of real values that were seen before."""
        return _VALUE.sub(lambda f: self.shown.get(_one_line(f[0]), f[0]), text)

    def compare(self, shown: list[str], real: list[str]) -> None:
        """Compare what a guide shows with what a command showed, and learn new values.

        Each "…" of the guide stands for any number of lines.
        """
        pieces = _split(shown)
        found = _find([*map(_masked, pieces)], _masked(real))
        assert found is not None, "it showed:\n" + self.to_shown("\n".join(real))
        kept = [
            line
            for piece, start in zip(pieces, found, strict=True)
            for line in real[start : start + len(piece)]
        ]
        for example, value in zip(_values(shown), _values(kept), strict=True):
            known = self.real.get(example, value), self.shown.get(value, example)
            assert known == (value, example), f"{example} is not the same everywhere"
            self.real[example], self.shown[value] = value, example


def _masked(lines: list[str]) -> list[str]:
    return _VALUE.sub(_mask, "\n".join(lines)).splitlines()


def _mask(found: re.Match[str]) -> str:
    """Hide a value, but not where its lines break; words are of any length."""
    words = all(part.isalpha() for part in found[0].split(" ")) and " " in found[0]
    return "<four words>" if words else re.sub(r"\w", "#", found[0])


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _values(lines: list[str]) -> list[str]:
    return [_one_line(value) for value in _VALUE.findall("\n".join(lines))]


def _split(lines: list[str]) -> list[list[str]]:
    """Return the pieces of a session's output between the lines that were left out."""
    pieces: list[list[str]] = [[]]
    for line in lines:
        if line == _LEFT_OUT:
            pieces.append([])
        else:
            pieces[-1].append(line)
    return pieces


def _find(pieces: list[list[str]], real: list[str]) -> list[int] | None:
    """Return where each piece begins: the first at the top, the last at the end, in order."""
    starts, below = [], 0
    for number, piece in enumerate(pieces):
        last = len(real) - len(piece)
        first = last if number == len(pieces) - 1 else below
        until = 0 if number == 0 else last
        places = range(max(first, below), until + 1)
        start = next((p for p in places if real[p : p + len(piece)] == piece), None)
        if start is None:
            return None
        starts.append(start)
        below = start + len(piece)
    return starts


def examples_in(path: Path) -> set[str]:
    """Return every example that a guide prints, in sessions and in its text."""
    return set(_values(path.read_text(encoding="utf-8").splitlines()))


@dataclass(frozen=True)
class Stage:
    """Where the play is performed: a folder for each person.

    Attributes:
        folder: of all of them.
        examples: what was seen so far.
    """

    folder: Path
    examples: Examples = field(default_factory=Examples)

    def of(self, person: str) -> Path:
        """Return a person's folder."""
        place = self.folder / person
        place.mkdir(exist_ok=True)
        return place

    def play(self, scene: Scene) -> None:
        """Perform one scene."""
        try:
            {
                "gets": self._get,
                "writes": self._write,
                "continues": self._continue,
                "types": self._type,
            }[scene.verb](scene)
        except Exception as e:
            e.add_note(f"in {scene.place}, {scene.person} {scene.verb}")
            raise

    def act(self, person: str, line: str, now: str) -> None:
        """Run a command that no guide shows, in this process."""
        Shop(self.of(person)).call(line, now=now, env=self._environment(person))

    def _environment(self, person: str) -> dict[str, str]:
        folder = self.of(person)
        return {
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / ".config"),
            "COSIGN_LETTER_PASSPHRASE": f"the five long words of {person}",
            "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}",
            "TERM": "xterm",
        }

    def _get(self, scene: Scene) -> None:
        target = self.of(scene.person) / (scene.name or Path(scene.file).name)
        target.parent.mkdir(exist_ok=True)
        assert not target.exists(), f"{scene.person} has {target.name} already"
        source = self.folder / scene.file
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, target)

    def _write(self, scene: Scene) -> None:
        text = self.examples.to_real("\n".join([*scene.block, ""]))
        (self.of(scene.person) / scene.file).write_text(text, encoding="utf-8")

    def _continue(self, scene: Scene) -> None:
        path = self.of(scene.person) / scene.file
        text = self.examples.to_real("\n".join([*scene.block, ""]))
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    def _type(self, scene: Scene) -> None:
        for command, shown in read_session(scene.block):
            code, real = self._run(scene, command, _QUESTION.findall("\n".join(shown)))
            self.examples.compare(shown, real)
            assert code == 0 or "  hint: " in "\n".join(shown), f"{command} ended with {code}"

    def _run(
        self, scene: Scene, command: str, answers: list[tuple[str, str]]
    ) -> tuple[int, list[str]]:
        """Run a command on a terminal; give its exit code and the lines that it showed."""
        env = environment(scene.time, **self._environment(scene.person))
        line = ["sh", "-c", self.examples.to_real(command)]
        text = ""
        with closing(Terminal(line, self.of(scene.person), env, whole=True)) as screen:
            for question, answer in answers:
                text += screen.answer(question, self.examples.to_real(answer)) + question
            code, _, rest = screen.end()
        return code, plain(_GONE.sub("", (text + rest).replace("\r\n", "\n"))).splitlines()
