"""One accepted example of every record type, with the step that verifies it."""

import json
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cosign.primitives import vault
from cosign.primitives.time_stamping import Answer, read_roots
from cosign.records.campaign import Campaign, CampaignTerms
from cosign.records.claim import Claim
from cosign.records.collection import Collection, KeyDelivery, KeyPlea
from cosign.records.cosignature import Cosignature
from cosign.records.enrolment import (
    EnrolmentPlea,
    EnrolmentRequest,
    EnrolmentResponse,
    MembershipCertificate,
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
from cosign.records.member_key import MemberKey, MemberKeySecrets
from cosign.records.names import NameAttestation, NameRequest
from cosign.records.open_cosignature import OpenCosignature
from cosign.records.published import PublishedHeader, PublishedTrailer
from cosign.records.round import Round, RoundTerms, Trustee
from cosign.records.secrets import MemberState, OrganizerSecrets, RegistrarSecrets, TrusteeSecrets
from cosign.records.stamped import StampedRecord
from cosign.records.time_stamp import TimeStamp
from cosign.roles import member
from cosign.secret import Secret
from cosign.stores.home import Home
from cosign.stores.vault_file import VaultFile
from cosign.wire.padding import pad_to_blocks
from cosign.wire.record import Record
from tests.support import places, relays
from tests.support.examples import collecting
from tests.support.examples.enrolment import (
    certificate_step,
    grant_step,
    group_step,
    name_attestation_step,
    name_request_step,
    plea_record,
    plea_step,
    registrar_step,
    request_step,
    response_step,
    statement_step,
    whole_certificates,
)
from tests.support.examples.joint_letters import (
    campaign,
    campaign_step,
    campaign_terms_step,
    joint_header,
    joint_step,
)
from tests.support.examples.listing import (
    evidence_record,
    evidence_step,
    member_key_record,
    member_key_step,
    member_secret,
    published_roster,
    publisher_step,
    roster_step,
    roster_terms_step,
)
from tests.support.examples.mailboxes import (
    RELAY,
    mailbox_erasure_step,
    mailbox_key_step,
    mailbox_step,
    mailbox_terms_step,
    stamped_record,
    stamped_step,
)
from tests.support.examples.sealing import (
    envelope_step,
    invitation,
    invitation_step,
    opened_step,
    opening_record,
    opening_step,
    trustee_step,
)
from tests.support.examples.steps import (
    CHALLENGE,
    FOUND,
    Check,
    Example,
    claim_step,
    cosignature_step,
    header_step,
    open_record,
    round_step,
    spoken,
    terms_step,
)
from tests.support.modules import library_modules
from tests.support.published import join, split
from tests.support.world import Seeded, World


def record_types() -> list[type[Record]]:
    """Find every record type of the library, wherever it is declared."""
    library_modules()
    # Slots make dataclass build a class anew, so the first one may be listed too.
    found = {*Record.__subclasses__(), *Identified.__subclasses__()} - {Identified}
    names = {(cls.__module__, cls.__qualname__) for cls in found}
    ours = sorted(n for n in names if n[0].startswith("cosign."))
    return [getattr(sys.modules[module], name) for module, name in ours]


def _trailer(world: World) -> Check:
    parts = split(world.published)
    return lambda raw: world.verify(join(parts._replace(trailer=raw)))


PASSPHRASE = Secret(b"a passphrase")

CHEAP = vault.Parameters(1, 8192)

_ORGANIZER = OrganizerSecrets.LABEL.encode(), b"organizer"


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


def _claim_record(world: World) -> Record:
    return member.claim(world.prover(0), world.round, CHALLENGE, FOUND)


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


_BUILDERS: dict[type[Record], tuple[Callable[[World], Any], Callable[[World], Check]]] = {
    Registrar: (lambda w: w.group.registrars[0], registrar_step),
    RegisteredGroup: (lambda w: w.group, group_step),
    EnrolmentPlea: (plea_record, plea_step),
    EnrolmentRequest: (lambda w: w.enrolments[0].request, request_step),
    EnrolmentResponse: (lambda w: w.enrolments[0].response, response_step),
    EnrolmentStatement: (lambda w: w.statements[0], statement_step),
    SlotGrant: (lambda w: w.round.round.grants[0], grant_step),
    MembershipCertificate: (lambda w: whole_certificates(w)[0], certificate_step),
    Trustee: (lambda w: w.round.terms.trustees[0], trustee_step),
    RoundTerms: (lambda w: w.round.terms, terms_step),
    Round: (lambda w: w.round.round, round_step),
    Cosignature: (spoken, cosignature_step),
    OpenCosignature: (open_record, cosignature_step),
    NameRequest: (lambda w: w.name_request(0, 0), name_request_step),
    NameAttestation: (lambda w: w.attestations(0)[0], name_attestation_step),
    Envelope: (lambda w: w.envelopes[0], envelope_step),
    OpenedShares: (lambda w: w.openings(w.envelopes[:1], (1,))[0], opened_step),
    Opening: (opening_record, opening_step),
    PublishedHeader: (lambda w: w.publication.header, header_step),
    PublishedTrailer: (
        lambda w: PublishedTrailer.from_bytes(split(w.published).trailer),
        _trailer,
    ),
    CampaignTerms: (lambda w: campaign(w).terms, campaign_terms_step),
    Campaign: (campaign, campaign_step),
    JointHeader: (joint_header, joint_step),
    Claim: (_claim_record, claim_step),
    Invitation: (lambda w: invitation(w)[1], invitation_step),
    MemberKey: (member_key_record, member_key_step),
    Collection: (collecting.collection, collecting.collection_step),
    KeyPlea: (collecting.plea, collecting.plea_step),
    KeyDelivery: (collecting.delivery, collecting.delivery_step),
    Publisher: (lambda w: published_roster(w).terms.publishers[0], publisher_step),
    RosterTerms: (lambda w: published_roster(w).terms, roster_terms_step),
    Roster: (published_roster, roster_step),
    RosterEvidence: (evidence_record, evidence_step),
    MemberKeySecrets: (
        lambda w: MemberKeySecrets(member_secret(w).public_key, member_secret(w).to_bytes(), ()),
        _decode(MemberKeySecrets),
    ),
    MailboxTerms: (
        lambda w: relays.box_of_round(w).terms,
        lambda w: mailbox_terms_step(relays.box_of_round(w)),
    ),
    Mailbox: (relays.box_of_round, mailbox_step),
    MailboxKey: (
        lambda w: MailboxKey(RELAY, relays.box_of_round(w), relays.CAPABILITY),
        mailbox_key_step,
    ),
    MailboxErasure: (relays.erasure_of_round, mailbox_erasure_step),
    StampedRecord: (stamped_record, stamped_step),
    TimeStamp: (_answer, lambda _w: _time_stamp),
    VaultFile: (_vault_record, _vault),
    RegistrarSecrets: (lambda w: w.secrets[0], _decode(RegistrarSecrets)),
    OrganizerSecrets: (lambda w: w.organizer, _decode(OrganizerSecrets)),
    TrusteeSecrets: (lambda w: w.trustees[0], _decode(TrusteeSecrets)),
    MemberState: (lambda w: w.enrolments[0].before, _decode(MemberState)),
    KeyFile: (
        lambda w: KeyFile(
            (w.enrolments[0].before,),
            (MemberKeySecrets(member_secret(w).public_key, member_secret(w).to_bytes(), ()),),
            (HandedIn(bytes(31) + b"\x01", member_secret(w).public_key),),
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
