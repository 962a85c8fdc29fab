#!/usr/bin/env bash
# dask.distributed: the items of a list that a task returns are pickled one by one.
#
# pickle writes an object once, however many items of a list refer to it. Of a list that is the
# result of a task, Dask pickles each item by itself, so what the items share is sent once for
# each of them, and arrives as as many objects: a result takes more memory at the client than it
# did in the worker. It also takes several times as long as pickle. The same list inside
# another list, or inside a named tuple, is pickled as a whole.
#
# Seen with distributed 2026.8.0 and dask 2026.8.0: 200 records that share one text of 50,000
# characters arrive with 200 texts, 10 MB; in a list of one list they arrive with one text.
#
# Needs python3. Exit 0: still so. Exit 1: changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check \
    distributed==2026.8.0 dask==2026.8.0
cat >records.py <<'P'
from typing import NamedTuple

RECORDS, LENGTH = 200, 50_000


class Record(NamedTuple):
    number: int
    text: str


def make():
    """Return records that share one text."""
    text = "x" * LENGTH
    return [Record(number, text) for number in range(RECORDS)]


def make_inside():
    """Return the same, as the only item of a list."""
    return [make()]
P
cat >look.py <<'P'
import distributed
from records import LENGTH, make, make_inside


def texts(records):
    """Return how many different objects are the records' texts."""
    return len({id(record.text) for record in records})


if __name__ == "__main__":
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=":0") as here,
        distributed.Client(here) as client,
    ):
        plain = client.submit(make, pure=False).result()
        [inside] = client.submit(make_inside, pure=False).result()
    assert plain == inside == make()
    print(f"distributed {distributed.__version__}")
    print(f"made: {texts(make())} text of {LENGTH} characters")
    print(f"the list arrives with: {texts(plain)}")
    print(f"a list of that list arrives with: {texts(inside)}")
P
PYTHONPATH=. venv/bin/python look.py | tee found
cat >expected <<'E2'
distributed 2026.8.0
made: 1 text of 50000 characters
the list arrives with: 200
a list of that list arrives with: 1
E2
cmp -s found expected || { echo "CHANGED"; exit 1; }
echo "still so"
