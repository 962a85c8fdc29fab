"""By what a page could load or send something, tried behind its policy's back."""

import contextlib
import socket
from contextlib import closing
from typing import Final

ATTEMPTS: Final = {
    "fetch": "fetch(url, {mode: 'no-cors'}).catch(() => 0)",
    "xhr": "const asked = new XMLHttpRequest(); asked.open('GET', url); asked.send()",
    "socket": "new WebSocket(url.replace('http', 'ws'))",
    "events": "new EventSource(url)",
    "beacon": "navigator.sendBeacon(url, 'x')",
    "import": "import(url).catch(() => 0)",
    "worker": "new Worker(url)",
    "font": "new FontFace('x', `url(${url})`).load().catch(() => 0)",
    "background": "document.body.style.backgroundImage = `url(${url})`",
    "form": "const form = add('form', 'action'); form.method = 'post'; form.submit()",
    **{
        f"{kind} link": f"add('link', 'href').rel = '{kind}'"
        for kind in ("stylesheet", "prefetch", "preload", "modulepreload", "icon", "preconnect")
    },
    **{
        name: f"add('{name}', '{'data' if name == 'object' else 'src'}')"
        for name in ("img", "script", "iframe", "embed", "object", "video", "audio")
    },
}
"""By what a page can load or send something, unless it leaves for another address."""

TRY: Final = """
url => {{
    const add = (name, key) => {{
        const made = document.createElement(name)
        made[key] = url
        document.body.append(made)
        return made
    }}
    try {{ {attempt} }} catch {{ /* refused at once */ }}
}}
"""


def received(server: socket.socket) -> bytes:
    """Return what was sent to a server; browsers connect ahead of what they then do not send."""
    found = b""
    with contextlib.suppress(TimeoutError):
        while True:
            connection, _address = server.accept()
            with closing(connection), contextlib.suppress(TimeoutError):
                connection.settimeout(0.3)
                found += connection.recv(4096)
    return found
