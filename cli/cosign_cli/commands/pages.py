"""``cosign-letter pages``: which web pages this program ships."""

from typing import Annotated

import typer

from cosign.words import counted
from cosign_cli.shared.command import command
from cosign_cli.shared.console import Console


@command(anywhere=True)
def run(
    console: Console,
    digests: Annotated[
        bool, typer.Option("--digests", help="Print the SHA-256 of each, as sha256sum does.")
    ] = False,
) -> None:
    """List the web pages that this program ships; cosign-letter page writes them.

    The digest of a page with a letter in it is that of the page without: cosign-letter verify
    compares it.
    """
    from cosign.stores.pages import page_digests, shipped_pages

    sizes = {name: len(page) for name, page in shipped_pages().items()}
    found = {name: digest.hex() for name, digest in page_digests().items()}
    lines = (
        f"{found[name]}  {name}" if digests else f"{name}: {counted(size, 'byte')}"
        for name, size in sizes.items()
    )
    data = [{"name": name, "bytes": size, "sha256": found[name]} for name, size in sizes.items()]
    console.result("\n".join(lines), {"pages": data})
