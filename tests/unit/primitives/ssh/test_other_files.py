"""Files that people take for lists of ssh keys are named, with what to do."""

import pytest

from cosign.errors import MalformedError
from cosign.primitives.ssh.lines import read_public_lines
from tests.support import ssh

KEY = ssh.key_file()
LINE = ssh.line(ssh.blob_of(KEY))
RAW = ssh.public_key(KEY)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        *(
            (f"-----BEGIN {kind}PRIVATE KEY-----", "a private key")
            for kind in ("OPENSSH ", "RSA ", "EC ", "", "ENCRYPTED ")
        ),
        ("PuTTY-User-Key-File-3: ssh-ed25519", "a private key"),
        ("---- BEGIN SSH2 PUBLIC KEY ----", "a public key of another program"),
        ("-----BEGIN PUBLIC KEY-----", "a public key of another program"),
        ("-----BEGIN SSH SIGNATURE-----", "a signature"),
        (f"|1|F1E1FsoLFVYD/1nfO8FdsLhCkbA=|5fQ0= {LINE}", "a known_hosts file"),
        (f"[web1.example.org]:2222,[10.0.0.7]:2222 {LINE}", "a known_hosts file"),
        (f"@cert-authority *.example.org {LINE}", "a known_hosts file"),
        (f"@revoked * {LINE}", "a known_hosts file"),
    ],
)
def test_another_file_is_named(line: str, what: str) -> None:
    """Removing the line, as other hints say, would not help."""
    with pytest.raises(MalformedError, match=f"line 2 is of {what}") as caught:
        read_public_lines(f"# a comment\n{line}\n")
    assert "remove the line" not in caught.value.hint


def test_a_key_in_another_form_is_converted_as_the_hint_says() -> None:
    """PuTTY and others write public keys as in RFC 4716."""
    exported = ssh.make("-e", "-f", f"{KEY}.pub").decode()
    with pytest.raises(MalformedError, match="line 1 is of a public key") as caught:
        read_public_lines(exported)
    path = ssh.folder() / "exported"
    path.write_text(exported)
    typed = caught.value.hint.rpartition(": ")[2].split()
    assert (typed[0], typed[-1]) == ("ssh-keygen", "KEY")
    assert ssh.read_one(ssh.make(*typed[1:-1], path).decode()).key == RAW
