"""A plain Firefox, over WebDriver BiDi."""

import base64
import contextlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tests.support.browsers.tab import HOST, Handle, Tab
from tests.support.browsers.wire import DOWNLOADS, BrowserError, Wire, started

_OPTIONS: Final = ("--headless", "--no-remote", "--new-instance", "--remote-debugging-port=0")
_ADDRESS: Final = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
_SETTINGS: Final[dict[str, bool | int | str]] = {
    # Else the settings for automation apply, and pages from the disk may read its files.
    "remote.prefs.recommended": False,
    "dom.file.createInChild": True,  # so that a test can choose files in pages from a host
    "browser.download.alwaysOpenPanel": False,  # it would take the keys away from the page
    "browser.download.folderList": 2,  # the folder that is named
    "browser.sessionstore.interval": 1_000,  # milliseconds; else fifteen seconds
    # Nothing of the browser's own on the network, and no first page.
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
    "app.normandy.enabled": False,
    "extensions.systemAddon.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
}
_EVENTS: Final = [
    "browsingContext.downloadEnd",
    "browsingContext.load",
    "log.entryAdded",
    "network.beforeRequestSent",
]
_KEYS: Final = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "Shift": "\ue008"}


@contextlib.contextmanager
def firefox(program: str, *, dark: bool = False) -> Iterator[Tab]:
    """Start Firefox; ``dark`` as people set it in their system, which no protocol can change."""

    def command(profile: Path) -> list[str]:
        settings = _SETTINGS | {"browser.download.dir": str(profile / DOWNLOADS)}
        if dark:
            settings["layout.css.prefers-color-scheme.content-override"] = 0
        lines = (
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in settings.items()
        )
        (profile / "user.js").write_text("".join(lines), encoding="utf-8")
        return [program, *_OPTIONS, "--profile", str(profile)]

    with started(command, _ADDRESS, "/session") as wire:
        yield FirefoxTab(wire)


class FirefoxTab(Tab):
    """A tab of Firefox."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire.downloads.parent)
        self._wire = wire
        wire.call("session.new", {"capabilities": {}})
        contexts = wire.call("browsingContext.getTree", {})["contexts"]
        self._context = contexts[0]["context"]
        self._saved = ""
        self._beside: set[str] = set()
        wire.on_event = self._event
        wire.call("session.subscribe", {"events": _EVENTS})

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command of the protocol to the tab."""
        return self._wire.call(method, {"context": self._context, **params})

    def _event(self, method: str, params: dict[str, Any]) -> None:
        # A file that a relay sends is saved by the tab that was opened for it.
        if method == "browsingContext.downloadEnd":
            self._saved = params["filepath"]
        elif method == "browsingContext.load" and params["url"].startswith("http"):
            self._beside |= {params["context"]} - {self._context}
        if params.get("context", params.get("source", {}).get("context")) != self._context:
            return
        if method == "network.beforeRequestSent":
            self.asked.append(params["request"]["url"])
        elif method == "log.entryAdded":
            self.told.append(params["text"] or "")

    def open(self, address: str | Path) -> None:
        self.told.clear()
        self.asked.clear()
        if self._saved:
            self._take_another_window()
        url = address.as_uri() if isinstance(address, Path) else address
        self.send("browsingContext.navigate", url=url, wait="complete")

    def _take_another_window(self) -> None:
        """Leave the window in which a download has taken the keys away from the page."""
        old, self._saved = self._context, ""
        created = self._wire.call("browsingContext.create", {"type": "window"})
        self._context = created["context"]
        self._wire.call("browsingContext.close", {"context": old})

    def reload(self) -> None:
        self.send("browsingContext.reload", wait="complete")

    def _call(self, function: str, arguments: Sequence[Any], **how: Any) -> dict[str, Any]:
        answer = self._wire.call(
            "script.callFunction",
            {
                "functionDeclaration": function,
                "arguments": [_argument(value) for value in arguments],
                "target": {"context": self._context},
                "awaitPromise": True,
                "userActivation": True,
                **how,
            },
        )
        if answer["type"] != "success":
            raise BrowserError(function, answer["exceptionDetails"])
        result: dict[str, Any] = answer["result"]
        return result

    def call(self, function: str, *arguments: Any) -> Any:
        # Plain values come back as JSON: BiDi's own form of them is another one.
        as_json = f"async (...all) => JSON.stringify(await ({function})(...all))"
        found = self._call(as_json, arguments)
        return json.loads(found["value"]) if found["type"] == "string" else None

    def run(self, program: str) -> None:
        answer = self._wire.call(
            "script.evaluate",
            {
                "expression": f"{program};0",
                "target": {"context": self._context},
                "awaitPromise": False,
            },
        )
        if answer["type"] != "success":
            raise BrowserError(answer["exceptionDetails"])

    def node(self, function: str, *arguments: Any) -> Handle:
        found = self._call(function, arguments)
        if "sharedId" not in found:
            raise BrowserError("no such node", function, arguments)
        return Handle(found["sharedId"])

    def root(self) -> Handle:
        found = self._call(
            f"() => document.querySelector('{HOST}')",
            [],
            serializationOptions={"includeShadowTree": "all", "maxDomDepth": 0},
        )
        shadow = found["value"]["shadowRoot"]
        assert shadow["value"]["mode"] == "closed"
        return Handle(shadow["sharedId"])

    def choose(self, place: Handle, files: Sequence[Path]) -> None:
        paths = [str(file) for file in files]
        self.send("input.setFiles", element={"sharedId": place.name}, files=paths)

    def press(self, *keys: str) -> None:
        actions = [
            {"type": kind, "value": _KEYS.get(key, key)}
            for key in keys
            for kind in ("keyDown", "keyUp")
        ]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self.send("input.performActions", actions=[source])

    def tap(self, place: Handle) -> None:
        self.call("element => element.scrollIntoView({block: 'center'})", place)
        there = {"type": "element", "element": {"sharedId": place.name}}
        actions = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": there},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        self.send(
            "input.performActions", actions=[{"type": "pointer", "id": "mouse", "actions": actions}]
        )

    def resize(self, width: int, height: int) -> None:
        self.send("browsingContext.setViewport", viewport={"width": width, "height": height})

    def screenshot(self) -> bytes:
        found = self.send("browsingContext.captureScreenshot", origin="document")
        return base64.b64decode(found["data"])

    def download(self, link: Handle) -> Path:
        self._saved = ""
        self.tap(link)
        self._wire.wait(lambda: bool(self._saved))
        return Path(self._saved)

    def beside(self) -> str:
        self._wire.wait(lambda: bool(self._beside))
        context = self._beside.pop()
        found = self._wire.call(
            "script.evaluate",
            {
                "expression": "document.body.innerText",
                "target": {"context": context},
                "awaitPromise": False,
            },
        )
        self._wire.call("browsingContext.close", {"context": context})
        words: str = found["result"]["value"]
        return words

    def printed(self) -> bytes:
        found = self.send("browsingContext.print", page={"width": 21.0, "height": 29.7})
        return base64.b64decode(found["data"])


def _argument(value: Any) -> dict[str, Any]:
    if isinstance(value, Handle):
        return {"sharedId": value.name}
    if value is None:
        return {"type": "null"}
    kind = {bool: "boolean", str: "string", int: "number"}[type(value)]
    return {"type": kind, "value": value}
