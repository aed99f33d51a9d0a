#!/usr/bin/env bash
# aiohttp rewrites the escapes of a URL that it is redirected to
#
# Library:   aiohttp 3.14.5 on yarl 1.25.1.
# Guess:     a session that leaves the escapes of URL(..., encoded=True) alone also leaves those of
#            a Location alone; at least "%2F" stays "%2F".
# Instead:   the Location is requoted. "%2F" stays in the path, but becomes "/" in the query, and
#            "%28" and "%29" become "(" and ")" in the path. The request is for an equivalent URL,
#            not for the same text. ClientSession(requote_redirect_url=False) keeps the text.
# Seen:
#     asked for:             /a%2Fb%28c%29?x-oss-credential=id%2F20260101%2Fcn-hangzhou
#     after the redirect:    /a%2Fb(c)?x-oss-credential=id/20260101/cn-hangzhou
#     with the option False: /a%2Fb%28c%29?x-oss-credential=id%2F20260101%2Fcn-hangzhou
# Matters:   redirecting to a presigned URL is the usual way to hand out a download, and every such
#            URL has "%2F" in its credential. A server that decodes before checking notices nothing;
#            a proxy, cache or server that compares or signs the text as sent sees another URL.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check aiohttp==3.14.5 yarl==1.25.1
timeout 60 "$folder/venv/bin/python" - <<'EOF'
import asyncio

import aiohttp
from yarl import URL

TARGET = "/a%2Fb%28c%29?x-oss-credential=id%2F20260101%2Fcn-hangzhou"


async def targets(**options):
    """The request targets that arrive when the first answer redirects to TARGET itself."""
    seen = []

    async def answer(reader, writer):
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
        seen.append(head.split(b" ")[1].decode())
        status = f"307 Moved\r\nLocation: {TARGET}" if len(seen) == 1 else "200 OK"
        answered = f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        writer.write(answered.encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    timeout = aiohttp.ClientTimeout(total=10)
    async with server, aiohttp.ClientSession(timeout=timeout, **options) as session:
        url = URL(f"http://127.0.0.1:{port}{TARGET}", encoded=True)
        async with session.get(url, max_redirects=3):
            return seen


default = asyncio.run(targets())
kept = asyncio.run(targets(requote_redirect_url=False))
print("asked for:            ", default[0])
print("after the redirect:   ", default[1])
print("with the option False:", kept[1])
rewritten = "/a%2Fb(c)?x-oss-credential=id/20260101/cn-hangzhou"
raise SystemExit(not (default == [TARGET, rewritten] and kept == [TARGET, TARGET]))
EOF
