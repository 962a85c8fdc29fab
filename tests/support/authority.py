"""A time stamp authority of tests: ``openssl ts``, with certificates of its own."""

import datetime as dt
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asn1crypto.cms
import asn1crypto.core
import asn1crypto.parser
import asn1crypto.tsp
import asn1crypto.x509
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

OPENSSL: Final = shutil.which("openssl") or ""
needed = pytest.mark.skipif(not OPENSSL, reason="openssl is not installed")

_CONFIGURATION: Final = """
[tsa]
default_tsa = authority
[authority]
serial = serial
signer_cert = authority.pem
signer_key = authority.key
certs = root.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
tsa_name = yes
ess_cert_id_alg = sha256
[stamps]
extendedKeyUsage = critical,timeStamping
"""
_KEY: Final = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


@dataclass(frozen=True)
class Authority:
    """An authority in a folder, with its root certificate in ``root.pem``."""

    folder: Path

    @property
    def root(self) -> Path:
        """The certificate that people trust."""
        return self.folder / "root.pem"

    @property
    def certificate(self) -> Path:
        """The certificate under which it answers."""
        return self.folder / "authority.pem"

    def answer(self, request: bytes) -> bytes:
        """Return its answer to a request."""
        (self.folder / "request").write_bytes(request)
        self._openssl("ts", "-reply", "-config", "conf", "-queryfile", "request", "-out", "answer")
        return (self.folder / "answer").read_bytes()

    def _openssl(self, *line: str) -> None:
        done = subprocess.run([OPENSSL, *line], cwd=self.folder, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()


def authority(folder: Path, name: str) -> Authority:
    """Set up an authority with a root certificate and one for its answers.

    Args:
        folder: a new one.
        name: of the organization.
    """
    folder.mkdir()
    found = Authority(folder)
    (folder / "conf").write_text(_CONFIGURATION)
    (folder / "serial").write_text("01\n")
    # The root comes first in the order of DER, and last in what openssl writes.
    root, own = "/CN=Root", f"/O={name}/CN=Clock of {name}"
    found._openssl("req", "-x509", *_KEY, "-keyout", "root.key", "-out", "root.pem", "-subj", root)
    found._openssl("req", *_KEY, "-keyout", "authority.key", "-out", "asked", "-subj", own)
    signed = ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-extensions", "stamps"]
    found._openssl(
        *("x509", "-req", "-in", "asked", "-out", "authority.pem", "-extfile", "conf"), *signed
    )
    return found


def refusal(words: str, answer: bytes) -> bytes:
    """Return an answer that refuses, for the reason in these words.

    Args:
        words: of the authority.
        answer: whose stamp is in it nevertheless; empty for none.
    """
    reason = asn1crypto.core.UTF8String(words).dump()
    content = asn1crypto.core.Integer(2).dump() + _sequence(reason)
    token = b""
    if answer:
        token = asn1crypto.tsp.TimeStampResp.load(answer)["time_stamp_token"].dump()
    return _sequence(_sequence(content) + token)


def _sequence(content: bytes) -> bytes:
    return asn1crypto.parser.emit(class_=0, method=1, tag=16, contents=content)  # type: ignore[no-any-return]


def with_lookalike(answer: bytes, by: Authority, issuer: str, name: str) -> bytes:
    """Return an answer with one more certificate, which says that it is its maker's.

    Args:
        answer: of an authority.
        by: the authority.
        issuer: who signed the certificate, it says.
        name: of the maker, it says.
    """
    true = x509.load_pem_x509_certificate(by.certificate.read_bytes())
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    key = ec.generate_private_key(ec.SECP256R1())
    made = (
        x509.CertificateBuilder(_named(issuer), _named(name), true.public_key())
        .serial_number(true.serial_number)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36_500))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _with_certificates(answer, lambda certificates: [*certificates, _choice(made)])


def certified_anew(
    answer: bytes,
    by: Authority,
    first_day: int,
    uses: list[x509.ObjectIdentifier],
    *,
    critical: bool,
) -> bytes:
    """Return an answer whose authority has another certificate for the same key, by its root.

    Args:
        answer: of an authority.
        by: the authority.
        first_day: from when the certificate is valid, for ten days; in days from now.
        uses: for which the key is, by the certificate; empty for a certificate that says nothing.
        critical: whether programs have to heed that.
    """
    true = x509.load_pem_x509_certificate(by.certificate.read_bytes())
    root = load_pem_private_key((by.folder / "root.key").read_bytes(), None)
    assert isinstance(root, ec.EllipticCurvePrivateKey)
    start = dt.datetime.now(dt.UTC) + dt.timedelta(days=first_day)
    builder = (
        x509.CertificateBuilder(true.issuer, true.subject, true.public_key())
        .serial_number(true.serial_number)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=10))
    )
    if uses:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=critical)
    made = _choice(builder.sign(root, hashes.SHA256()))
    return _with_certificates(
        answer,
        lambda certificates: [
            made if found.chosen.serial_number == true.serial_number else found
            for found in certificates
        ],
    )


def _with_certificates(answer: bytes, change: Callable[[list[Any]], list[Any]]) -> bytes:
    response = asn1crypto.tsp.TimeStampResp.load(answer)
    signed = response["time_stamp_token"]["content"]
    changed = change(list(signed["certificates"]))
    signed["certificates"] = asn1crypto.cms.CertificateSet(changed)
    whole: bytes = response.dump()
    return whole


def _choice(certificate: x509.Certificate) -> Any:
    loaded = asn1crypto.x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    return asn1crypto.cms.CertificateChoices("certificate", loaded)


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
