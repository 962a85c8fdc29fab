"""Closed rounds with many envelopes in a folder, made once and kept in ``build/bench``.

Two of three trustees open; the organizer is none of them, and its home has no passphrase.
Registrars sign in the clear (:mod:`tests.bench.letters`), and whoever makes the envelopes
knows all shares, so openings need no decryption. All else is what the program makes.
"""

import hashlib
import os
import random
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from cosign.homes import Home
from cosign.primitives import hpke, shamir
from cosign.records.cosignature import Cosignature
from cosign.records.envelope import Envelope, OpenedShares, Opening
from cosign.records.round import Round, VerifiedRound, verify_round
from cosign.records.secrets import OrganizerSecrets, TrusteeSecrets
from cosign.roles import trustee
from cosign.roles.shared.sealing import (
    content_info,
    content_key,
    key_commitment,
    padded_bytes,
    share_info,
)
from cosign.secret import Secret
from cosign.stores.keys import ORGANIZER, TRUSTEE, trustee_name
from cosign.wire.padding import pad
from tests.bench.letters import cosignature, make_round
from tests.support.places import ROOT

TRUSTEES: Final = 3
THRESHOLD: Final = 2
PIECE: Final = 500
"""Envelopes that a process makes at a time."""

_SIGNED_BYTES: Final = 32 + 64
"""The start of a certificate proof: the membership key and what it signed; not at random."""

FOLDER: Final = ROOT / "build" / "bench"

Randomness = Callable[[int], bytes]


@dataclass(frozen=True)
class LargeRound:
    """A folder with a round and what its organizer and first trustee need.

    Attributes:
        folder: holds ``round``, ``organizer`` and ``trustee``, which are homes.
    """

    folder: Path

    @property
    def trustee_seed(self) -> Secret:
        """The seed of the first trustee's key."""
        home = Home(self.folder / "trustee", lambda _name, _new: None)
        [name] = home.names(TRUSTEE)
        return home.read(name, TrusteeSecrets).seed

    def part(self, count: int) -> "Part":
        """Return so many of the envelopes, in a folder of links, with openings of them."""
        part = Part(self, self.folder / f"first-{count}")
        if not part.folder.exists():
            part.fill(count)
        return part


@dataclass(frozen=True)
class Part:
    """Some envelopes of a round.

    Attributes:
        round: all of it.
        folder: holds ``envelopes``, and an opening of each trustee, by number.
    """

    round: LargeRound
    folder: Path

    def fill(self, count: int) -> None:
        """Link envelopes, and write openings of them."""
        unfinished = self.folder.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        (unfinished / "envelopes").mkdir(parents=True)
        dealt: list[dict[bytes, Secret]] = [{} for _ in range(TRUSTEES)]
        for number, (name, envelope_id, shares) in enumerate(_dealt(self.round.folder)):
            if number == count:
                break
            os.link(self.round.folder / "all" / name, unfinished / "envelopes" / name)
            for held, share in zip(dealt, shares, strict=True):
                held[envelope_id] = share
        round_ = _read_round(self.round.folder)
        for number, held in enumerate(dealt, 1):
            opening = _seal_opening(round_, OpenedShares.of(round_.round_id, number, held))
            (unfinished / f"{number}.opening").write_bytes(opening.to_bytes())
        unfinished.rename(self.folder)

    def publish(self, output: Path) -> list[str]:
        """Return the arguments of the command that publishes these envelopes."""
        openings = [f"--opening={self.folder / f'{n}.opening'}" for n in range(1, TRUSTEES + 1)]
        return ["publish", *self._shared("organizer", output), *openings]

    def open_shares(self, output: Path) -> list[str]:
        """Return the arguments of the command by which the first trustee opens them."""
        return ["trustee", "open", *self._shared("trustee", output)]

    def _shared(self, home: str, output: Path) -> list[str]:
        folder = self.round.folder
        return [
            str(folder / "round"),
            f"--envelopes={self.folder / 'envelopes'}",
            f"--home={folder / home}",
            "--no-passphrase",
            f"--output={output}",
            "--force",
        ]


def large_round(count: int) -> LargeRound:
    """Return a round with so many envelopes, a multiple of 500; it is kept for later runs."""
    cast = _Cast.draw()
    folder = FOLDER / f"round-{count}-{cast.version}"
    if not folder.exists():
        for old in FOLDER.glob(f"round-{count}-*"):
            shutil.rmtree(old)
        unfinished = folder.with_suffix(".new")
        cast.write(unfinished)
        _write_envelopes(unfinished, count)
        unfinished.rename(folder)
    return LargeRound(folder)


