"""Command lines with secrets in them, the shop in which they run, and what they show on purpose."""

import re
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PrivateFormat

from cosign.primitives.codes import decode_code
from cosign.primitives.ssh.private_files import make_ed25519
from cosign.records.enrolment import VOUCHER_BYTES
from cosign.records.invitation import INVITATION_PREFIX, INVITATION_SECRET_BYTES
from cosign.records.round import Round, verify_round
from cosign.records.secrets import MemberState
from cosign.records.voucher import CODE_BYTES
from cosign.roles.member.receipts import encode_receipt
from tests.support import leaks
from tests.support.cli_fixture import vouchers
from tests.support.command_table import COMMANDS, ROUND, line_of
from tests.support.commands import AFTERWARDS, BETWEEN, ENROLMENT, SIGNING, Done, Shop
from tests.support.world import Seeded

SSH_SEED: Final = Seeded("ssh seed")(32)
SSH_PASSPHRASE: Final = "Tr0ub4dor&3"  # noqa: S105  # of a key that lives for one test run

MORE: Final = {
    "sign, invited": (
        "sign letter.invite --secret SECRET --min-set 2 --yes -o new",
        "member-3",
        SIGNING,
    ),
    "sign, with a receipt": (
        "sign letter.round --min-set 2 --yes --receipt -o new",
        "member-3",
        SIGNING,
    ),
    "sign, with a roster key": (
        "sign keys.round --min-set 2 --yes -o new",
        "lister-1",
        SIGNING,
    ),
    "sign, with an ssh key": (
        "sign ssh.round --min-set 2 --yes --ssh-key k --ssh-passphrase-file kp -o new",
        "new",
        SIGNING,
    ),
    "sign, with a name": (
        "sign keys.round --min-set 2 --yes --openly Ada -o new",
        "lister-1",
        SIGNING,
    ),
    "campaign create": ("campaign create letter.round keys.round -o new", "organizer", BETWEEN),
    "withdraw, invited": (
        "withdraw letter.invite --secret SECRET --yes -o new",
        "member-1",
        SIGNING,
    ),
    "check, by receipt": ("check published.letter --receipt RECEIPT", None, SIGNING),
    "claim, with a roster key": (
        "claim keys.letter --challenge Hello --reveal-key -o new",
        "lister-1",
        AFTERWARDS,
    ),
    "member enrol, with a true voucher": (
        "member enrol open.group --voucher VOUCHER -o new",
        "new",
        ENROLMENT,
    ),
    "member key, vouched for": (
        "member key --prove-ssh k --ssh-passphrase-file kp -o new",
        "new",
        SIGNING,
    ),
    "member key, with a slip": (
        "member key --collection keys.collection --slip SLIP -o new",
        "new",
        SIGNING,
    ),
    "member keys, of rosters": ("member keys", "lister-1", SIGNING),
    "member forget, invited": (
        "member forget letter.invite --secret SECRET --yes",
        "member-1",
        SIGNING,
    ),
    "compare, invited": ("compare letter.invite --secret SECRET", None, SIGNING),
    "trustee open, invited": (
        "trustee open letter.invite --secret SECRET --envelopes envelopes -o new",
        "trustee-2",
        AFTERWARDS,
    ),
    "round create, for the first time": (f"{ROUND} -o new", "new", BETWEEN),
}
"""Lines with secrets in them, beside one line of every command."""

LINES: Final = [*COMMANDS, *MORE]

_LISTS: Final = "vouchers.csv", "open.csv", "codes.csv"
"""Lists of vouchers and slips."""

SHOWN: Final = {
    "registrar vouch": ("new", rb"^;[0-9A-Z-]{39}$"),
    "roster vouch": ("new", rb"^;[0-9A-Z-]{39}$"),
    "round invite": (
        "stdout",
        rb'^cosign-invite-[0-9A-Z-]{69}$|"secret": "cosign-invite-[0-9A-Z-]{69}"',
    ),
    "sign, with a receipt": (
        "stdout",
        rb'^receipt  cosign-receipt-[0-9A-Z-]{69}$|"receipt": "cosign-receipt-[0-9A-Z-]{69}"',
    ),
}
"""What a command is run for: in which place, and how it stands there, once."""

