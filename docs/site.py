"""What the site's builder does to our sources: mkdocs.yml names this file twice.

As a hook, it lays the site out like the repository, README.md at the root and the rest
under docs/, so that a relative link leads to the same page on the site and on a git
host. As an extension of the reference, it turns the roles of docstrings, such as
``:class:`Secret```, into links, each of which has to lead somewhere.
"""

import re
from pathlib import Path
from typing import Any, Final

import griffe
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

_ROLE: Final = re.compile(r":[a-z]+:`(~?)([\w.]+)`")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Replace the files of docs/ by those of the repository that are documents."""
    docs = Path(config.docs_dir)
    root = docs.parent
    found = [
        *(root / "LICENSE", *root.glob("*.md")),
        *(path for kind in ("md", "svg", "json") for path in docs.rglob(f"*.{kind}")),
        *(root / "tests").rglob("test_*.py"),  # the threat model links to what tries its claims
    ]
    theme = [file for file in files if file.src_dir != config.docs_dir]
    ours = [
        File(str(path.relative_to(root)), str(root), config.site_dir, config.use_directory_urls)
        for path in sorted(found)
    ]
    return Files([*theme, *ours])


def _link(role: re.Match[str]) -> str:
    short, target = role.groups()
    shown = target.rpartition(".")[2] if short else target
    return f"[`{shown}`][{target}]"


class Docstrings(griffe.Extension):
    """Writes docstrings as Markdown."""

    def on_object(self, *, obj: griffe.Object, loader: griffe.GriffeLoader, **kwargs: Any) -> None:
        """Rewrite the docstring of one object."""
        del loader, kwargs
        if obj.docstring:
            text = obj.docstring.value.replace("\n::\n", "\n")
            obj.docstring.value = _ROLE.sub(_link, text.replace("::\n", ":\n"))
