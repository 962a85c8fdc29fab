"""What the harnesses are given: keys, proofs and seeds, most of them out of the vectors."""

import atexit
import base64
import json
import tempfile
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from cosign.primitives import codes, hashing
from cosign.primitives.ed25519 import SigningKey
from cosign.primitives.ssh import lines as ssh_lines
from cosign.primitives.ssh import private_files
from cosign.primitives.ssh import signatures as ssh_signatures
from cosign.proofs.interface import Binding, Challenge, ClaimProof, Consent, Naming
from cosign.proofs.ring.keys import MemberSecret
from cosign.proofs.ring.prover import RingProver
from cosign.proofs.ring.statement import Ring
from cosign.proofs.ring.verifier import RingVerifier
from cosign.records.invitation import INVITATION_PREFIX
from cosign.records.mailbox import MailboxTerms
from cosign.records.voucher import CODE_BYTES
from cosign.relay.server.database import Database
from cosign.roles.member.receipts import encode_receipt
from cosign.secret import Secret
from cosign.wire import armor, container, padding
from cosign.wire.framing import FRAME_LENGTH_BYTES, frame
from tests.fuzz import cores
from tests.support import relays, ring_vectors
from tests.support.published import open_record, record, sorted_records
from tests.support.world import LETTER, NAMES, Seeded
from tests.vectors import generate

MESSAGE: Final = b"a member key"
PAGE: Final = b"<!doctype html>\n<p>" + container.MARKER + container.END + b"\n<p>words</p>\n"
"""A page with an empty block for a letter."""
_RING: Final = "five-keys"
_FILE: Final[dict[str, Any]] = json.loads(ring_vectors.PATH.read_text("utf-8"))
_VECTORS: Final[list[dict[str, Any]]] = _FILE["vectors"]
_VECTOR: Final = next(v for v in _VECTORS if v["name"] == _RING)
CHALLENGE: Final = Challenge(bytes.fromhex(_VECTOR["round_id"]), "Daily Planet")


@cache
def vectors() -> dict[str, tuple[bytes, ...]]:
    """Return every accepted vector, and the refused ones of its kind, by the kind's name."""
    accepted, refused = (
        json.loads(path.read_text()) for path in (generate.ACCEPTED, generate.REFUSED)
    )
    found = {v["name"]: [bytes.fromhex(v["hex"])] for v in accepted if "hex" in v}
    for vector in refused:
        originals = found[vector["mutates"]]
        originals.append(generate.apply(originals[0], vector["edit"]))
    return {name: tuple(raws) for name, raws in found.items()}


def cut_frames(raw: bytes) -> list[bytes]:
    """Cut bytes into records by their lengths; the last one may be short."""
    found = []
    while raw:
        end = FRAME_LENGTH_BYTES + int.from_bytes(raw[:FRAME_LENGTH_BYTES], "big")
        found.append(raw[FRAME_LENGTH_BYTES:end])
        raw = raw[end:]
    return found


@cache
def certificate_proofs() -> tuple[bytes, ...]:
    """Return the proof of each member of the vectors, without a statement."""
    world = generate.vector_world()
    binding = Binding(world.round.round_id, "cosign", "")
    return tuple(world.prover(number).prove(binding) for number in range(len(world.members)))


@cache
def ring() -> tuple[RingVerifier, Binding, bytes]:
    """Return the verifier of a ring vector, with what it binds and its proof."""
    ids = bytes.fromhex(_VECTOR["roster_id"]), bytes.fromhex(_VECTOR["round_id"])
    keys = Ring.load([bytes.fromhex(key) for key in _VECTOR["keys"]])
    binding = Binding(ids[1], _VECTOR["action"], _VECTOR["statement"])
    return RingVerifier(keys, *ids), binding, bytes.fromhex(_VECTOR["proof"])


