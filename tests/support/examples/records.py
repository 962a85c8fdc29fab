"""One accepted example of every record type, with the step that verifies it."""

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cosign.errors import MismatchError, RefusedError, VerificationError, VoucherError
from cosign.primitives import hpke, vault
from cosign.primitives.time_stamping import Answer, read_roots
from cosign.proofs.ring.keys import MemberSecret
from cosign.records.campaign import Campaign, CampaignTerms, check_named
from cosign.records.claim import Claim
from cosign.records.collection import Collection, KeyDelivery, KeyPlea
from cosign.records.cosignature import Cosignature
from cosign.records.enrolment import (
    EnrolmentPlea,
    EnrolmentRequest,
    EnrolmentResponse,
    MembershipCertificate,
    request_info,
)
from cosign.records.envelope import Envelope, OpenedShares, Opening
from cosign.records.groups.evidence import RosterEvidence
from cosign.records.groups.grants import SlotGrant
from cosign.records.groups.publisher import Publisher
from cosign.records.groups.registered import RegisteredGroup
from cosign.records.groups.registrar import Registrar
from cosign.records.groups.roster import Roster
from cosign.records.groups.roster_terms import RosterTerms
from cosign.records.groups.statements import EnrolmentStatement
from cosign.records.identified import Identified
from cosign.records.invitation import Invitation
from cosign.records.joint import JointHeader
from cosign.records.key_file import HandedIn, KeyFile
from cosign.records.mailbox import Mailbox, MailboxKey, MailboxTerms
from cosign.records.mailbox_erasure import MailboxErasure
from cosign.records.member_key import MemberKey, MemberKeySecrets, make_member_key
from cosign.records.names import NameAttestation, NameRequest
from cosign.records.open_cosignature import OpenCosignature, cosignature_from_bytes
from cosign.records.published import (
    JOINT_MAGIC,
    PublishedHeader,
    PublishedReader,
    PublishedTrailer,
)
from cosign.records.round import Round, RoundTerms, Trustee, VerifiedRound, verify_round
from cosign.records.secrets import (
    MemberState,
    OrganizerSecrets,
    RegistrarSecrets,
    TrusteeSecrets,
)
from cosign.records.stamped import StampedRecord
from cosign.records.time_stamp import TimeStamp
from cosign.relay.handing_in import stamp_envelope
from cosign.relay.owners import round_address
from cosign.relay.shelves import ENVELOPES, BoundShelf
from cosign.relay.stamps import is_stamp
from cosign.roles import member, organizer, registrar, trustee, verifier
from cosign.roles.member.receipts import Found
from cosign.roles.roster_publisher import (
    ED25519,
    FRESH,
    Entry,
    gather,
    make_publisher,
    make_roster,
    sign_roster,
)
from cosign.roles.shared.counting import Checks, Fault
from cosign.secret import Secret
from cosign.stores.home import Home
from cosign.stores.vault_file import VaultFile
from cosign.wire.framing import frame
from cosign.wire.padding import pad_to_blocks
from cosign.wire.record import Record
from tests.support import joint, places, relays
from tests.support.examples import collecting
from tests.support.modules import library_modules
from tests.support.published import join, split
from tests.support.world import (
    CLOSED_MINUTE,
    NAME_CHALLENGE,
    NAMES,
    RoundWorld,
    Seeded,
    World,
)

Check = Callable[[bytes], object]


@dataclass(frozen=True)
class Example:
    """An accepted record.

    Attributes:
        record: what is accepted.
        other: a valid record of the same type from another group and round.
        check: decodes bytes and verifies them; raises for all but this record.
    """

    record: Record
    other: Record
    check: Check


def record_types() -> list[type[Record]]:
    """Find every record type of the library, wherever it is declared."""
    library_modules()
    # Slots make dataclass build a class anew, so the first one may be listed too.
    found = {*Record.__subclasses__(), *Identified.__subclasses__()} - {Identified}
    names = {(cls.__module__, cls.__qualname__) for cls in found}
    ours = sorted(n for n in names if n[0].startswith("cosign."))
    return [getattr(sys.modules[module], name) for module, name in ours]


def _registrar(world: World) -> Check:
    def check(raw: bytes) -> object:
        registrars = (Registrar.from_bytes(raw), *world.group.registrars[1:])
        return _group(world)(replace(world.group, registrars=registrars).to_bytes())

    return check


def _group(world: World) -> Check:
    return lambda raw: verify_round(replace(world.round.round, group=raw))


