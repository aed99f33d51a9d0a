#!/usr/bin/env bash
# oss2 signs a header value in UTF-8 and sends it in Latin-1
#
# Library:   oss2 2.19.1, on requests 2.34.2 and urllib3 2.8.0.
# Guess:     the bytes that are signed are the bytes that are sent, whichever encoding that is.
# Instead:   the signer encodes str values as UTF-8; the standard library's http.client, which sends
#            them, as Latin-1. The signature is that of a value which is never sent.
# Seen:
#     bytes sent: b'L\xe9o'
#     signature is that of the bytes sent: False
#     signature is that of b'L\xc3\xa9o' (UTF-8): True
# Matters:   x-oss-meta-* headers are always signed, and names of people and files end up in them. A
#            server that signs the bytes it gets refuses the request as badly signed, and nothing
#            points to the accent. Percent-encode such values before they are signed. The string to
#            sign is rebuilt here from the bytes received; the service itself was not asked.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
    oss2==2.19.1 requests==2.34.2 urllib3==2.8.0
timeout 60 "$folder/venv/bin/python" - <<'EOF'
import hashlib
import hmac
import socket
import threading

import oss2

SECRET = "secret"
received = {}


def serve_once(listener):
    """Answers one PUT and keeps its headers as the bytes that arrived."""
    connection, _ = listener.accept()
    with connection, connection.makefile("rb") as stream:
        connection.settimeout(5)
        stream.readline()
        for line in iter(stream.readline, b"\r\n"):
            name, _, value = line.partition(b":")
            received[name.strip().lower()] = value.strip()
        stream.read(int(received[b"content-length"]))
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def signature(headers):
    """What V4 signs for PUT /bucket/key, from headers as bytes."""
    signed = sorted(
        name for name in headers
        if name.startswith(b"x-oss-") or name in (b"content-type", b"content-md5")
    )
    request = b"PUT\n/bucket/key\n\n"
    request += b"".join(name + b":" + headers[name] + b"\n" for name in signed)
    request += b"\n\nUNSIGNED-PAYLOAD"
    time = headers[b"x-oss-date"].decode()
    scope = [time[:8], "cn-hangzhou", "oss", "aliyun_v4_request"]
    key = b"aliyun_v4" + SECRET.encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), "sha256")
    digest = hashlib.sha256(request).hexdigest()
    text = "\n".join(["OSS4-HMAC-SHA256", time, "/".join(scope), digest])
    return hmac.new(key, text.encode(), "sha256").hexdigest()


with socket.create_server(("127.0.0.1", 0)) as listener:
    listener.settimeout(10)
    server = threading.Thread(target=serve_once, args=(listener,), daemon=True)
    server.start()
    oss2.Bucket(
        oss2.AuthV4("id", SECRET),
        f"http://127.0.0.1:{listener.getsockname()[1]}",
        "bucket", region="cn-hangzhou", enable_crc=False, connect_timeout=5,
    ).put_object("key", b"body", headers={"x-oss-meta-name": "L\u00e9o"})
    server.join(10)

sent = received[b"x-oss-meta-name"]
in_utf8 = {**received, b"x-oss-meta-name": sent.decode("latin-1").encode()}
claimed = received[b"authorization"].decode().rpartition("Signature=")[2]
of_sent, of_utf8 = claimed == signature(received), claimed == signature(in_utf8)
print("bytes sent:", sent)
print("signature is that of the bytes sent:", of_sent)
print("signature is that of", in_utf8[b"x-oss-meta-name"], "(UTF-8):", of_utf8)
raise SystemExit(not (sent == b"L\xe9o" and of_utf8 and not of_sent))
EOF
