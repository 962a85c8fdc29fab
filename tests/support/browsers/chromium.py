"""A plain Chromium, over the Chrome DevTools Protocol."""

import base64
import contextlib
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from tests.support.browsers.tab import HOST, Handle, Tab
from tests.support.browsers.wire import PATIENCE, BrowserError, Wire, started

_OPTIONS: Final = (
    "--headless=new",
    "--no-sandbox",  # it does not start for root, as whom CI runs; the pages are ours
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
_ADDRESS: Final = re.compile(r"DevTools listening on (ws://\S+)")
_CODES: Final = {"Tab": 9, "Enter": 13, "Escape": 27, " ": 32}


@contextlib.contextmanager
def chromium(program: str, *more: str) -> Iterator[Tab]:
    """Start Chromium, with further options."""

    def command(profile: Path) -> list[str]:
        return [program, *_OPTIONS, *more, f"--user-data-dir={profile}", "about:blank"]

    with started(command, _ADDRESS) as wire:
        yield ChromiumTab(wire)


class ChromiumTab(Tab):
    """A tab of Chromium."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire.downloads.parent)
        self._wire = wire
        wire.on_event = self._event
        target = wire.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = wire.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        self._session = attached["sessionId"]
        self._target = target
        self._loaded = False
        self._saved = ""
        behaviour = {
            "behavior": "allow",
            "downloadPath": str(wire.downloads),
            "eventsEnabled": True,
        }
        wire.call("Browser.setDownloadBehavior", behaviour)
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command of the protocol to the tab."""
        return self._wire.call(method, params, sessionId=self._session)

    def _event(self, method: str, params: dict[str, Any]) -> None:
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Browser.downloadProgress" and params["state"] == "completed":
            self._saved = params["filePath"]
        elif method == "Network.requestWillBeSent":
            self.asked.append(params["request"]["url"])
        elif method == "Log.entryAdded":
            self.told.append(params["entry"]["text"])
        elif method == "Runtime.consoleAPICalled":
            self.told.append(str([part.get("value") for part in params["args"]]))
        elif method == "Runtime.exceptionThrown":
            self.told.append(str(params["exceptionDetails"]))

    def open(self, address: str | Path) -> None:
        self._loaded = False
        self.told.clear()
        self.asked.clear()
        url = address.as_uri() if isinstance(address, Path) else address
        if error := self.send("Page.navigate", url=url).get("errorText"):
            raise BrowserError(url, error)
        self._wire.wait(lambda: self._loaded)

    def reload(self) -> None:
        self._loaded = False
        self.send("Page.reload")
        self._wire.wait(lambda: self._loaded)

    def back(self) -> None:
        """Go back to the page before, and wait until it was loaded."""
        self._loaded = False
        found = self.send("Page.getNavigationHistory")
        before = found["entries"][found["currentIndex"] - 1]
        self.send("Page.navigateToHistoryEntry", entryId=before["id"])
        self._wire.wait(lambda: self._loaded)

    def _call(self, function: str, arguments: Sequence[Any], *, by_value: bool) -> dict[str, Any]:
        world = self.send("Runtime.evaluate", expression="globalThis")["result"]["objectId"]
        answer = self.send(
            "Runtime.callFunctionOn",
            functionDeclaration=function,
            objectId=world,
            arguments=[_argument(value) for value in arguments],
            awaitPromise=True,
            returnByValue=by_value,
            userGesture=True,
        )
        if "exceptionDetails" in answer:
            raise BrowserError(function, answer["exceptionDetails"])
        result: dict[str, Any] = answer["result"]
        return result

    def call(self, function: str, *arguments: Any) -> Any:
        return self._call(function, arguments, by_value=True).get("value")

    def run(self, program: str) -> None:
        answer = self.send("Runtime.evaluate", expression=f"{program};0")
        if "exceptionDetails" in answer:
            raise BrowserError(answer["exceptionDetails"])

    def node(self, function: str, *arguments: Any) -> Handle:
        found = self._call(function, arguments, by_value=False)
        if "objectId" not in found:
            raise BrowserError("no such node", function, arguments)
        return Handle(found["objectId"])

    def root(self) -> Handle:
        self.send("DOM.getDocument", depth=0)
        host = self.node(f"() => document.querySelector('{HOST}')")
        node = self.send("DOM.describeNode", objectId=host.name, depth=0, pierce=True)["node"]
        [shadow] = node["shadowRoots"]
        assert shadow["shadowRootType"] == "closed"
        found = self.send("DOM.resolveNode", backendNodeId=shadow["backendNodeId"])
        return Handle(found["object"]["objectId"])

    def choose(self, place: Handle, files: Sequence[Path]) -> None:
        self.send("DOM.setFileInputFiles", objectId=place.name, files=[str(file) for file in files])

    def press(self, *keys: str) -> None:
        for key in keys:
            text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
            code = _CODES.get(key, 0)
            for kind in ("keyDown", "keyUp"):
                more = {"text": text} if kind == "keyDown" and text else {}
                self.send(
                    "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, **more
                )

    def tap(self, place: Handle) -> None:
        self.call("element => element.scrollIntoView({block: 'center'})", place)
        box = self.call("element => element.getBoundingClientRect().toJSON()", place)
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def resize(self, width: int, height: int) -> None:
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def prefer(self, scheme: str, media: str = "") -> None:
        """Prefer ``light`` or ``dark``, as people set it in their system; on paper as ``print``."""
        wish = {"name": "prefers-color-scheme", "value": scheme}
        self.send("Emulation.setEmulatedMedia", features=[wish], media=media)

    def drop(self, place: Handle, file: Path) -> None:
        """Drag a file from the desktop onto an element."""
        box = self.call("element => element.getBoundingClientRect().toJSON()", place)
        x, y = box["x"] + box["width"] / 2, box["y"] + 5
        data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", "drop"):
            self.send("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)

    def screenshot(self) -> bytes:
        found = self.send("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(found["data"])

    def download(self, link: Handle) -> Path:
        self._saved = ""
        self.call("link => link.click()", link)
        self._wire.wait(lambda: bool(self._saved))
        return Path(self._saved)

    def beside(self) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for target in self._wire.call("Target.getTargets", {})["targetInfos"]:
                if target["type"] == "page" and target["targetId"] != self._target:
                    with contextlib.suppress(BrowserError):  # it was closed, or is loading
                        if text := self._text_of(target["targetId"]):
                            return text
        raise BrowserError("nothing opened beside the page")

    def _text_of(self, target: str) -> str:
        """Return the text of a tab whose page is there, and close it; else return nothing."""
        attached = self._wire.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        ready = "location.protocol === 'http:' && document.readyState === 'complete'"
        asked = {"expression": f"{ready} ? document.body.innerText : ''"}
        found = self._wire.call("Runtime.evaluate", asked, sessionId=attached["sessionId"])
        text: str = found["result"].get("value", "")
        if text:
            self._wire.call("Target.closeTarget", {"targetId": target})
        else:
            self._wire.call("Target.detachFromTarget", {"sessionId": attached["sessionId"]})
        return text

    def printed(self) -> bytes:
        found = self.send("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)
        return base64.b64decode(found["data"])


def _argument(value: Any) -> dict[str, Any]:
    return {"objectId": value.name} if isinstance(value, Handle) else {"value": value}
