"""A small world for tests: groups, members, a round, envelopes and a published file.

RSA keys come from ``tests/vectors/keys``, everything else from a seeded source,
so a world is built in a second and is the same in every run, except for what is
sealed: OpenSSL encapsulates with randomness of its own.
"""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, Final, Protocol

from cosign.primitives import ed25519, hpke
from cosign.primitives.rsa import blind as blind_rsa
from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse
from cosign.records.envelope import Envelope, OpenedShares
from cosign.records.groups.grants import Grants
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.registrar import Registrar
from cosign.records.groups.statements import Admitted, Statements, totals
from cosign.records.letter import Letter
from cosign.records.names import NameAttestation, NameRequest
from cosign.records.open_cosignature import PublicName
from cosign.records.round import DraftRound, VerifiedRound
from cosign.records.secrets import MemberState, OrganizerSecrets, RegistrarSecrets, TrusteeSecrets
from cosign.roles import member, organizer, trustee, verifier
from cosign.roles import registrar as registrar_role
from cosign.roles.organizer import Publication
from cosign.roles.organizer.withdrawals import Addition
from cosign.secret import Secret
from tests.support import places

KEYS: Final = places.KEYS
ENROL: Final = (100, 200)
SIGN: Final = (200, 300)
ENROL_MINUTE, SIGN_MINUTE, CLOSED_MINUTE = 150, 250, 300
LETTER: Final = Letter.from_draft(b"Dear all,\n\nwe object. Signed: several of us.\n")

NAMES: Final = (PublicName("Ada Example", "engineer"), PublicName("Béla", ""))
"""What the first two members of a world are called."""
NAME_CHALLENGE: Final = "the registrar asks, 25 November: is it you?"


class Seeded:
    """A source of randomness that gives the same bytes in every run."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._calls = 0

    def __call__(self, count: int) -> bytes:
        self._calls += 1
        return hashlib.shake_256(self._calls.to_bytes(8, "big") + self._seed).digest(count)


@cache
def rsa_key(number: int, bits: int = 3072) -> Secret:
    """Return one of the stored RSA keys as PKCS #8 DER."""
    return Secret((KEYS / f"rsa{bits}-{number:02d}.der").read_bytes())


@cache
def loaded_rsa_key(number: int, bits: int = 3072) -> blind_rsa.PrivateKey:
    """Return one of the stored RSA keys, loaded."""
    return blind_rsa.PrivateKey.from_secret(rsa_key(number, bits))


def make_registrar(
    name: str, numbers: Iterable[tuple[int, int]], randomness: Seeded
) -> RegistrarSecrets:
    """Make a registrar from stored RSA keys, given as (number, bits)."""
    pairs = list(numbers)
    identity, request = Secret(randomness(32)), Secret(randomness(32))
    public = Registrar(
        name,
        tuple(loaded_rsa_key(*pair).public_key.spki for pair in pairs),
        ed25519.SigningKey(identity).public_key,
        hpke.SealingSecretKey(request).public_key.to_bytes(),
    )
    return RegistrarSecrets(public, tuple(rsa_key(*pair) for pair in pairs), identity, request)


@dataclass(frozen=True)
class Enrolment:
    """All that passed between one member and one registrar."""

    member: int
    registrar: int
    before: MemberState
    request: EnrolmentRequest
    opened: registrar_role.OpenedRequest
    signatures: tuple[bytes, ...]
    response: EnrolmentResponse


