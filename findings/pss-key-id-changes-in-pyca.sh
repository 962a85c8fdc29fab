#!/usr/bin/env bash
# pyca/cryptography: a public key of type id-RSASSA-PSS comes out as rsaEncryption, so its
# Privacy Pass key id changes.
#
# RFC 9578, section 8.2.2 publishes a token issuer's RSA key as a SubjectPublicKeyInfo of type
# id-RSASSA-PSS with SHA-384, MGF1 with SHA-384 and a salt of 48 bytes (the parameters of blind
# RSA, RFC 9474), and the key id is the SHA-256 of these bytes. A program that loads the key
# and writes it again would expect the same bytes: the file is valid DER, and the key stays
# the same key.
#
# Seen with cryptography 50.0.2 (OpenSSL 4.0.3 inside): load_der_public_key takes the key
# without a word, and public_bytes writes 422 bytes of type rsaEncryption with NULL parameters
# instead of the 474 bytes that were read. So the key id is another one, and a client that hashes
# what the library writes looks for an issuer that does not exist. Nothing on the loaded
# object tells the two types apart: no attribute, and the two objects are equal.
#
# Needs python3 and the openssl command, which makes the key. Exit 0: still so. Exit 1: changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check cryptography==50.0.2
openssl genpkey -quiet -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:3072 \
    -pkeyopt rsa_pss_keygen_md:sha384 -pkeyopt rsa_pss_keygen_mgf1_md:sha384 \
    -pkeyopt rsa_pss_keygen_saltlen:48 -out issuer.pem 2>key.log || { cat key.log; exit 2; }
openssl pkey -in issuer.pem -pubout -outform DER -out issuer.der
cat >look.py <<'P'
import hashlib
import pathlib

import cryptography
from cryptography.hazmat.primitives import serialization

read = pathlib.Path("issuer.der").read_bytes()
key = serialization.load_der_public_key(read)
written = key.public_bytes(
    serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
)
again = serialization.load_der_public_key(written)
OID = {
    bytes.fromhex("06092a864886f70d01010a"): "id-RSASSA-PSS",
    bytes.fromhex("06092a864886f70d010101"): "rsaEncryption",
}


def kind(der):
    return next(name for oid, name in OID.items() if oid in der[:40])


print("cryptography", cryptography.__version__)
print("read   ", len(read), "bytes,", kind(read), "key id", hashlib.sha256(read).hexdigest()[:16])
print("written", len(written), "bytes,", kind(written), "key id",
      hashlib.sha256(written).hexdigest()[:16])
print("the two objects are equal:", key == again)
seen = (kind(read), kind(written), len(written), key == again)
expected = ("id-RSASSA-PSS", "rsaEncryption", 422, True)
raise SystemExit(0 if seen == expected and read != written else 1)
P
venv/bin/python look.py
