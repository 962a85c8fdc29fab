#!/usr/bin/env bash
# Atheris (libFuzzer) on Linux: -rss_limit_mb can fail a small fuzzer because of memory that only
# the process that started it ever had.
#
# libFuzzer compares the limit with getrusage's peak (ru_maxrss). subprocess.run starts programs
# by vfork, and a program that is executed from there begins with the peak of the process that
# shared its memory. So a test runner that once held 600 MiB, and has freed them since, makes
# "-rss_limit_mb=300" fail at the first new input of a fuzz target that needs a fraction of it;
# the same line passes in a shell. Who sets a limit from a large process adds the process's own
# peak, or starts the fuzzer through a small program that forks.
#
# Seen with atheris 3.0.0 on Linux 6: exit code 0 and a peak of less than 300 MiB from a small
# parent; a code other than 0 and "out-of-memory" from a parent that had held 600 MiB.
#
# Needs python3 (a version for which atheris 3.0.0 has a wheel). Exit 0: still so. Exit 1: changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check atheris==3.0.0
cat >target.py <<'P'
import sys

import atheris


def one_input(data: bytes) -> None:
    """Branch on the input and do nothing else."""
    if data[:1] == b"a" and data[1:2] == b"b":
        len(data)


atheris.instrument_func(one_input)
atheris.Setup(sys.argv, one_input)
atheris.Fuzz()
P
cat >start.py <<'P'
import subprocess
import sys

held = bytearray(int(sys.argv[1]) * 2**20)
held[:: 4096] = b"x" * len(held[:: 4096])
del held  # freed before the fuzzer starts
line = [sys.executable, "target.py", "-rss_limit_mb=300", "-max_total_time=3", "-print_final_stats=1"]
done = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print("code", done.returncode)
print("out-of-memory" if "out-of-memory" in done.stdout else "within the limit")
P
venv/bin/python start.py 0 >small
venv/bin/python start.py 600 >large
paste small large
grep -qx "code 0" small && grep -qx "within the limit" small
! grep -qx "code 0" large && grep -qx "out-of-memory" large
