"""What every decoder promises, as functions of hostile bytes.

A harness passes, or it raises: an exception outside :mod:`cosign.errors`, or an
``AssertionError`` for bytes that were accepted and should not have been, or that
re-encode to other ones. Nothing here knows about a fuzzer; pytest runs the same
functions over the seeds.
"""

import io
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar
from unittest import mock

from cosign import labels
from cosign.errors import CosignError
from cosign.primitives import codes, hashing
from cosign.primitives.ed25519 import SigningKey
from cosign.primitives.hashing import IDENTIFIER_BYTES
from cosign.primitives.ssh import lines as public_lines
from cosign.primitives.ssh import private_files, signatures
from cosign.proofs.interface import Binding, Challenge, ClaimProof
from cosign.proofs.ring.keys import is_possession
from cosign.records.invitation import INVITATION_PREFIX, INVITATION_SECRET_BYTES
from cosign.records.letter import Letter, watermarks
from cosign.records.open_cosignature import PublicName, cosignature_from_bytes
from cosign.records.voucher import CODE_BYTES
from cosign.relay.client import answers, client
from cosign.relay.client.transport import Answer
from cosign.relay.server import export
from cosign.relay.shelves import shelves_of
from cosign.roles.member.receipts import RECEIPT_PREFIX, TAG_BYTES
from cosign.roles.registrar.people import read_people
from cosign.stores.vault_file import VaultFile
from cosign.text.files import read_text
from cosign.text.names import name_key
from cosign.text.tables import write_table
from cosign.wire import armor, codecs, container, encoding, padding
from cosign.wire.framing import frame
from cosign.wire.record import Record, label_of
from cosign.wire.text import text_fault
from cosign_cli.commands import inspect as inspect_command
from cosign_cli.shared.clock import parse_time
from tests.fuzz import cores, material
from tests.support import joint as joint_support
from tests.support.examples.records import record_types
from tests.support.published import rewrite
from tests.support.world import NAMES
from tests.vectors import generate

Harness = Callable[[bytes], None]

_P = ParamSpec("_P")
_R = TypeVar("_R")

_TYPES: Final = {record.LABEL: record for record in record_types()}
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"
_CODES: Final = (
    (CODE_BYTES, ""),
    (INVITATION_SECRET_BYTES, INVITATION_PREFIX),
    (TAG_BYTES, RECEIPT_PREFIX),
)


def attempt(step: Callable[_P, _R], *args: _P.args, **kwargs: _P.kwargs) -> _R | None:
    """Return what a step gives, or None where it refuses with an error of ours."""
    try:
        return step(*args, **kwargs)
    except CosignError:
        return None


def _type_of(raw: bytes) -> type[Record]:
    """Return the type that bytes claim to be, or any other one."""
    label = attempt(label_of, raw) or ""
    return _TYPES.get(label) or list(_TYPES.values())[len(raw) % len(_TYPES)]


def records(raw: bytes) -> None:
    """Every record type: what decodes encodes to the same bytes."""
    record = attempt(_type_of(raw).from_bytes, raw)
    if record is not None:
        assert record.to_bytes() == raw


def steps(raw: bytes) -> None:
    """The step that verifies a record of each type refuses with an error of ours."""
    record = _type_of(raw)
    # A vault may ask for ten passes over a gigabyte: too long to try often.
    if record is not VaultFile:
        attempt(generate.verify, record.__name__, raw)


_FLAT: Final = codecs.Array(codecs.UInt(), 64)


def values(raw: bytes) -> None:
    """The decoder under all records: one value, one encoding, within the bounds."""
    for shape in (_FLAT, codecs.Array(codecs.Optional(_FLAT), 64)):
        found = attempt(encoding.decode, raw, shape, "value")
        if found is not None:
            assert encoding.encode(found) == raw
            assert len(found) <= 64


def armored(raw: bytes) -> None:
    """Armor: the same bytes however they are read, and none but the armored form is changed."""
    content = attempt(armor.dearmor, raw)
    assert attempt(_in_pieces, raw) == content
    if content is not None:
        assert content == raw or raw.lstrip().startswith(armor.BEGIN)
        assert armor.dearmor(armor.armor("round", content)) == content


def _in_pieces(raw: bytes) -> bytes:
    stream, found = armor.open_armor(io.BytesIO(raw)), b""
    while piece := stream.read(7):
        found += piece
    return found


def contained(raw: bytes) -> None:
    """Letters in pages: one letter and one digest however the bytes arrive, else an error of ours.

    A page has a letter only if it has one marker, and the letter comes out of any other page.
    """
    found = attempt(_in_page, raw, 2**16)
    assert attempt(_in_page, raw, 3) == found
    if found and found[1]:
        assert raw.count(container.MARKER) == 1
        armored_ = armor.armor_chunks("published letter", [found[0]])
        page = b"".join(container.with_letter(material.PAGE, armored_))
        assert _in_page(page, 99) == (found[0], container.page_digest(material.PAGE))


