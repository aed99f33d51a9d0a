#!/usr/bin/env bash
# requests drops the "." from the path of a presigned URL
#
# Library:   requests 2.34.2 on urllib3 2.8.0, with URLs from oss2 2.19.1.
# Guess:     requests.get(url) asks for the path that the presigned URL holds.
# Instead:   urllib3 removes dot segments, so it asks for another path than the one signed. With the
#            slashes escaped there are no segments, and the path is sent as it stands.
# Seen:
#     in the URL: /bucket/reports/./march.csv
#           sent: /bucket/reports/march.csv
#     in the URL: /bucket/reports%2F.%2Fmarch.csv
#           sent: /bucket/reports%2F.%2Fmarch.csv
# Matters:   an object key is a name, and "reports/./march.csv" and "reports/march.csv" are two. A
#            server that checks the path it receives finds that the signature is of another object.
#            Keys that are joined from pieces hold "./" easily; "%2F" keeps such a key whole.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
    oss2==2.19.1 requests==2.34.2 urllib3==2.8.0
timeout 60 "$folder/venv/bin/python" - <<'EOF'
import socket
import threading
from urllib.parse import urlsplit

import oss2
import requests

KEY = "reports/./march.csv"
seen = []


def serve(listener):
    """Answers two requests without a body and keeps the paths that arrived."""
    for _ in range(2):
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as stream:
            connection.settimeout(5)
            seen.append(urlsplit(stream.readline().split(b" ")[1].decode()).path)
            for _ in iter(stream.readline, b"\r\n"):
                pass
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


with socket.create_server(("127.0.0.1", 0)) as listener:
    listener.settimeout(10)
    server = threading.Thread(target=serve, args=(listener,), daemon=True)
    server.start()
    bucket = oss2.Bucket(
        oss2.AuthV4("id", "secret"),
        f"http://127.0.0.1:{listener.getsockname()[1]}",
        "bucket", region="cn-hangzhou", connect_timeout=5,
    )
    urls = [bucket.sign_url("GET", KEY, 60, slash_safe=safe) for safe in (True, False)]
    for url in urls:
        requests.get(url, timeout=5)
    server.join(10)

signed = [urlsplit(url).path for url in urls]
for wanted, sent in zip(signed, seen):
    print("in the URL:", wanted)
    print("      sent:", sent)
escaped = "/bucket/reports%2F.%2Fmarch.csv"
as_stated = signed == [f"/bucket/{KEY}", escaped] and seen == ["/bucket/reports/march.csv", escaped]
raise SystemExit(not as_stated)
EOF
