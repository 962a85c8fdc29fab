"""Working off a registrar's mailbox."""

from collections.abc import Iterable

import pytest

from cosign.errors import FaultError, UnreachableError, VoucherError
from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse
from cosign.roles.registrar import MailboxWork
from tests.support.world import Enrolment, World

NOISE = b"noise"


class Desk:
    """A registrar who knows some requests, and a shelf for the responses.

    Attributes:
        asked: requests that came to the registrar, in order.
        posted: what lies on the shelf.
        broken: the machine, or the way to the relay, fails.
    """

    def __init__(self, known: Iterable[Enrolment]) -> None:
        self._known = {e.request.request_id: e.response for e in known}
        self.asked: list[bytes] = []
        self.posted: list[bytes] = []
        self.broken: Exception | None = None

    def answer(self, request: EnrolmentRequest) -> EnrolmentResponse:
        """Answer a known request."""
        self.asked.append(request.request_id)
        if isinstance(self.broken, FaultError):
            raise self.broken
        if request.request_id not in self._known:
            raise VoucherError("unknown")
        return self._known[request.request_id]

    def post(self, raw: bytes) -> None:
        """Put a response on the shelf."""
        if isinstance(self.broken, UnreachableError):
            raise self.broken
        self.posted.append(raw)


def shelf(enrolments: Iterable[Enrolment]) -> list[bytes]:
    """Return the requests as they lie on the shelf."""
    return [e.request.to_bytes() for e in enrolments]


def test_each_request_is_answered_once(village: World) -> None:
    """Those that came later are answered the next time, the others are not looked at."""
    log = village.enrolments
    desk = Desk(log)
    work = MailboxWork(desk.answer)
    work.answer_all(shelf(log[:2]), desk.post)
    work.answer_all(shelf(log), desk.post)
    assert desk.posted == [e.response.to_bytes() for e in log]
    assert (work.answered, work.refused, len(desk.asked)) == (3, 0, 3)


def test_what_cannot_be_answered_is_told_once(village: World, committee: World) -> None:
    """Unknown vouchers and noise get no answer, and stop nobody's."""
    log = village.enrolments
    desk, told = Desk(log), []
    work = MailboxWork(desk.answer)
    mixed = [NOISE, *shelf(committee.enrolments[:1]), *shelf(log)]
    for _ in range(2):
        work.answer_all(mixed, desk.post, lambda e: told.append(type(e).__name__))
    assert (work.answered, work.refused) == (3, 2)
    assert told == ["MalformedError", "VoucherError"]


@pytest.mark.parametrize("broken", [FaultError("computed wrongly"), UnreachableError("away")])
def test_a_failure_of_this_machine_or_the_relay_is_no_answer(
    village: World, broken: Exception
) -> None:
    """The request waits, and is answered when the failure is over."""
    log = village.enrolments
    desk = Desk(log)
    work = MailboxWork(desk.answer)
    desk.broken = broken
    with pytest.raises(type(broken)):
        work.answer_all(shelf(log), desk.post)
    assert (work.answered, work.refused) == (0, 0)
    desk.broken = None
    work.answer_all(shelf(log), desk.post)
    assert (work.answered, work.refused, len(desk.posted)) == (3, 0, 3)


def test_progress_counts_what_is_done(village: World) -> None:
    """Of all that the mailbox holds."""
    told: list[tuple[int, int]] = []
    desk = Desk(village.enrolments)
    work = MailboxWork(desk.answer)
    for some in (village.enrolments[:2], village.enrolments):
        work.answer_all(shelf(some), desk.post, progress=lambda *done: told.append(done))
    assert told == [(0, 2), (1, 2), (2, 3)]
