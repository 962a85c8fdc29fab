"""Answering the requests in a registrar's mailbox (docs/spec.md, "Mailboxes").

A mailbox is read from a relay again and again. A request that was answered or refused is
skipped from then on. After a restart every request is read again, and gets the same answer.

Not protected: a relay can hide requests.
"""

from collections.abc import Callable, Iterable

from cosign import labels
from cosign.errors import CosignError, FaultError, StorageError
from cosign.primitives.hashing import identifier
from cosign.primitives.progress import Progress, no_progress
from cosign.records.enrolment import EnrolmentRequest, EnrolmentResponse


class MailboxWork:
    """The requests of one mailbox, and which of them are done.

    Args:
        answer: issues a certificate, such as :meth:`cosign.homes.RegistrarSession.answer`.

    Attributes:
        answered: number of requests whose answer was posted.
        refused: number of requests that got none.
    """

    def __init__(self, answer: Callable[[EnrolmentRequest], EnrolmentResponse]) -> None:
        self._answer = answer
        self._done: set[bytes] = set()
        self.answered = self.refused = 0

    def answer_all(
        self,
        requests: Iterable[bytes],
        post: Callable[[bytes], object],
        refused: Callable[[CosignError], None] = lambda _error: None,
        progress: Progress = no_progress,
    ) -> None:
        """Answer every request that is not done yet.

        Args:
            requests: the records on the mailbox's shelf of requests, all of them.
            post: puts a response on its shelf of responses.
            refused: called with the error of each request that gets no answer.
            progress: called with how many requests are done, and of how many.

        Raises:
            FaultError, StorageError: this machine failed. The request is not done, and is
                tried again next time.
            RelayError: a response could not be posted. The same holds.
        """
        named = ((identifier(labels.REQUEST_ID, raw), raw) for raw in requests)
        fresh = {name: raw for name, raw in named if name not in self._done}
        total = len(self._done) + len(fresh)
        for name, raw in fresh.items():
            progress(len(self._done), total)
            try:
                response = self._answer(EnrolmentRequest.from_bytes(raw))
            except (FaultError, StorageError):
                raise
            except CosignError as e:
                self.refused += 1
                refused(e)
            else:
                post(response.to_bytes())
                self.answered += 1
            self._done.add(name)
