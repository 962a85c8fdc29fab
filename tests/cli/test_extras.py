"""What needs an extra says so by its name, and nothing of it is loaded before."""

import shlex
import subprocess
import sys
import tomllib
from typing import Final

import pytest

from tests.support import places
from tests.support.commands import Shop

NEEDS: Final = {
    "relay serve": ["sqlalchemy", "starlette", "uvicorn", "alembic"],
    "relay export -o new": ["sqlalchemy", "alembic"],
    "relay import letter.round": ["sqlalchemy", "alembic"],
    f"relay check {'00' * 32} --round letter.round --relay https://relay.example": [
        "httpcore",
        "certifi",
    ],
    "timestamp request published.letter -o new": ["rfc3161_client", "asn1crypto"],
    "timestamp add published.letter letter.md -o new": ["rfc3161_client", "asn1crypto"],
    "verify published.letter --timestamp-ca letter.md": ["rfc3161_client", "asn1crypto"],
}
"""Lines that need libraries of an extra, and which."""


def _extra(line: str) -> str:
    """Return the extra that a line needs."""
    if "timestamp" in line:
        return "timestamps"
    return "client" if "check" in line else "relay"


def extra_requirements(extra: str) -> list[str]:
    """Return the libraries of an extra as pyproject.toml names them."""
    project = tomllib.loads((places.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return sorted(project["optional-dependencies"][extra])


@pytest.mark.parametrize(("line", "module"), [(k, v) for k, vs in NEEDS.items() for v in vs])
def test_without_the_extra(shop: Shop, line: str, module: str) -> None:
    """Where the libraries of an extra are missing, the command says what to install."""
    message, hint = shop.run_without(module, line).problem()
    assert message == f"this needs {module}, which is not installed"
    assert shlex.split(hint) == [
        sys.executable,
        "-m",
        "pip",
        "install",
        *extra_requirements(_extra(line)),
    ]


def test_nothing_is_loaded_that_is_not_needed() -> None:
    """Neither help nor other commands wait for the libraries of the relay or for pools."""
    script = (
        "import sys; from cosign_cli.main import run; run({!r}); "
        "print(sorted(m for m in sys.modules if m in {}))"
    )
    relay, pools = (
        {"sqlalchemy", "starlette", "httpcore"},
        {"concurrent.futures", "multiprocessing"},
    )
    for line, unwanted in (
        (["relay", "--help"], relay | pools),
        (["--version"], relay | pools),
        (["sign", "--help"], relay | pools),
        (["inspect", "none"], relay),
    ):
        code = script.format(line, unwanted)
        ended = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=True, text=True
        )
        assert ended.stdout.splitlines()[-1] == "[]"
