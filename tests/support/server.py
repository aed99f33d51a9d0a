"""A client of the local endpoint whose URLs the official SDK signs, not this package."""

from __future__ import annotations

import datetime
import http.client
import socket
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import alibabacloud_oss_v2 as oss_v2
import requests
from alibabacloud_oss_v2 import presigner

from ossign_fast import Credentials

CREDENTIALS = Credentials("LTAIexample", "example-secret")
BUCKET = "examplebucket"


class Client:
    """Sends requests that alibabacloud-oss-v2 presigned for `endpoint`."""

    def __init__(self, endpoint: str, credentials: Credentials = CREDENTIALS) -> None:
        self.endpoint = endpoint
        self.session = requests.Session()
        self.session.trust_env = False
        config = oss_v2.Config(
            region="cn-hangzhou",
            endpoint=endpoint,
            credentials_provider=oss_v2.credentials.StaticCredentialsProvider(
                credentials.access_key_id,
                credentials.access_key_secret,
                credentials.security_token,
            ),
        )
        self._sdk = oss_v2.Client(config)

    def presign(
        self,
        method: str,
        key: str | None,
        *,
        bucket: str | None = BUCKET,
        query: Mapping[str, str] | None = None,
        signed: Mapping[str, str] | None = None,
    ) -> str:
        """Returns a URL for the request, good for 900 seconds."""
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=900)
        operation = oss_v2.OperationInput(
            op_name="Any",
            method=method,
            bucket=bucket,
            key=key,
            headers=dict(signed or {}),
            parameters=dict(query or {}),
            op_metadata={"expiration_time": end},
        )
        output = self._sdk.invoke_operation(operation, **presigner._presign_kwargs)
        url: str = output.http_response.request.url
        return url

    def send(
        self,
        method: str,
        key: str | None,
        data: Any = None,
        *,
        bucket: str | None = BUCKET,
        query: Mapping[str, str] | None = None,
        signed: Mapping[str, str] | None = None,
        unsigned: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Presigns a request and sends it with `requests`, which tidies dots in paths."""
        url = self.presign(method, key, bucket=bucket, query=query, signed=signed)
        headers = {**(signed or {}), **(unsigned or {})}
        return self.session.request(method, url, data=data, headers=headers, timeout=10)

    def send_as_is(self, method: str, key: str, data: bytes = b"") -> tuple[int, bytes]:
        """Presigns a request and sends it with no tidying of dots and slashes in its path."""
        place = urlsplit(self.presign(method, key))
        connection = http.client.HTTPConnection(place.netloc, timeout=10)
        with closing(connection):
            connection.request(method, f"{place.path}?{place.query}", body=data)
            answer = connection.getresponse()
            return answer.status, answer.read()

    def raw(self, head: str, body: bytes = b"", *, finish: bool = False) -> bytes:
        """Sends bytes as they are and returns all that comes back until the connection ends."""
        with self.connect() as connection:
            connection.sendall(head.encode("latin-1") + body)
            if finish:
                connection.shutdown(socket.SHUT_WR)
            return read_all(connection)

    def connect(self) -> socket.socket:
        """Opens a connection to the endpoint."""
        place = urlsplit(self.endpoint)
        return socket.create_connection((place.hostname, place.port), timeout=10)

    def head_of(self, method: str, key: str, **headers: str) -> str:
        """Returns the start of a raw request, presigned, without the empty line at its end."""
        place = urlsplit(self.presign(method, key))
        lines = [f"{method} {place.path}?{place.query} HTTP/1.1", f"Host: {place.netloc}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return "\r\n".join(lines) + "\r\n"


def read_all(connection: socket.socket) -> bytes:
    """Returns everything up to the end of the connection."""
    pieces = []
    while piece := connection.recv(65536):
        pieces.append(piece)
    return b"".join(pieces)


def xml_of(response: requests.Response) -> ET.Element:
    """Returns the root element of an XML answer."""
    assert response.headers["Content-Type"] == "application/xml"
    return ET.fromstring(response.content)


def code_of(response: requests.Response) -> str:
    """Returns status and error code of a refusal."""
    return f"{response.status_code} {xml_of(response).findtext('Code')}"


def texts(root: ET.Element, path: str) -> list[str]:
    """Returns the texts of all elements at `path`."""
    return [element.text or "" for element in root.findall(path)]
