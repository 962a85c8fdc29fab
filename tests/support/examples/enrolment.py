"""Examples around a registered group: its keys, enrolment, grants and attested names."""

from dataclasses import replace

from cosign.errors import VoucherError
from cosign.primitives import hpke
from cosign.records.enrolment import (
    EnrolmentPlea,
    EnrolmentRequest,
    EnrolmentResponse,
    MembershipCertificate,
    request_info,
)
from cosign.records.groups.grants import SlotGrant
from cosign.records.groups.registrar import Registrar
from cosign.records.groups.statements import EnrolmentStatement
from cosign.records.names import NameAttestation, NameRequest
from cosign.records.round import verify_round
from cosign.roles import member, registrar
from cosign.wire.record import Record
from tests.support.examples.steps import Check
from tests.support.world import NAME_CHALLENGE, NAMES, World


def registrar_step(world: World) -> Check:
    def check(raw: bytes) -> object:
        registrars = (Registrar.from_bytes(raw), *world.group.registrars[1:])
        return group_step(world)(replace(world.group, registrars=registrars).to_bytes())

    return check


def group_step(world: World) -> Check:
    return lambda raw: verify_round(replace(world.round.round, group=raw))


def plea_step(world: World) -> Check:
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


def request_step(world: World) -> Check:
    return lambda raw: world.keys[0].open_request(EnrolmentRequest.from_bytes(raw))


def response_step(world: World) -> Check:
    state = world.enrolments[0].before
    return lambda raw: member.finish(state, EnrolmentResponse.from_bytes(raw))


def statement_step(world: World) -> Check:
    return lambda raw: world.group.membership((EnrolmentStatement.from_bytes(raw),))


def grant_step(world: World) -> Check:
    """Put a grant into the round, before those of the other registrars."""
    round_ = world.round.round

    def check(raw: bytes) -> object:
        grants = (SlotGrant.from_bytes(raw), *round_.grants[1:])
        return verify_round(replace(round_, grants=grants))

    return check


def whole_certificates(world: World) -> list[MembershipCertificate]:
    """Return the certificates for the first slot that every registrar endorsed."""
    found = [m.certificates()[0] for m in world.members]
    return [c for c in found if len(c.endorsements) == len(world.group.registrars)]


def certificate_step(world: World) -> Check:
    return lambda raw: MembershipCertificate.from_bytes(raw).verify(world.group)


def name_request_step(world: World) -> Check:
    """Attest a name as the first registrar, who asked the challenge."""

    def check(raw: bytes) -> object:
        request = NameRequest.from_bytes(raw)
        return registrar.attest_name(world.keys[0], world.group, request, NAME_CHALLENGE)

    return check


def name_attestation_step(world: World) -> Check:
    """Sign openly with an attestation by the first registrar, before those of the others."""
    others = world.attestations(0)[1:]

    def check(raw: bytes) -> object:
        attested = (NameAttestation.from_bytes(raw), *others)
        name = member.SigningName(*NAMES[0], attested)
        return name.choose_attestations(world.round, world.prover(0).tag)

    return check


def plea_record(world: World) -> Record:
    pending = world.enrolments[0].before.pending[0]
    return EnrolmentPlea(pending.voucher, pending.reply_key, pending.blinded)