def _in_page(raw: bytes, size: int) -> tuple[bytes, bytes | None]:
    stream, page = container.open_published(io.BufferedReader(io.BytesIO(raw), size))
    content = b"".join(iter(lambda: stream.read(size), b""))
    return content, None if page is None else page.digest()


def padded(raw: bytes) -> None:
    """Padding: one padded form of a given size."""
    content = attempt(padding.unpad, raw)
    if content is not None:
        assert padding.pad(content, len(raw)) == raw
    content = attempt(padding.unpad_blocks, raw)
    if content is not None:
        assert padding.pad_to_blocks(content) == raw


def letters(raw: bytes) -> None:
    """Letters: exact bytes in, exact bytes out; a draft is in form once it was brought into it."""
    letter, draft = attempt(Letter.from_bytes, raw), attempt(Letter.from_draft, raw)
    if letter is not None:
        assert letter.raw == raw == letter.text.encode()
        assert draft in (letter, None) or raw.startswith(_BYTE_ORDER_MARK)
    if draft is not None:
        assert Letter.from_bytes(draft.raw) == draft
        assert draft.raw.startswith(_BYTE_ORDER_MARK) or Letter.from_draft(draft.raw) == draft
        lines = draft.text.split("\n")
        assert all(mark.column <= len(lines[mark.line - 1]) for mark in watermarks(draft.text))


def lists(raw: bytes) -> None:
    """Lists of people: distinct names without controls, which a list of them gives again."""
    text = attempt(read_text, raw)
    found = None if text is None else attempt(read_people, text)
    if found is not None:
        rows = [["a person of no list"], *([name] for name in found.names)]
        table = read_text(write_table(rows, ";"))
        again = read_people(table, separator=";", heading=False, footer=False)
        assert again.names[1:] == found.names
        assert len({*map(name_key, found.names)}) == len(found.names)


def typed(raw: bytes) -> None:
    """Codes, fingerprints and times that people type: one value, one form, else a usage error."""
    text = raw.decode(errors="replace")
    for size, prefix in _CODES:
        value = attempt(codes.decode_code, text, size, prefix)
        if value is not None:
            assert len(value) == size
            assert codes.decode_code(codes.encode_code(value, prefix), size, prefix) == value
    digits = hashing.normalize_fingerprint(text)
    assert digits is None or hashing.normalize_fingerprint(digits) == digits
    attempt(parse_time, text)


def ssh_lines(raw: bytes) -> None:
    """Public lines: a key that is read is the one that a plain line of it gives."""
    lines = attempt(public_lines.read_public_lines, raw.decode(errors="replace"))
    for line in lines or ():
        if line.key is not None:
            [again] = public_lines.read_public_lines(material.public_line(line.key))
            assert again.key == line.key
            assert line.key_type == public_lines.ED25519


def ssh_files(raw: bytes) -> None:
    """Private files without a passphrase: a seed whose key the file shows, or an error of ours."""
    seed = attempt(private_files.ed25519_seed, raw, None)
    assert seed is None or SigningKey(seed).public_key in private_files._body(raw)


def ssh_signatures(raw: bytes) -> None:
    """SSHSIG: nobody but the one signer of the material has signed its message."""
    signer = attempt(signatures.verify_sshsig, raw, material.MESSAGE)
    assert signer in (None, material.ssh_signer().public_key)
    assert attempt(signatures.verify_sshsig, raw, b"another message") is None


def published(raw: bytes) -> None:
    """A published file: only the one file of the round's organizer is valid."""
    world = generate.vector_world()
    report = attempt(world.verify, raw)
    assert report is None or raw == world.published


def signed(raw: bytes) -> None:
    """An organizer who publishes what he likes: every count is that of the members' records."""
    world, found = generate.vector_world(), material.cut_frames(raw)
    report = attempt(world.verify, rewrite(world, found))
    if report is None:
        return
    actions: defaultdict[bytes, set[str]] = defaultdict(set)
    names: set[PublicName] = set()
    for record in map(cosignature_from_bytes, found):
        actions[record.proof[:32]].add(record.action)
        names |= {record.public_name} if record.public_name else set()
    withdrawn = sum("withdraw" in said for said in actions.values())
    assert (report.keys, report.withdrawn) == (len(actions) - withdrawn, withdrawn)
    assert report.cosigners <= report.keys <= len(world.members)
    assert {PublicName(named.name, named.role) for named in report.names} <= names <= {*NAMES}