def _plea(world: World) -> Check:
    """Play both sides: seal, open, look the voucher up, sign, finish."""
    log, keys = world.enrolments[0], world.keys[0]
    pending = log.before.pending[0]
    public = hpke.SealingPublicKey.from_bytes(world.group.registrars[0].request_key)

    def check(raw: bytes) -> object:
        sealed = hpke.seal(public, request_info(world.group.group_id, 0), raw)
        request = replace(log.request, sealed=sealed)
        opened = keys.open_request(request)
        if opened.voucher_hash != log.opened.voucher_hash:
            raise VoucherError("the ledger knows no such voucher")
        response = keys.answer(opened, keys.sign_blinded(opened.blinded))
        waiting = pending._replace(request=request)
        return member.finish(replace(log.before, pending=(waiting,)), response)

    return check


def _request(world: World) -> Check:
    return lambda raw: world.keys[0].open_request(EnrolmentRequest.from_bytes(raw))


def _response(world: World) -> Check:
    state = world.enrolments[0].before
    return lambda raw: member.finish(state, EnrolmentResponse.from_bytes(raw))


def _statement(world: World) -> Check:
    return lambda raw: world.group.membership((EnrolmentStatement.from_bytes(raw),))


def _grant(world: World) -> Check:
    """Put a grant into the round, before those of the other registrars."""
    round_ = world.round.round

    def check(raw: bytes) -> object:
        grants = (SlotGrant.from_bytes(raw), *round_.grants[1:])
        return verify_round(replace(round_, grants=grants))

    return check


def _whole(world: World) -> list[MembershipCertificate]:
    """Return the certificates for the first slot that every registrar endorsed."""
    found = [m.certificates()[0] for m in world.members]
    return [c for c in found if len(c.endorsements) == len(world.group.registrars)]


def _certificate(world: World) -> Check:
    return lambda raw: MembershipCertificate.from_bytes(raw).verify(world.group)


def _trustee(world: World) -> Check:
    def check(raw: bytes) -> object:
        trustees = (Trustee.from_bytes(raw), *world.round.terms.trustees[1:])
        return terms_step(world)(replace(world.round.terms, trustees=trustees).to_bytes())

    return check


def terms_step(world: RoundWorld) -> Check:
    """Put terms into a round, and verify it."""
    round_ = world.round.round
    return lambda raw: verify_round(replace(round_, terms=RoundTerms.from_bytes(raw)))


def round_step(world: RoundWorld) -> Check:
    """Verify a round."""
    del world
    return lambda raw: verify_round(Round.from_bytes(raw))


def cosignature_step(world: RoundWorld) -> Check:
    """Verify a proof in a world's round, and a name if there is one."""
    return cosignature_check(world.round)


def cosignature_check(round_: VerifiedRound) -> Check:
    """Verify a proof in a round, and a name if there is one."""
    checks = Checks(round_.membership_verifier(), round_.round_id)

    def check(raw: bytes) -> None:
        cosignature_from_bytes(raw)
        [found] = checks.run([raw])
        if isinstance(found, Fault):
            raise VerificationError(found.value)

    return check


def open_record(world: RoundWorld) -> Record:
    """Return the open cosignature that has a statement and a role."""
    records = map(cosignature_from_bytes, world.open_publication.records)
    return next(r for r in records if isinstance(r, OpenCosignature) and r.statement and r.role)


def _name_request(world: World) -> Check:
    """Attest a name as the first registrar, who asked the challenge."""

    def check(raw: bytes) -> object:
        request = NameRequest.from_bytes(raw)
        return registrar.attest_name(world.keys[0], world.group, request, NAME_CHALLENGE)

    return check


def _name_attestation(world: World) -> Check:
    """Sign openly with an attestation by the first registrar, before those of the others."""
    others = world.attestations(0)[1:]

    def check(raw: bytes) -> object:
        attested = (NameAttestation.from_bytes(raw), *others)
        name = member.SigningName(*NAMES[0], attested)
        return name.choose_attestations(world.round, world.prover(0).tag)

    return check


def _publish(world: World, envelopes: list[Envelope], openings: tuple[OpenedShares, ...]) -> None:
    """Publish; the round's quorum of one is missed if no envelope gives a cosignature."""
    organizer.publish(world.round, envelopes, openings, CLOSED_MINUTE)


def _envelope(world: World) -> Check:
    """Let every pair of trustees open it."""

    def check(raw: bytes) -> None:
        envelopes = [Envelope.from_bytes(raw)]
        one, two, three = world.openings(envelopes, (1, 2, 3))
        for pair in ((one, two), (one, three), (two, three)):
            _publish(world, envelopes, pair)

    return check


