"""Processes that open or use one ledger at once."""

import multiprocessing
from pathlib import Path
from typing import Final

from cosign.errors import VoucherError
from cosign.roles.registrar import ledger_key
from cosign.secret import Secret
from cosign.stores.ledger import Ledger

GROUP: Final = b"g" * 32
VOUCHERS: Final = [bytes([i]) * 32 for i in range(5)]
KEY: Final = ledger_key(Secret(bytes(32)))


def _work(path: Path, barrier: "multiprocessing.synchronize.Barrier", number: int) -> None:
    barrier.wait()
    for voucher in VOUCHERS:
        with Ledger(path, GROUP, KEY) as opened:
            try:
                opened.bind(voucher, bytes([number]) * 32)
            except VoucherError:
                continue
            opened.store(voucher, bytes([number]))


def test_processes_that_open_a_new_ledger_at_once(tmp_path: Path) -> None:
    """Several processes make and use one ledger; each voucher has one winner, none is lost."""
    context = multiprocessing.get_context("spawn")
    for attempt in range(3):
        place = tmp_path / f"{attempt}.sqlite"
        barrier = context.Barrier(4)
        workers = [context.Process(target=_start, args=(place, barrier, n)) for n in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
        assert [worker.exitcode for worker in workers] == [0] * 4
        with Ledger(place, GROUP, KEY) as opened:
            assert opened.status()[:4] == (5, 5, 5, False)
            rows = opened._database.execute("SELECT blinded_hash, signatures FROM vouchers")
            assert all(bound[:1] == signatures for bound, signatures in rows)


def _start(path: Path, barrier: "multiprocessing.synchronize.Barrier", number: int) -> None:
    barrier.wait()
    if number == 0:
        with Ledger(path, GROUP, KEY) as opened:
            opened.add_vouchers(VOUCHERS)
    else:
        Ledger(path, GROUP, KEY).close_file()
    _work(path, barrier, number)
