"""What tests do with a tab of any browser."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import axe_playwright_python


@dataclass(frozen=True, slots=True)
class Handle:
    """A node of the page, by the name that the browser has for it."""

    name: str


HOST: Final = "cosign-reader, cosign-member"
"""The element whose closed shadow root holds what a page draws."""

_FIND: Final = "(root, css) => root.querySelector(css)"


class Tab(ABC):
    """A tab.

    Attributes:
        told: what its console said: errors, and refusals by the page's policy.
        asked: addresses that it asked for, its own first.
        profile: the folder where the browser keeps what it keeps.
    """

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.told: list[str] = []
        self.asked: list[str] = []

    @abstractmethod
    def open(self, address: str | Path) -> None:
        """Load a file or an address, and wait until it is loaded."""

    @abstractmethod
    def reload(self) -> None:
        """Load the page again, as a reader does, and wait until it is loaded."""

    @abstractmethod
    def call(self, function: str, *arguments: Any) -> Any:
        """Call a function of JavaScript with handles and plain values; return what it returns.

        It runs in the page, behind its policy's back, and a promise is awaited.

        Raises:
            BrowserError: it threw.
        """

    @abstractmethod
    def run(self, program: str) -> None:
        """Run a program of JavaScript in the page, behind its policy's back."""

    @abstractmethod
    def node(self, function: str, *arguments: Any) -> Handle:
        """Call a function that returns a node."""

    @abstractmethod
    def root(self) -> Handle:
        """Return the closed shadow root of the page's :data:`HOST`."""

    @abstractmethod
    def choose(self, place: Handle, files: Sequence[Path]) -> None:
        """Choose files in a file input, as its dialog would."""

    @abstractmethod
    def press(self, *keys: str) -> None:
        """Press keys, one after another: names such as ``Tab``, or single characters."""

    @abstractmethod
    def tap(self, place: Handle) -> None:
        """Press the mouse on the middle of an element."""

    @abstractmethod
    def resize(self, width: int, height: int) -> None:
        """Set the size of the page in CSS pixels."""

    @abstractmethod
    def screenshot(self) -> bytes:
        """Return the whole page as PNG."""

    @abstractmethod
    def download(self, link: Handle) -> Path:
        """Follow a link that saves a file, and return the saved file."""

    @abstractmethod
    def beside(self) -> str:
        """Wait for a page that opens in a tab of its own; return its text, and close it."""

    @abstractmethod
    def printed(self) -> bytes:
        """Return the page on A4 as PDF."""

    def find(self, css: str) -> Handle:
        """Return an element of the closed shadow root."""
        return self.node(_FIND, self.root(), css)

    def text(self, css: str) -> str:
        """Return the rendered text of an element of the closed shadow root."""
        found: str = self.call("element => element.innerText", self.find(css))
        return found

    def click(self, css: str) -> None:
        """Click an element of the closed shadow root."""
        self.call("element => element.click()", self.find(css))

    def type(self, css: str, words: str) -> None:
        """Focus a field of the closed shadow root and put words into it."""
        self.call(
            "(field, words) => { field.focus(); field.value = words;"
            " field.dispatchEvent(new Event('input', {bubbles: true})) }",
            self.find(css),
            words,
        )

    def axe(self) -> dict[str, Any]:
        """Return what axe-core finds, in the closed shadow root as well."""
        self.run(Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8"))
        found: dict[str, Any] = self.call(
            """async root => {
                Object.defineProperty(root.host, "shadowRoot", {value: root, configurable: true})
                try {
                    const {violations, passes} = await axe.run()
                    return {violations, passes}
                } finally {
                    delete root.host.shadowRoot
                }
            }""",
            self.root(),
        )
        return found

    def wait_for(self, css: str) -> None:
        """Wait until the closed shadow root has an element that fits."""
        self.call(
            """(root, css) => new Promise(resolve => {
                const look = () => {
                    if (!root.querySelector(css)) return
                    watch.disconnect()
                    resolve()
                }
                const watch = new MutationObserver(look)
                watch.observe(root, {subtree: true, childList: true, attributes: true})
                look()
            })""",
            self.root(),
            css,
        )