def _opened(world: World) -> Check:
    envelopes = list(world.envelopes[:1])
    second = world.openings(envelopes, (2,))
    return lambda raw: _publish(world, envelopes, (OpenedShares.from_bytes(raw), *second))


def _opening(world: World) -> Check:
    def check(raw: bytes) -> object:
        return organizer.read_opening(world.organizer, world.round, Opening.from_bytes(raw))

    return check


def _opening_record(world: World) -> Record:
    seed, envelopes = world.trustees[0].seed, world.envelopes[:1]
    return trustee.open_shares(seed, world.round, envelopes, CLOSED_MINUTE)


def header_step(world: RoundWorld) -> Check:
    """Put a header before a file, and verify that."""
    parts = split(world.published)
    return lambda raw: world.verify(join(parts._replace(header=raw)))


def _trailer(world: World) -> Check:
    parts = split(world.published)
    return lambda raw: world.verify(join(parts._replace(trailer=raw)))


PASSPHRASE = Secret(b"a passphrase")
_RELAY = "https://relay.example"
CHEAP = vault.Parameters(1, 8192)
_ORGANIZER = OrganizerSecrets.LABEL.encode(), b"organizer"


def spoken(world: RoundWorld) -> Record:
    """Return the one published record that has a statement."""
    records = map(Cosignature.from_bytes, world.publication.records)
    return next(record for record in records if record.statement)


def _vault_record(world: World) -> Record:
    content = Secret(pad_to_blocks(world.organizer.to_bytes()))
    box = vault.seal_vault(PASSPHRASE, _ORGANIZER, content, CHEAP, Seeded(world.group.name))
    return VaultFile("argon2id", *box[:-1], Secret(box.ciphertext))


def _vault(_world: World) -> Check:
    def check(raw: bytes) -> object:
        with TemporaryDirectory() as folder:
            (Path(folder) / "organizer.vault").write_bytes(raw)
            home = Home(Path(folder), lambda _name, _new: PASSPHRASE)
            return home.read("organizer", OrganizerSecrets)

    return check


def _decode(record: type[Record]) -> Callable[[World], Check]:
    """Decode only: what holds this record authenticates it."""
    return lambda _world: record.from_bytes


def _plea_record(world: World) -> Record:
    pending = world.enrolments[0].before.pending[0]
    return EnrolmentPlea(pending.voucher, pending.reply_key, pending.blinded)


def _secret(world: World) -> MemberSecret:
    return MemberSecret.draw(Seeded(f"member key {world.group.name}"))


def _member_key_record(world: World) -> MemberKey:
    return make_member_key(_secret(world), Seeded(f"possession {world.group.name}"))


def _member_key(_world: World) -> Check:
    return lambda raw: MemberKey.from_bytes(raw).verify()


def publisher_secrets(world: World) -> list[OrganizerSecrets]:
    """Return the secrets of the two publishers of :func:`published_roster`."""
    source = Seeded(f"publishers {world.group.name}")
    return [OrganizerSecrets(Secret(source(32)), Secret(bytes(32))) for _ in range(2)]


def published_roster(world: World) -> Roster:
    """Publish a roster of the keys that members hold for the first slot, and one more.

    Two publishers sign it, and both have to.
    """
    keys = [m.certificates()[0].key for m in world.members]
    entries = [*(Entry((), ED25519, key) for key in keys)]
    entries.append(Entry((), FRESH, _secret(world).public_key))
    held = publisher_secrets(world)
    publishers = [make_publisher(secrets, f"P{n}") for n, secrets in enumerate(held, 1)]
    made = make_roster(world.group.name, "a test", publishers, 2, gather(entries))
    return sign_roster(held[1], sign_roster(held[0], made))


def _roster(_world: World) -> Check:
    def check(raw: bytes) -> None:
        roster = Roster.from_bytes(raw)
        roster.verify()
        roster.verifier(0, bytes(32))

    return check


def _publisher(world: World) -> Check:
    roster = published_roster(world)

    def check(raw: bytes) -> None:
        publishers = (Publisher.from_bytes(raw), *roster.terms.publishers[1:])
        replace(roster, terms=replace(roster.terms, publishers=publishers)).verify()

    return check


def _roster_terms(world: World) -> Check:
    roster = published_roster(world)
    return lambda raw: replace(roster, terms=RosterTerms.from_bytes(raw)).verify()


def _evidence_record(world: World) -> Record:
    ordered = tuple(sorted(_whole(world), key=lambda c: c.key))
    return RosterEvidence(published_roster(world).group_id, world.group, ordered)