@dataclass(frozen=True)
class World:
    """One group with its members, and one round of it."""

    secrets: tuple[RegistrarSecrets, ...]
    keys: tuple[registrar_role.RegistrarKeys, ...]
    group: RegisteredGroup
    members: tuple[MemberState, ...]
    enrolments: tuple[Enrolment, ...]
    statements: Statements
    organizer: OrganizerSecrets
    trustees: tuple[TrusteeSecrets, ...]
    round: VerifiedRound

    def open_round(self, statements: Statements | None = None, **changes: Any) -> VerifiedRound:
        """Open another round of this group, whose plan differs by ``changes``."""
        terms = self.round.terms
        plan = organizer.Plan(terms.title, 1, SIGN, terms.trustees, terms.threshold, 1)
        found = self.statements if statements is None else statements
        parts = (self.organizer, replace(plan, **changes), self.round.letter, self.group, found)
        return granted(organizer.open_round(*parts, Seeded(f"round {changes}")), self.keys)

    def prover(self, number: int, round_: VerifiedRound | None = None) -> Any:
        """Return the prover of a member."""
        return member.make_prover(self.members[number], round_ or self.round)

    def sign(self, number: int, round_: VerifiedRound | None = None, **arguments: Any) -> Envelope:
        """Let a member cosign or withdraw."""
        chosen: dict[str, Any] = {"minute": SIGN_MINUTE, "min_set": 1, "uses": ()} | arguments
        target = round_ or self.round
        return member.cosign(self.prover(number, target), target, **chosen)[1]

    def openings(
        self,
        envelopes: Iterable[Envelope],
        numbers: Iterable[int] = (1, 2),
        round_: VerifiedRound | None = None,
    ) -> tuple[OpenedShares, ...]:
        """Let some trustees open, and the organizer read what they send."""
        target, held = round_ or self.round, tuple(envelopes)
        sent = (
            trustee.open_shares(self.trustees[n - 1].seed, target, held, CLOSED_MINUTE)
            for n in numbers
        )
        return tuple(organizer.read_opening(self.organizer, target, o) for o in sent)

    def publish(
        self, envelopes: Iterable[Envelope], round_: VerifiedRound | None = None
    ) -> Publication:
        """Open and verify envelopes."""
        target, held = round_ or self.round, tuple(envelopes)
        opened = self.openings(held, range(1, target.terms.threshold + 1), target)
        return organizer.publish(target, held, opened, CLOSED_MINUTE)

    def file(self, publication: Publication | Addition) -> bytes:
        """Write a publication as the round's organizer."""
        key = organizer.check_organizer(self.organizer, self.round)
        return b"".join(publication.chunks(key))

    @cached_property
    def envelopes(self) -> tuple[Envelope, ...]:
        """One envelope of each member, the first with a statement."""
        statements = ["I was there"] + [""] * (len(self.members) - 1)
        return tuple(
            self.sign(i, statement=s, randomness=Seeded(f"envelope {i}"))
            for i, s in enumerate(statements)
        )

    @cached_property
    def publication(self) -> Publication:
        """What comes of these envelopes."""
        return self.publish(self.envelopes)

    def name_request(self, number: int, registrar: int, name: PublicName = NAMES[0]) -> NameRequest:
        """Let a member ask a registrar for its word on a name."""
        return member.request_name(self.members[number], 1, name, registrar, NAME_CHALLENGE)

    def attestations(self, number: int, name: PublicName = NAMES[0]) -> tuple[NameAttestation, ...]:
        """Let as many registrars as it takes attest a member's name."""
        return tuple(
            registrar_role.attest_name(
                self.keys[r], self.group, self.name_request(number, r, name), NAME_CHALLENGE
            )
            for r in range(self.group.threshold)
        )

    def signing_name(self, number: int, name: PublicName = NAMES[0]) -> member.SigningName:
        """Return what a member needs to sign openly."""
        return member.SigningName(*name, self.attestations(number, name))

    @cached_property
    def open_publication(self) -> Publication:
        """What comes of the first two members signing openly, and the others not."""
        names = [self.signing_name(i, name) for i, name in enumerate(NAMES)]
        names = names[: len(self.members) - 1]
        said = ["I was there", "", "I was there, too"]
        return self.publish(
            self.sign(
                i,
                name=names[i] if i < len(names) else None,
                statement=said[min(i, 2)],
                randomness=Seeded(f"open envelope {i}"),
            )
            for i in range(len(self.members))
        )

    @cached_property
    def open_published(self) -> bytes:
        """The published file of these."""
        return self.file(self.open_publication)

    @cached_property
    def published(self) -> bytes:
        """The published file of these envelopes."""
        return self.file(self.publication)

    def verify(self, raw: bytes) -> verifier.Report:
        """Verify a published file with the group pinned."""
        return verifier.verify_letter(io.BytesIO(raw), pin=self.round.group_fingerprint)