@cache
def ring_claims() -> tuple[ClaimProof, ...]:
    """Return the claims of that proof's maker, with and without the key."""
    ids = bytes.fromhex(_VECTOR["roster_id"]), bytes.fromhex(_VECTOR["round_id"])
    keys = Ring.load([bytes.fromhex(key) for key in _VECTOR["keys"]])
    secret = MemberSecret.from_bytes(Secret(bytes.fromhex(_VECTOR["x"] + _VECTOR["r"])))
    prover = RingProver(keys, *ids, secret, randomness=Seeded("claims"))
    return tuple(prover.claim(CHALLENGE, reveal=reveal) for reveal in (False, True))


@cache
def ring_consent() -> tuple[Naming, Consent]:
    """Return a name, and the consent of that proof's maker."""
    ids = bytes.fromhex(_VECTOR["roster_id"]), bytes.fromhex(_VECTOR["round_id"])
    keys = Ring.load([bytes.fromhex(key) for key in _VECTOR["keys"]])
    secret = MemberSecret.from_bytes(Secret(bytes.fromhex(_VECTOR["x"] + _VECTOR["r"])))
    prover = RingProver(keys, *ids, secret, randomness=Seeded("consent"))
    naming = Naming(ids[1], _VECTOR["statement"], *NAMES[0])
    return naming, prover.consent(naming)


def joint_file() -> bytes:
    """Return the joint file of the vectors."""
    return vectors()["joint file"][0]


@cache
def ssh_signer() -> SigningKey:
    """Return the one key that signed the material's message."""
    return SigningKey(Secret(Seeded("ssh signer")(32)))


def possession() -> bytes:
    """Return the member key of the vectors with its proof."""
    return _possessions()[0]


@cache
def _possessions() -> list[bytes]:
    """Return all member keys of the vectors with their proofs, the true one first."""
    return [bytes.fromhex(v["key"] + v["proof"]) for v in _FILE["member_keys"]]


@cache
def mailboxes() -> tuple[MailboxTerms, ...]:
    """Return the terms of the mailboxes of the vectors' round and first registrar."""
    world = generate.vector_world()
    return relays.box_of_round(world).terms, relays.box_of_registrar(world).terms


@cache
def database() -> Database:
    """Return a relay's database, whose folder goes with this process."""
    folder = tempfile.TemporaryDirectory(prefix="cosign-fuzz-")
    atexit.register(folder.cleanup)
    return Database(f"sqlite:///{folder.name}/relay.sqlite")


def _exported() -> Iterator[bytes]:
    world = generate.vector_world()
    boxes = relays.box_of_round(world), relays.box_of_registrar(world)
    envelope, request, response, opening = map(frame, _posted())
    of_round, of_registrar = (frame(box.to_bytes()) for box in boxes)
    yield of_round + envelope + opening + of_registrar + request + response
    yield of_registrar + request
    yield from (of_round, b"", frame(b"?"))


def _posted() -> Iterator[bytes]:
    world = generate.vector_world()
    log = world.enrolments[0]
    yield from (world.envelopes[0].to_bytes(), log.request.to_bytes(), log.response.to_bytes())
    yield vectors()["Opening"][0]


def public_line(key: bytes) -> str:
    """Write the public line of an Ed25519 key, without a comment."""
    kind = ssh_lines.ED25519.encode()
    parts = (len(part).to_bytes(4, "big") + part for part in (kind, key))
    return f"{ssh_lines.ED25519} {base64.b64encode(b''.join(parts)).decode()}"


def _ssh_lines() -> Iterator[bytes]:
    plain = public_line(ssh_signer().public_key)
    for before in ("", "alice@x,bob@x ", 'from="10.0.0.0/8",no-pty ', "*@x cert-authority "):
        yield f"{before}{plain} alice@x\n# nobody\n\n".encode()
    yield b"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQ== old\n" + plain.encode()
    yield b"sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t yubi\n"