def _evidence(world: World) -> Check:
    roster = published_roster(world)
    return lambda raw: RosterEvidence.from_bytes(raw).verify(roster)


def _mailbox(world: World) -> Check:
    """Take a mailbox as a client does, which knows its address."""

    def check(raw: bytes) -> None:
        mailbox = Mailbox.from_bytes(raw)
        mailbox.verify()
        if mailbox.terms.address != round_address(world.round):
            raise MismatchError("another mailbox")

    return check


CHALLENGE = "Claims desk, 25 November: are you there?"
FOUND = Found(signed=True, withdrawn=False, statement="")


def _claim_record(world: World) -> Record:
    return member.claim(world.prover(0), world.round, CHALLENGE, FOUND)


def claim_step(world: RoundWorld) -> Check:
    """Verify a claim against the letter."""

    def check(raw: bytes) -> object:
        reader = PublishedReader(io.BytesIO(world.published))
        return verifier.verify_claim(Claim.from_bytes(raw), CHALLENGE, world.round, reader)

    return check


def _mailbox_key(world: World) -> Check:
    """Take a key as its owner does, who knows which relay it is for."""

    def check(raw: bytes) -> None:
        key = MailboxKey.from_bytes(raw)
        _mailbox(world)(key.mailbox.to_bytes())
        if key.relay != _RELAY:
            raise MismatchError("another relay")

    return check


def mailbox_terms_step(mailbox: Mailbox) -> Check:
    """Put terms into a mailbox, and verify it."""
    return lambda raw: replace(mailbox, terms=MailboxTerms.from_bytes(raw)).verify()


def mailbox_erasure_step(world: World) -> Check:
    """Take an erasure as a relay does that holds the mailbox."""

    def check(raw: bytes) -> None:
        erasure = MailboxErasure.from_bytes(raw)
        erasure.verify()
        if erasure.terms != relays.box_of_round(world).terms:
            raise MismatchError("another mailbox")

    return check


def _stamped_record(world: World) -> StampedRecord:
    envelope, mailbox = world.envelopes[0], relays.box_of_round(world)
    return stamp_envelope(envelope, world.round, mailbox)


def _stamped(world: World) -> Check:
    """Take a file as the round's drop page does, and open what is in it."""
    shelf = BoundShelf(relays.box_of_round(world).terms, ENVELOPES)

    def check(raw: bytes) -> None:
        stamped = StampedRecord.from_bytes(raw)
        item_id = shelf.check(stamped.content)
        if stamped.address != shelf.address:
            raise MismatchError("another mailbox")
        if not is_stamp(stamped.stamp, shelf.address, item_id, shelf.terms.difficulty):
            raise RefusedError("a stamp that does not pay")
        _envelope(world)(stamped.content)

    return check


@cache
def _stamps() -> dict[str, Any]:
    """Return answers of an authority that were made once, by openssl ts, and its root."""
    found: dict[str, Any] = json.loads((places.ROOT / "tests/vectors/time_stamp.json").read_text())
    return found


def _time_stamp(raw: bytes) -> None:
    """Check an answer as a verifier does who trusts the authority."""
    answer = Answer.from_bytes(TimeStamp.from_bytes(raw).answer)
    answer.check(_stamps()["message"].encode(), read_roots(_stamps()["root"].encode()))


def _answer(world: World) -> TimeStamp:
    return TimeStamp(bytes.fromhex(_stamps()["answers"][len(world.trustees) > 1]))


def _beside(world: World) -> joint.Side:
    """Return another group's letter, with the text of a world's."""
    return joint.side(f"Beside {world.group.name}", world.round.letter)


def _campaign(world: World) -> Campaign:
    rounds = [world.round, _beside(world).round]
    return organizer.make_campaign(world.organizer, rounds)


def _campaign_step(world: World) -> Check:
    return lambda raw: check_named(Campaign.from_bytes(raw).verify(), world.round)


def _campaign_terms(world: World) -> Check:
    campaign, step = _campaign(world), _campaign_step(world)
    return lambda raw: step(replace(campaign, terms=CampaignTerms.from_bytes(raw)).to_bytes())


def _joint_header(world: World) -> JointHeader:
    return joint.header_of([joint.side_of(world), _beside(world)], [_campaign(world)])


def _joint(world: World) -> Check:
    """Put a header before the letters of two groups, and verify them."""
    sides = sorted([joint.side_of(world), _beside(world)], key=lambda s: s.round.round_id)
    files = b"".join(s.published for s in sides)
    return lambda raw: joint.verify(JOINT_MAGIC + frame(raw) + files)