def joint(raw: bytes) -> None:
    """A joint letter: only the one file of the vectors is valid, with the groups that it has."""
    report = attempt(joint_support.verify, raw)
    assert report is None or (raw == material.joint_file() and len(report.letters) == 2)


def consents(raw: bytes) -> None:
    """Consent to a name on a roster: only that of the material holds, and for its name."""
    (verifier, _binding, proof), (naming, consent) = material.ring(), material.ring_consent()
    held = verifier.is_named(naming, proof[:32], consent._replace(proof=raw), ())
    assert held == (raw == consent.proof)
    other = naming._replace(name=f"{naming.name}!")
    assert not verifier.is_named(other, proof[:32], consent._replace(proof=raw), ())


def certificate_proofs(raw: bytes) -> None:
    """Certificate proofs: only the members' own ones hold."""
    world = generate.vector_world()
    verifier = world.round.membership_verifier()
    binding = Binding(world.round.round_id, "cosign", "")
    bad = verifier.verify_batch([(binding, raw)])
    assert bad == (0,) or raw in material.certificate_proofs()


def ring_proofs(raw: bytes) -> None:
    """Ring proofs: only the one of the vectors holds, and a batch agrees with each alone."""
    verifier, binding, proof = material.ring()
    alone = verifier.verify_batch([(binding, raw)])
    batch = verifier.verify_batch([(binding, proof), (binding, raw), (binding, proof)])
    assert alone == (() if raw == proof else (0,))
    assert batch == (() if raw == proof else (1,))


def ring_claims(raw: bytes) -> None:
    """Claims of authorship: only the two of the material hold, each for its challenge."""
    (verifier, binding, proof), claims = material.ring(), material.ring_claims()
    keys = {claim.key for claim in claims}
    for key in keys:
        claim = ClaimProof(key, raw)
        held = verifier.is_claim(material.CHALLENGE, proof[:32], claim)
        assert held == (claim in claims)
        assert not verifier.is_claim(Challenge(binding.round_id, "else"), proof[:32], claim)


def possessions(raw: bytes) -> None:
    """Member keys with their proofs: only the one of the vectors holds."""
    assert is_possession(raw[:32], raw[32:]) == (raw == material.possession())


def posted(raw: bytes) -> None:
    """Bodies posted to a relay: what passes is a record of the mailbox, in its one form."""
    for terms in material.mailboxes():
        for shelf in shelves_of(terms):
            item_id = attempt(shelf.check, raw)
            if item_id is not None:
                assert len(item_id) == IDENTIFIER_BYTES
                assert shelf.kind.record.from_bytes(raw).to_bytes() == raw
                assert len(raw) <= shelf.size


def pages(raw: bytes) -> None:
    """What a relay hands out: whole records end to end, or an error; its word, or none of ours."""
    found = attempt(client.cut_page, raw, len(raw))
    if found is not None:
        assert b"".join(map(frame, found)) == raw
    for status in (200, 201, 400, 404, 503):
        body = attempt(answers.expect, 200, Answer(status, raw))
        assert body == (raw if status == 200 else None)
    assert all(type(part) is str for pair in answers.parse_object(raw).items() for part in pair)


def exported(raw: bytes) -> None:
    """An operator who exports what he likes: nothing gets in that a relay would not have taken."""
    database, content = material.database(), export.MAGIC + raw + frame(b"")
    running = hashing.RunningHash(labels.RELAY_EXPORT)
    running.update(content)
    file = content + running.digest()
    moved = attempt(export.read_in, database, io.BytesIO(file))
    if moved is not None:
        assert export.read_in(database, io.BytesIO(file)) == moved._replace(added=0)
        held = set(material.cut_frames(b"".join(export._chunks(database))[len(export.MAGIC) :]))
        assert held.issuperset(material.cut_frames(raw))


def inspected(raw: bytes) -> None:
    """What ``inspect`` shows of any file is JSON, and text that moves no cursor."""
    with mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw))):
        shown = attempt(inspect_command._read, "-")
    if shown is not None:
        data, _ = shown
        json.dumps(data)
        lines = [*inspect_command._lines(data, ""), *inspect_command._fingerprints(data)]
        assert text_fault("\n".join(lines), multiline=True) is None


HARNESSES: Final[dict[str, Harness]] = {
    harness.__name__: harness
    for harness in (
        armored,
        certificate_proofs,
        consents,
        contained,
        exported,
        inspected,
        joint,
        letters,
        lists,
        padded,
        pages,
        posted,
        published,
        records,
        ring_claims,
        possessions,
        ring_proofs,
        signed,
        ssh_files,
        ssh_lines,
        ssh_signatures,
        steps,
        typed,
        values,
        *cores.HARNESSES,
    )
}
