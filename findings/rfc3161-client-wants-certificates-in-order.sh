#!/usr/bin/env bash
# rfc3161-client: an answer of "openssl ts" with the authority's chain is refused when its own
# certificate is longer than the root's.
#
# The certificates in a CMS SignedData are a SET OF (RFC 5652, section 5.1). CMS may be BER, where a
# set has no order; only DER sorts it. "openssl ts -reply" with "certs = FILE" writes the signer's
# certificate first and then those of the file, so whether they happen to be sorted depends on their
# lengths. OpenSSL verifies both kinds of answers.
#
# Seen with rfc3161-client 1.0.9 and OpenSSL 3.0: the answer of an authority with a short name is
# decoded and verified; that of one with a long name raises ValueError, "InvalidSetOrdering", at
# SignedData::certificates, before anything is verified. "openssl ts -verify" says OK for both.
#
# Needs python3 and the openssl command. Exit 0: still so. Exit 1: changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check rfc3161-client==1.0.9
cat >conf <<'C'
[tsa]
default_tsa = clock
[clock]
serial = serial
signer_cert = clock.pem
signer_key = clock.key
certs = root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha512
ess_cert_id_alg = sha256
[stamps]
extendedKeyUsage = critical,timeStamping
C
echo "words to stamp" >words
ec=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
root="/CN=A root whose name has about forty characters"
openssl req -x509 "${ec[@]}" -keyout root.key -out root.pem -subj "$root" 2>log
for name in "S" "A clock whose name is much longer than that of its root, too"; do
    echo 01 >serial
    openssl req "${ec[@]}" -keyout clock.key -out asked -subj "/CN=$name/O=${name:0:60}" 2>log
    openssl x509 -req -in asked -CA root.pem -CAkey root.key -CAcreateserial \
        -extfile conf -extensions stamps -out clock.pem 2>log
    openssl ts -query -data words -sha512 -cert -no_nonce -out query 2>log
    openssl ts -reply -config conf -queryfile query -out "${#name}.tsr" 2>log
    openssl ts -verify -data words -in "${#name}.tsr" -CAfile root.pem 2>log
done
cat >look.py <<'P'
import importlib.metadata
import pathlib

import rfc3161_client as client
from cryptography import x509

root = x509.load_pem_x509_certificate(pathlib.Path("root.pem").read_bytes())
verifier = client.VerifierBuilder().add_root_certificate(root).build()
words = pathlib.Path("words").read_bytes()
seen = []
for path in sorted(pathlib.Path().glob("*.tsr"), key=lambda p: int(p.stem)):
    try:
        answer = client.decode_timestamp_response(path.read_bytes())
        seen.append(verifier.verify_message(answer, words))
    except ValueError as error:
        seen.append("InvalidSetOrdering" in str(error))
        print(error)
        seen[-1] = "refused" if seen[-1] else str(error)
print("rfc3161-client", importlib.metadata.version("rfc3161-client"), seen)
raise SystemExit(0 if seen == [True, "refused"] else 1)
P
venv/bin/python look.py