def _lists() -> Iterator[bytes]:
    yield b"sep=;\nNachname;Vorname\nAdler;Anna\n'=1;x\n"
    yield '\ufeffClass 7b\n\nname,room\n"Adler, Anna",1\nJo\u0308rg M,2\nTotal,2\n'.encode()
    yield b"# staff\nAnna\tx\nBo\ty\n"


def _typed() -> Iterator[str]:
    value = bytes(range(32))
    yield codes.encode_code(value[:CODE_BYTES])
    yield codes.encode_code(value, INVITATION_PREFIX)
    yield encode_receipt(value).lower()
    yield hashing.fingerprint(value)
    yield from ("2030-03-01T00:00Z", "2030-03-01T01:00+01:00", "20300301T000000.000", "2030-W01-1")


def _signed() -> Iterator[bytes]:
    world = generate.vector_world()
    members = range(len(world.members))
    told = [record(world, number) for number in members]
    twice = sorted_records([*told, record(world, 0, statement="no")])
    gone = sorted_records([*told, record(world, 1, "withdraw")])
    named = [open_record(world, number, name).to_bytes() for number, name in enumerate(NAMES)]
    open_too = sorted_records([*told, *named])
    for records in (sorted_records(told), told, twice, gone, [*told, told[0]], open_too, named, []):
        yield b"".join(map(frame, records))


def _joint() -> Iterator[bytes]:
    whole = joint_file()
    yield from (whole, whole[:-1], whole + b"\0", vectors()[generate.FILE_NAME][0])
    yield whole.replace(b"Ada Example", b"Eva Example", 1)


def _letters() -> Iterator[bytes]:
    yield LETTER.raw
    yield "\ufeffCaf\u0065\u0301\r\n\tnon\u00adsense \u00a0\u2028".encode()
    yield "\u202ereversed\u2066\n\u200bzero ".encode()


def _files() -> Iterator[bytes]:
    for name in ("Round", "Roster", "Envelope", "VaultFile", generate.FILE_NAME):
        yield vectors()[name][0]


def _pages() -> Iterator[bytes]:
    for raw in _files():
        armored = armor.armor_chunks("published letter", [raw[:200]])
        page = b"".join(container.with_letter(PAGE, armored))
        yield from (page, page.replace(b"\n", b"\r\n"), page + page)


def seeds(name: str) -> list[bytes]:
    """Return where fuzzing of a harness starts.

    Raises:
        KeyError: no harness has this name.
    """
    by_type = [raw for raws in vectors().values() for raw in raws if raw]
    private = private_files.make_ed25519("alice@x", Seeded("private"))[0]
    found: dict[str, Any] = {
        "armored": [armor.armor("round", raw[:200]) for raw in _files()],
        "certificate_proofs": certificate_proofs(),
        "consents": [ring_consent()[1].proof, *(claim.proof for claim in ring_claims())],
        "contained": [PAGE, *_pages()],
        "exported": _exported(),
        "inspected": [*by_type, *(armor.armor("x", raw) for raw in _files())],
        "joint": _joint(),
        "letters": _letters(),
        "lists": _lists(),
        "padded": [padding.pad(LETTER.raw, 100), padding.pad_to_blocks(LETTER.raw)],
        "pages": [
            b"".join(map(frame, _posted())),
            frame(b""),
            b'{"error": "full"}',
            b'{"id": "00"}',
        ],
        "possessions": _possessions(),
        "posted": _posted(),
        "published": vectors()[generate.FILE_NAME],
        "records": by_type,
        "ring_claims": [claim.proof for claim in ring_claims()],
        "ring_proofs": [bytes.fromhex(v["proof"]) for v in _VECTORS],
        "signed": _signed(),
        "ssh_files": [private, private.replace(b"\n", b"\r\n")],
        "ssh_lines": _ssh_lines(),
        "ssh_signatures": [ssh_signatures.sign_sshsig(ssh_signer().seed, MESSAGE)],
        "steps": by_type,
        "typed": [text.encode() for text in _typed()],
        "values": by_type,
        **cores.seeds(),
    }
    return list(found[name])
