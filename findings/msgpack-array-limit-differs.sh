#!/usr/bin/env bash
# msgpack-python: with max_array_len, Unpacker.read_array_header obeys the limit in the pure
# Python form of the package and ignores it in the C form.
#
# A reader of untrusted records sets max_array_len=0, so that no value may be an array, and
# reads the arrays that its schema has with read_array_header. On a machine with a wheel this
# works. Where pip finds no wheel and no compiler, the same version installs without its C
# module, or MSGPACK_PUREPYTHON=1 is set, and then the same program refuses every valid record:
# "3 exceeds max_array_len(0)". Another program that trusts the limit also for
# read_array_header is safe in one form only.
#
# Seen with msgpack 1.2.4 for [1, 2, 3]: C returns 3, pure Python raises ValueError.
#
# Needs python3. Exit 0: still so. Exit 1: changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --only-binary msgpack msgpack==1.2.4
cat >look.py <<'P'
import msgpack

reader = msgpack.Unpacker(max_array_len=0)
reader.feed(msgpack.packb([1, 2, 3]))
try:
    found = reader.read_array_header()
except ValueError as error:
    found = error
print(msgpack.Unpacker.__module__, repr(found))
P
c=$(venv/bin/python look.py)
python=$(MSGPACK_PUREPYTHON=1 venv/bin/python look.py)
printf '%s\n%s\n' "$c" "$python"
[ "$c" = "msgpack._cmsgpack 3" ] &&
    [ "$python" = "msgpack.fallback ValueError('3 exceeds max_array_len(0)')" ]