def _invitation(world: World) -> tuple[Secret, Invitation]:
    return organizer.invite(world.round, Seeded(f"invitation {world.group.name}"))


def _open_invitation(world: World) -> Check:
    secret, _ = _invitation(world)
    return lambda raw: verify_round(organizer.open_invitation(Invitation.from_bytes(raw), secret))


_BUILDERS: dict[type[Record], tuple[Callable[[World], Any], Callable[[World], Check]]] = {
    Registrar: (lambda w: w.group.registrars[0], _registrar),
    RegisteredGroup: (lambda w: w.group, _group),
    EnrolmentPlea: (_plea_record, _plea),
    EnrolmentRequest: (lambda w: w.enrolments[0].request, _request),
    EnrolmentResponse: (lambda w: w.enrolments[0].response, _response),
    EnrolmentStatement: (lambda w: w.statements[0], _statement),
    SlotGrant: (lambda w: w.round.round.grants[0], _grant),
    MembershipCertificate: (lambda w: _whole(w)[0], _certificate),
    Trustee: (lambda w: w.round.terms.trustees[0], _trustee),
    RoundTerms: (lambda w: w.round.terms, terms_step),
    Round: (lambda w: w.round.round, round_step),
    Cosignature: (spoken, cosignature_step),
    OpenCosignature: (open_record, cosignature_step),
    NameRequest: (lambda w: w.name_request(0, 0), _name_request),
    NameAttestation: (lambda w: w.attestations(0)[0], _name_attestation),
    Envelope: (lambda w: w.envelopes[0], _envelope),
    OpenedShares: (lambda w: w.openings(w.envelopes[:1], (1,))[0], _opened),
    Opening: (_opening_record, _opening),
    PublishedHeader: (lambda w: w.publication.header, header_step),
    PublishedTrailer: (
        lambda w: PublishedTrailer.from_bytes(split(w.published).trailer),
        _trailer,
    ),
    CampaignTerms: (lambda w: _campaign(w).terms, _campaign_terms),
    Campaign: (_campaign, _campaign_step),
    JointHeader: (_joint_header, _joint),
    Claim: (_claim_record, claim_step),
    Invitation: (lambda w: _invitation(w)[1], _open_invitation),
    MemberKey: (_member_key_record, _member_key),
    Collection: (collecting.collection, collecting.collection_step),
    KeyPlea: (collecting.plea, collecting.plea_step),
    KeyDelivery: (collecting.delivery, collecting.delivery_step),
    Publisher: (lambda w: published_roster(w).terms.publishers[0], _publisher),
    RosterTerms: (lambda w: published_roster(w).terms, _roster_terms),
    Roster: (published_roster, _roster),
    RosterEvidence: (_evidence_record, _evidence),
    MemberKeySecrets: (
        lambda w: MemberKeySecrets(_secret(w).public_key, _secret(w).to_bytes(), ()),
        _decode(MemberKeySecrets),
    ),
    MailboxTerms: (
        lambda w: relays.box_of_round(w).terms,
        lambda w: mailbox_terms_step(relays.box_of_round(w)),
    ),
    Mailbox: (relays.box_of_round, _mailbox),
    MailboxKey: (
        lambda w: MailboxKey(_RELAY, relays.box_of_round(w), relays.CAPABILITY),
        _mailbox_key,
    ),
    MailboxErasure: (relays.erasure_of_round, mailbox_erasure_step),
    StampedRecord: (_stamped_record, _stamped),
    TimeStamp: (_answer, lambda _w: _time_stamp),
    VaultFile: (_vault_record, _vault),
    RegistrarSecrets: (lambda w: w.secrets[0], _decode(RegistrarSecrets)),
    OrganizerSecrets: (lambda w: w.organizer, _decode(OrganizerSecrets)),
    TrusteeSecrets: (lambda w: w.trustees[0], _decode(TrusteeSecrets)),
    MemberState: (lambda w: w.enrolments[0].before, _decode(MemberState)),
    KeyFile: (
        lambda w: KeyFile(
            (w.enrolments[0].before,),
            (MemberKeySecrets(_secret(w).public_key, _secret(w).to_bytes(), ()),),
            (HandedIn(bytes(31) + b"\x01", _secret(w).public_key),),
        ),
        _decode(KeyFile),
    ),
}


def example(record: type[Record], world: World, other: World) -> Example | None:
    """Return the example of a record type, or None if there is none."""
    if record not in _BUILDERS:
        return None
    make, check = _BUILDERS[record]
    return Example(make(world), make(other), check(world))
