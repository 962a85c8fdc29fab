#!/usr/bin/env bash
# dask.distributed: the client keeps the data of the last 1,000 messages that it sent.
#
# A task whose result was taken, and which nothing refers to any more, is forgotten by the
# scheduler. The bytes that were sent with it stay: the client's connection has a log of its
# last messages, which holds whole messages with the arguments of tasks in them. Its length is
# the setting distributed.admin.low-level-log-length, which the documentation describes as one
# of logs for developers, and which is 1,000. With arguments of half a megabyte that is half a
# gigabyte in the client, which looks like a leak in the program that uses it. With 0 nothing is
# kept.
#
# Seen with distributed 2026.8.0 and dask 2026.8.0: after 40 tasks with half a megabyte each,
# whose results were taken, the client's log holds 20 MB; with the setting at 0, nothing.
#
# Needs python3. Exit 0: still so. Exit 1: changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check \
    distributed==2026.8.0 dask==2026.8.0
cat >look.py <<'P'
import gc
import os

import dask
import distributed

TASKS, SIZE = 40, 500_000


def length(value):
    return len(value)


def held(log_length):
    """Return how many tasks are known, and how many bytes the client's log holds, at the end."""
    settings = {} if log_length is None else {
        "distributed.admin.low-level-log-length": log_length
    }
    with (
        dask.config.set(settings),
        distributed.LocalCluster(
            n_workers=1, processes=False, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        for _ in range(TASKS):
            task = client.submit(length, os.urandom(SIZE), pure=False)
            assert task.result() == SIZE
            del task
        gc.collect()
        client.sync(lambda: __import__("asyncio").sleep(0.5))
        known = len(cluster.scheduler.tasks)
        log = client.scheduler_comm.recent_message_log
        return known, sum(map(size, log))


def size(value):
    """Return how many bytes there are in nested messages."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        return len(value)
    if isinstance(value, dict):
        return sum(map(size, value.values()))
    if isinstance(value, (list, tuple, set)):
        return sum(map(size, value))
    return sum(map(size, getattr(value, "frames", ())))


if __name__ == "__main__":
    usual, none = held(None), held(0)
    print("distributed", distributed.__version__)
    print("usual setting: tasks known", usual[0], "bytes in the log", usual[1])
    print("length 0:      tasks known", none[0], "bytes in the log", none[1])
    assert usual[0] == none[0] == 0
    assert usual[1] >= TASKS * SIZE
    assert none[1] == 0
P
if venv/bin/python look.py; then
    echo "still so"
else
    echo "changed"
    exit 1
fi
