#!/usr/bin/env bash
# cryptography (pyca): opening a passphrase-protected PKCS #8 key stops all other Python threads
# until its PBKDF2 is done; opening the same key in OpenSSH's format, under bcrypt, does not.
#
# A program that shows "still working" from a timer thread, or answers heartbeats, while a user's
# key is opened behaves for id_ed25519 as written by ssh-keygen. For the same key as written by
# openssl with a large -iter (five million take about a second), the timer fires only after the
# key is open, so the notice comes too late: load_pem_private_key holds the interpreter's lock.
#
# Seen with cryptography 50.0.2 and bcrypt 5.0.0: some dozens of ticks of a thread that sleeps for
# 10 ms for OpenSSH, at most two for PKCS #8, each over more than half a second.
#
# Needs python3 and openssl. Exit 0: still so. Exit 1: changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check cryptography==50.0.2 bcrypt==5.0.0
openssl genpkey -algorithm ed25519 2>/dev/null |
    openssl pkcs8 -topk8 -v2 aes-256-cbc -iter 5000000 -passout pass:x -out key.p8
cat >look.py <<'P'
import threading
import time

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)


def ticks_during(load, raw):
    """Return how often a thread that sleeps 10 ms woke while a key was opened, and the time."""
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            time.sleep(0.01)
            ticks.append(time.monotonic())

    thread = threading.Thread(target=tick)
    thread.start()
    time.sleep(0.1)
    started = time.monotonic()
    load(raw, b"x")
    ended = time.monotonic()
    done.set()
    thread.join()
    return sum(started < at < ended for at in ticks), ended - started


ssh_format = PrivateFormat.OpenSSH
locked = ssh_format.encryption_builder().kdf_rounds(150).build(b"x")
made = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, ssh_format, locked)
ssh = ticks_during(load_ssh_private_key, made)
with open("key.p8", "rb") as file:
    pkcs8 = ticks_during(load_pem_private_key, file.read())
for name, (ticks, seconds) in (("OpenSSH", ssh), ("PKCS #8", pkcs8)):
    print(f"{name}: {ticks} ticks in {seconds:.1f} s")
assert min(ssh[1], pkcs8[1]) > 0.5, "too fast to tell"
assert ssh[0] > 10
assert pkcs8[0] <= 2
P
venv/bin/python look.py
