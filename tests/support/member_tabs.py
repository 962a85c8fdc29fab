"""A member at the member's page, who taps, types and chooses files."""

import contextlib
import functools
import http.server
import shutil
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import cosign
from tests.support.browsers.tab import Tab

MEMBER: Final = Path(cosign.__file__).parent / "pages" / "member.html"
"""The page that is shipped."""

PASSPHRASE: Final = "five random words of mine"  # noqa: S105  # opens keys of tests

_HAS: Final = "(root, css) => root.querySelector(css) !== null"
_WRONG: Final = "root => [...root.querySelectorAll('.wrong')].map(one => one.textContent)"


class MemberPage:
    """The page in a tab.

    Attributes:
        tab: in which it is.
        width: in CSS pixels, as a phone has them.
        address: from where it was loaded.
    """

    def __init__(self, tab: Tab, address: str = "", width: int = 360) -> None:
        self.tab, self.width = tab, width
        self.address = address or MEMBER.as_uri()

    def open(self, now: str, fragment: str = "", begin: str = "#begin") -> None:
        """Open the page at a time, by a link that may have a fragment, and begin."""
        self.tab.open("about:blank")
        self.tab.open(self.address + fragment)
        self.tab.resize(self.width, 740)
        moment = datetime.fromisoformat(now).timestamp()
        self.tab.run(f"Date.now = () => {moment * 1000:.0f}")
        self.tap(begin)

    def wait(self, css: str) -> None:
        """Wait for something.

        Raises:
            AssertionError: the page complains of something instead.
        """
        self.tab.wait_for(f"{css}, .wrong:not(:empty)")
        told = self.tab.call(_WRONG, self.tab.root())
        assert self.tab.call(_HAS, self.tab.root(), css), told

    def tap(self, css: str) -> None:
        """Wait for something, and tap it."""
        self.wait(css)
        self.tab.click(css)

    def choose(self, css: str, *files: Path) -> None:
        """Wait for a field, and choose files in it, together."""
        self.wait(css)
        self.tab.choose(self.tab.find(css), files)

    def type(self, css: str, words: str) -> None:
        """Wait for a field, and type with the keys of a keyboard."""
        self.wait(css)
        self.tab.call("field => { field.value = ''; field.focus() }", self.tab.find(css))
        self.tab.press(*words)

    def fill(self, css: str, words: str) -> None:
        """Wait for a field, and put words into it at once."""
        self.wait(css)
        self.tab.type(css, words)

    def follow(self, css: str) -> Path:
        """Wait for a link or button that saves a file, tap it, and return the file."""
        self.wait(css)
        return self.tab.download(self.tab.find(css))

    def read(self, css: str) -> str:
        """Wait for something, and read it."""
        self.wait(css)
        return self.tab.text(css)

    def unfold(self, css: str) -> None:
        """Open a part that is folded."""
        self.wait(css)
        self.tab.call("part => { part.closest('details').open = true }", self.tab.find(css))

    def begin_keys(self, passphrase: str = PASSPHRASE) -> None:
        """Choose a passphrase for new keys."""
        self.unfold("#new-passphrase")
        self.type("#new-passphrase", passphrase)
        self.type("#new-passphrase-again", passphrase)
        self.tap("#create")

    def unlock(self, keys: Path) -> None:
        """Open a key file."""
        self.choose("#keys-file", keys)
        self.type("#passphrase", PASSPHRASE)
        self.tap("#unlock")

    def save(self) -> Path:
        """Save the new key file, load it back, and return it."""
        saved = self.follow("#save-keys")
        self.choose("#saved-file", saved)
        return saved

    def hand_in(self, *, is_chosen: bool = False) -> None:
        """Make the stamp, and hand in at the drop page.

        Args:
            is_chosen: the mailbox was chosen together with another file; else it is fetched now.
        """
        if is_chosen:
            self.tap("#use-mailbox")
        else:
            self.choose("#mailbox", self.follow("#fetch"))
        self.wait("#hand-in button")
        self.tab.tap(self.tab.find("#hand-in button"))
        assert self.tab.beside().startswith("Handed in")


@contextlib.contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """Serve a copy of the page from this machine; yield its address."""
    shutil.copy(MEMBER, folder / "member.html")
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/member.html"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A server that logs nothing."""

    def log_message(self, *_args: object) -> None:
        """Say nothing."""