GIVEN: Final = {
    "key.md",
    "vouchers.csv",
    "open.csv",
    "codes.csv",
    "passphrase",
    "kp",
    "invitation",
    "relay.token",
}
"""Files in which people keep what they give to commands."""


def furnish(shop: Shop) -> None:
    """Add an invitation, rounds of rosters and an ssh key to the staff council's shop."""
    code = shop.call("round invite letter.round -o letter.invite").out
    (shop / "invitation").write_text(code)
    public = make_ed25519("me@x", lambda _: SSH_SEED)[1]
    builder = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(1)
    key = Ed25519PrivateKey.from_private_bytes(SSH_SEED)
    locked = builder.build(SSH_PASSPHRASE.encode())
    (shop / "k").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, locked))
    (shop / "kp").write_text(SSH_PASSPHRASE)
    (shop / "authorized_keys").write_text(public)
    create = "roster create --name New --source them --member 1.member --ssh authorized_keys"
    shop.call(f"{create} -o ssh.roster", "organizer")
    for name in ("keys", "ssh"):
        line = f"{ROUND.replace('staff.group', f'{name}.roster')} -o {name}.round"
        shop.call(line, "organizer", now=BETWEEN)
    (shop / "listed").mkdir()
    shop.call("sign keys.round --min-set 2 --yes -o listed/1.sealed", "lister-1")
    publish = "publish keys.round --envelopes listed -o keys.letter"
    shop.call(publish, "organizer", now=AFTERWARDS)


def given(shop: Shop) -> set[bytes]:
    """Return the secrets that are in no home: what people hand to each other, and the ssh key's."""
    codes = {code for name in _LISTS for code in vouchers(shop, name)}
    invitation = (shop / "invitation").read_text()
    return {
        decode_code(invitation, INVITATION_SECRET_BYTES, INVITATION_PREFIX),
        *(
            decode_code(code, CODE_BYTES)[:size]
            for code in codes
            for size in (VOUCHER_BYTES, CODE_BYTES)
        ),
        SSH_SEED,
        SSH_PASSPHRASE.encode(),
    }


def line_in(bare: Shop, name: str) -> tuple[str, str]:
    """Return a line, with a locked home where there is one, and its time."""
    line, home, now = MORE[name] if name in MORE else line_of(bare, name)
    line = line.replace("SECRET", (bare / "invitation").read_text().strip())
    line = re.sub("(UNKNOWN-)?VOUCHER", vouchers(bare, "open.csv")[2], line)
    line = line.replace("SLIP", vouchers(bare, "codes.csv")[1])
    if "RECEIPT" in line:
        line = line.replace("RECEIPT", _receipt(bare))
    return (f"{line} {locked(home)}" if home else line), now


def locked(home: str) -> str:
    """Return the options that name a home under the passphrase."""
    return f"--home homes/{home} --passphrase-file passphrase"


def _receipt(bare: Shop) -> str:
    """Return the receipt of what member 1 said in the first round."""
    round_id = verify_round(Round.from_bytes((bare / "letter.round").read_bytes())).round_id
    [receipt] = {
        encode_receipt(use.tag)
        for path, record in leaks.vaults(bare)
        if isinstance(record, MemberState) and path.parent.name == "member-1"
        for use in record.uses
        if use.round_id == round_id
    }
    return receipt


def unasked(name: str, place: str, raw: bytes) -> bytes:
    """Leave out what a command is run for, from the one place where it belongs."""
    where, pattern = SHOWN.get(name, ("", b""))
    return re.sub(pattern, b"", raw, count=1, flags=re.MULTILINE) if place == where else raw


def told(name: str, done: Done) -> str:
    """Return what a command told unasked."""
    return unasked(name, "stdout", done.raw).decode() + done.err


def written(shop: Shop, known: leaks.Known, name: str = "") -> list[tuple[str, bytes]]:
    """Return every secret that stands in a file, homes included, with the file's name."""
    return [
        (path, found)
        for path, raw in shop.files().items()
        if path not in GIVEN
        for found in leaks.leaks(unasked(name, path, raw), known.raws)
    ]
