"""Looking for a string that two things have in common."""

from collections.abc import Iterable, Iterator
from typing import Final

from cosign.records.enrolment import EnrolmentPlea
from tests.support.world import World

GRAM: Final = 16
"""Shortest equal byte string that counts as a trace."""


def grams(parts: Iterable[bytes]) -> set[bytes]:
    """Give every string of 16 bytes inside the parts, read forwards and backwards."""
    return {
        way[i : i + GRAM]
        for part in parts
        for way in (part, part[::-1])
        for i in range(len(part) - GRAM + 1)
    }


def seen_by_registrars(world: World) -> Iterator[bytes]:
    """Give every byte that registrars ever saw, computed or keep as a secret."""
    for log in world.enrolments:
        pending = next(p for p in log.before.pending if p.registrar == log.registrar)
        yield EnrolmentPlea(pending.voucher, pending.reply_key, pending.blinded).to_bytes()
        yield from (log.request.to_bytes(), log.response.to_bytes(), *log.signatures)
        yield from (log.opened.request_id, log.opened.voucher_hash, log.opened.blinded_hash)
    for secrets in world.secrets:
        yield secrets.to_bytes()
