"""What the package is made of, as CycloneDX: ``python -m docs.sbom FILE``, or ``make sbom``.

Reads the environment, which ``requirements-dev.lock`` fixes, and lists what the package
and its relay run on: every distribution that they need, directly or indirectly, and the
C libraries inside three of them, with the version that each library reports. Hashes are
those of ``requirements-relay.lock``: one for each file that pip may install.
"""

import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Final

import gmpy2  # type: ignore[import-untyped]  # ships no type hints
from cryptography.hazmat.backends.openssl.backend import backend
from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import (
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    XsUri,
)
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = "cosign-letter"
_LOCK: Final = Path(__file__).parents[1] / "requirements-relay.lock"


def needed(name: str, extras: frozenset[str] = frozenset({"relay"})) -> dict[str, list[str]]:
    """Return what a distribution needs, what that needs and so on, each with its own needs."""
    found: dict[str, set[str]] = {}
    waiting, seen = [(name, extras)], set()
    while waiting:
        pair = waiting.pop()
        if pair in seen:
            continue
        seen.add(pair)
        this, chosen = pair
        here = [
            r
            for r in map(Requirement, metadata.requires(this) or ())
            if r.marker is None or any(r.marker.evaluate({"extra": e}) for e in ("", *chosen))
        ]
        found.setdefault(this, set()).update(canonicalize_name(r.name) for r in here)
        waiting += [(canonicalize_name(r.name), frozenset(r.extras)) for r in here]
    return {this: sorted(names) for this, names in found.items()}


def locked_hashes() -> dict[str, list[str]]:
    """Return the SHA-256 of every file that the lock allows, by distribution."""
    entries = re.split(r"^(?=\w)", _LOCK.read_text(encoding="ascii"), flags=re.MULTILINE)
    return {e.partition("==")[0]: re.findall("--hash=sha256:([0-9a-f]{64})", e) for e in entries}


def _bundled() -> dict[str, list[Component]]:
    """Return the C libraries inside distributions; libsodium does not tell its version."""
    numbers = (gmpy2.mp_version(), gmpy2.mpfr_version(), gmpy2.mpc_version())
    inside = {
        "cryptography": [("OpenSSL", backend.openssl_version_text().split()[1])],
        "gmpy2": [(n, v.split()[-1]) for n, v in zip(("GMP", "MPFR", "MPC"), numbers, strict=True)],
        "pynacl": [("libsodium", None)],
    }
    return {
        name: [Component(name=n, version=v, bom_ref=f"{name}/{n}") for n, v in libraries]
        for name, libraries in inside.items()
    }


def _component(name: str, hashes: list[str]) -> Component:
    about, version = metadata.metadata(name), metadata.version(name)
    licences = [about[key] for key in ("License-Expression", "License") if key in about]
    digests = [HashType(alg=HashAlgorithm.SHA_256, content=digest) for digest in hashes]
    page = XsUri(f"https://pypi.org/project/{name}/{version}/")
    file = ExternalReference(type=ExternalReferenceType.DISTRIBUTION, url=page, hashes=digests)
    return Component(
        name=name,
        version=version,
        type=ComponentType.APPLICATION if name == ROOT else ComponentType.LIBRARY,
        licenses=[LicenseFactory().make_from_string(text) for text in licences[:1]],
        purl=PackageURL("pypi", name=name, version=version),
        external_references=[file] if hashes else [],
        bom_ref=name,
    )


def bill() -> Bom:
    """Make the bill of materials."""
    graph, hashes, inside = needed(ROOT), locked_hashes(), _bundled()
    listed = {name: _component(name, hashes.get(name, [])) for name in graph}
    bom = Bom()
    bom.metadata.component = listed[ROOT]
    for name, wants in graph.items():
        libraries = inside.get(name, [])
        bom.components.update(libraries, [listed[name]] if name != ROOT else [])
        bom.register_dependency(listed[name], [*(listed[want] for want in wants), *libraries])
    return bom


def main(arguments: list[str]) -> int:
    """Write the bill to the named file."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m docs.sbom FILE\n")
        return 2
    path = Path(arguments[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(JsonV1Dot6(bill()).output_as_string(indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
