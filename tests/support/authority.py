"""A time stamp authority of tests: ``openssl ts``, with certificates of its own."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

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
