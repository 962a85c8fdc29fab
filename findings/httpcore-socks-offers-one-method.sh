#!/usr/bin/env bash
# httpcore: with a user name and password, a SOCKS5 proxy that wants none is unreachable.
#
# RFC 1928 lets a client offer several ways of signing in, and the proxy picks one. curl, given a
# user, offers both "no authentication" and the password, so it works with every proxy. httpcore
# offers the password alone. That matters for Tor, whose users name a different user for each
# stream to keep streams apart (IsolateSOCKSAuth), and who may have another SOCKS proxy on the
# same port: with httpcore the same setting reaches Tor and fails elsewhere.
#
# Seen with httpcore 1.0.9, socksio 1.0.0 and pproxy 2.7.9: the greeting is 05 01 02, and the
# request ends with ProxyError; without a user it is answered, and curl is answered with one.
#
# Needs python3 and curl. Exit 0: still so. Exit 1: changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check \
    'httpcore[socks]==1.0.9' socksio==1.0.0 pproxy==2.7.9
cat >look.py <<'P'
import contextlib
import http.server
import socket
import subprocess
import sys
import threading
import time

import httpcore


class Empty(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def ask(port, user):
    """Ask the web server through a proxy; return the status or the name of the error."""
    with httpcore.SOCKSProxy(f"socks5://127.0.0.1:{port}", proxy_auth=user) as pool:
        try:
            return pool.request("GET", url).status
        except Exception as e:
            return type(e).__name__


def greeting():
    """Return the first bytes that httpcore sends to a proxy."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=ask, args=(port, ("user", "word")))
        thread.start()
        line, _ = listener.accept()
        with line:
            found = line.recv(100)
        thread.join()
    return found


web = http.server.HTTPServer(("127.0.0.1", 0), Empty)
threading.Thread(target=web.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{web.server_port}/"
with socket.create_server(("127.0.0.1", 0)) as probe:
    port = probe.getsockname()[1]
line = [sys.executable, "-m", "pproxy", "-l", f"socks5://127.0.0.1:{port}"]
proxy = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    for _ in range(200):
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port)).close()
            break
        time.sleep(0.05)
    without, with_user = ask(port, None), ask(port, ("user", "word"))
    curl = ["curl", "-s", "-o", "body", "-w", "%{http_code}", "--proxy-user", "user:word"]
    done = subprocess.run([*curl, "--socks5", f"127.0.0.1:{port}", url], capture_output=True)
finally:
    proxy.kill()
    proxy.wait()
first = greeting()
print(f"httpcore without a user: {without}; with one: {with_user}, greeting {first.hex(' ')}")
print(f"curl with one: {done.stdout.decode()}")
assert (without, with_user, done.stdout) == (204, "ProxyError", b"204")
assert first == b"\x05\x01\x02"
P
venv/bin/python look.py