@dataclass(frozen=True)
class _Cast:
    """Who takes part, the same in every run."""

    trustees: list[TrusteeSecrets]
    organizer: OrganizerSecrets
    round: VerifiedRound

    @classmethod
    def draw(cls) -> "_Cast":
        randomness = random.Random("round").randbytes  # noqa: S311  # the same in every run
        secrets = [trustee.make_trustee(f"T{number}", randomness) for number in range(TRUSTEES)]
        names = tuple(each.trustee for each in secrets)
        organizer, round_, _group = make_round(names, THRESHOLD, randomness)
        return cls(secrets, organizer, round_)

    @property
    def version(self) -> str:
        """What changes with the format of records, so that no older round is used."""
        made = [self.round.round.to_bytes(), Path(__file__).read_bytes()]
        made += [record.LABEL.encode() for record in (Envelope, Cosignature, Opening)]
        randomness = random.Random("version").randbytes  # noqa: S311  # the same in every run
        ids = self.round.terms.group_id, self.round.round_id
        made.append(cosignature(*ids, randomness)[1].proof[:_SIGNED_BYTES])
        return hashlib.sha256(b"".join(made)).hexdigest()[:8]

    def write(self, folder: Path) -> None:
        """Write the round, and the homes of the organizer and the first trustee."""
        folder.mkdir(parents=True)
        (folder / "round").write_bytes(self.round.round.to_bytes())
        first = self.trustees[0]
        for home, name, secret in (
            ("organizer", ORGANIZER, self.organizer),
            ("trustee", trustee_name(first.trustee.sealing_key), first),
        ):
            Home(folder / home, lambda _name, _new: None).write(name, secret)


def _write_envelopes(folder: Path, count: int) -> None:
    (folder / "all").mkdir()
    pieces = range(count // PIECE)
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        made = pool.map(_write_piece, [folder] * len(pieces), pieces)
        (folder / "dealt").write_bytes(b"".join(made))


def _read_round(folder: Path) -> VerifiedRound:
    return verify_round(Round.from_bytes((folder / "round").read_bytes()))


def _write_piece(folder: Path, piece: int) -> bytes:
    """Write some envelopes; return the envelope_id and the shares of each."""
    round_ = _read_round(folder)
    randomness = random.Random(piece).randbytes  # noqa: S311  # the same in every run
    ids = round_.terms.group_id, round_.round_id
    dealt = []
    for number in range(piece * PIECE, (piece + 1) * PIECE):
        envelope, shares = _seal(cosignature(*ids, randomness)[1], round_, randomness)
        (folder / "all" / f"{number:07}").write_bytes(envelope.to_bytes())
        dealt += [envelope.envelope_id, *(share.reveal() for share in shares)]
    return b"".join(dealt)


def _seal(
    record: Cosignature, round_: VerifiedRound, randomness: Randomness
) -> tuple[Envelope, tuple[Secret, ...]]:
    """Seal a cosignature as members do; return the shares, too."""
    round_id, scalar = round_.round_id, shamir.random_scalar(randomness)
    shares = shamir.split(scalar, THRESHOLD, TRUSTEES, randomness)
    keys = (hpke.SealingPublicKey.from_bytes(t.sealing_key) for t in round_.terms.trustees)
    sealed = tuple(
        hpke.seal(key, share_info(round_id, number), share.reveal())
        for number, (key, share) in enumerate(zip(keys, shares, strict=True), 1)
    )
    padded = pad(record.to_bytes(), padded_bytes(round_))
    text = hpke.encrypt_once(content_key(round_id, scalar), content_info(round_id), padded)
    return Envelope(round_id, sealed, key_commitment(round_id, scalar), text), shares


def _dealt(folder: Path) -> Iterator[tuple[str, bytes, list[Secret]]]:
    """Yield the name of each envelope's file, its identifier and its shares."""
    raw, size = (folder / "dealt").read_bytes(), 32 * (1 + TRUSTEES)
    for number in range(len(raw) // size):
        parts = [raw[i : i + 32] for i in range(number * size, (number + 1) * size, 32)]
        yield f"{number:07}", parts[0], [Secret(part) for part in parts[1:]]


def _seal_opening(round_: VerifiedRound, opened: OpenedShares) -> Opening:
    key = hpke.SealingPublicKey.from_bytes(round_.terms.organizer_sealing_key)
    info = trustee.opening_info(opened.round_id, opened.trustee)
    sealed = hpke.seal(key, info, opened.to_bytes())
    return Opening(opened.round_id, opened.trustee, sealed)