class RoundWorld(Protocol):
    """What registered and rostered worlds share."""

    @property
    def round(self) -> VerifiedRound:
        """Return the round."""

    @property
    def publication(self) -> Publication:
        """Return what came of its envelopes."""

    @property
    def published(self) -> bytes:
        """Return its published file."""

    @property
    def open_publication(self) -> Publication:
        """Return what came of envelopes of which some are open."""

    @property
    def open_published(self) -> bytes:
        """Return the published file of these."""

    def verify(self, raw: bytes) -> verifier.Report:
        """Verify a published file."""


def grants_of(draft: DraftRound, keys: Iterable[registrar_role.RegistrarKeys]) -> Grants:
    """Let registrars grant a round its slot, whatever they granted before."""
    return tuple(k.grant_slot(draft.terms.slot, draft.round_id) for k in keys)


def granted(draft: DraftRound, keys: Iterable[registrar_role.RegistrarKeys]) -> VerifiedRound:
    """Complete a round with the grants of these registrars."""
    return organizer.complete_round(draft, grants_of(draft, keys))


def enrol(
    group: RegisteredGroup,
    keys: tuple[registrar_role.RegistrarKeys, ...],
    number: int,
    chosen: Iterable[int],
    randomness: Seeded,
) -> tuple[MemberState, list[Enrolment]]:
    """Enrol one person with some registrars, by number from 0."""
    state, log = member.join(group, randomness), []
    for place in chosen:
        voucher = registrar_role.make_voucher(randomness)
        before, request = member.enrol(state, place, voucher, ENROL_MINUTE, randomness)
        opened = keys[place].open_request(request)
        signatures = keys[place].sign_blinded(opened.blinded, randomness)
        response = keys[place].answer(opened, signatures)
        state = member.finish(before, response)
        log.append(Enrolment(number, place, before, request, opened, signatures, response))
    return state, log


def admitted(count: int) -> tuple[Admitted, ...]:
    """Return totals of this many people in all, one of them by mail."""
    return totals({"in person": max(count - 1, 0), "company mail": min(count, 1)})


def build(
    name: str,
    secrets: tuple[RegistrarSecrets, ...],
    threshold: int,
    choices: tuple[tuple[int, ...], ...],
    trustees: tuple[int, int],
) -> World:
    """Build a world.

    Args:
        name: of group and letter; also the seed.
        secrets: the registrars.
        threshold: how many of them have to sign.
        choices: the registrars, from 0, that each member enrols with.
        trustees: (t, n).
    """
    randomness = Seeded(name)
    public = tuple(s.registrar for s in secrets)
    group = organizer.make_group(name, "people in a test", public, threshold, ENROL, randomness)
    keys = tuple(registrar_role.RegistrarKeys(s, group) for s in secrets)
    enrolled = [enrol(group, keys, i, c, randomness) for i, c in enumerate(choices)]
    log = tuple(e for _, entries in enrolled for e in entries)
    counts = [sum(e.registrar == k.number for e in log) for k in keys]
    statements = tuple(k.state_issued(admitted(n)) for k, n in zip(keys, counts, strict=True))
    held = tuple(trustee.make_trustee(f"T{i + 1}", randomness) for i in range(trustees[1]))
    secret = organizer.make_organizer(randomness)
    names = tuple(t.trustee for t in held)
    plan = organizer.Plan(f"Letter of {name}", 1, SIGN, names, trustees[0], 1)
    draft = organizer.open_round(secret, plan, LETTER, group, statements, randomness)
    round_ = granted(draft, keys)
    members = tuple(state for state, _ in enrolled)
    return World(secrets, keys, group, members, log, statements, secret, held, round_)


@cache
def committee() -> World:
    """2 of 3 registrars with 2 slots, every subset of them chosen; 2 of 3 trustees."""
    randomness = Seeded("registrars")
    secrets = tuple(
        make_registrar(f"R{i + 1}", [(2 * i, 3072), (2 * i + 1, 3072)], randomness)
        for i in range(3)
    )
    choices = ((0, 1), (1, 2), (0, 2), (0, 1, 2), (2, 1))
    return build("the committee", secrets, 2, choices, (2, 3))


@cache
def village() -> World:
    """One registrar with 2 slots, and the organizer's friend as the only trustee."""
    secrets = (make_registrar("the clerk", [(6, 3072), (7, 3072)], Seeded("clerk")),)
    return build("the village", secrets, 1, ((0,),) * 3, (1, 1))
