"""Callbacks: what becomes of them, and what OSS would not take."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ossign_fast import Callback, Credentials, RequestError, Signer

URL, BODY = "https://app.example.com:8443/done?a=%E4%B8%AD", "key=${object}&user=${x:user}"


def read(text: str) -> Any:
    return json.loads(base64.b64decode(text, validate=True))


def test_a_callback_is_json_in_base64() -> None:
    options = Callback(URL, BODY).options
    assert list(options) == ["callback"]
    assert read(options["callback"]) == {"callbackUrl": URL, "callbackBody": BODY}


def test_all_of_it() -> None:
    callback = Callback(
        [URL, "app.example.com/done"],
        '{"key":"${object}","size":${size},"user":"${x:user}"}',
        body_type="application/json",
        host="app.example.com",
        sni=True,
        variables={"x:user": "\u4e2d 7", "x:my_var": ""},
    )
    assert read(callback.options["callback"]) == {
        "callbackUrl": f"{URL};app.example.com/done",
        "callbackBody": '{"key":"${object}","size":${size},"user":"${x:user}"}',
        "callbackBodyType": "application/json",
        "callbackHost": "app.example.com",
        "callbackSNI": True,
    }
    assert read(callback.options["callback_var"]) == {"x:user": "\u4e2d 7", "x:my_var": ""}
    assert repr(callback) == "Callback(callback, callback_var)"


@pytest.mark.parametrize("operation", ["PutObject", "CompleteMultipartUpload"])
def test_it_is_what_a_dict_is(operation: str) -> None:
    signer = Signer(
        region="cn-hangzhou",
        bucket="examplebucket",
        credentials=Credentials("id", "secret"),
        clock=lambda: 1_772_409_600,
    )
    more: dict[str, Any] = {} if operation == "PutObject" else {"upload_id": "u"}
    callback = Callback(URL, BODY, variables={"x:user": "7"})
    ours = signer.presign(operation, "k", **callback.options, **more)
    same = signer.presign(
        operation,
        "k",
        callback={"callbackUrl": URL, "callbackBody": BODY},
        callback_var={"x:user": "7"},
        **more,
    )
    assert ours == same
    with pytest.raises(RequestError, match=r"^callback: is a Callback; give \*\*callback\.options"):
        signer.presign(operation, "k", callback=callback, **more)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"url": []}, "url: must be one URL, or up to 5"),
        ({"url": [URL] * 6}, "url: must be one URL, or up to 5"),
        ({"url": [URL, 5]}, "url: must be text, not int"),
        ({"url": ""}, "url: must be an HTTP URL"),
        ({"url": "ftp://app.example.com"}, "url: must be an HTTP URL"),
        ({"url": "https://"}, "url: must be an HTTP URL"),
        ({"url": "https://me:secret@app.example.com"}, "url: must be an HTTP URL"),
        ({"url": "https://app.example.com:test"}, "url: must be an HTTP URL"),
        ({"url": "https://app.example.com/\u4e2d"}, "url: must be percent-encoded"),
        ({"url": "https://app.example.com/a b"}, "url: must be percent-encoded"),
        ({"url": "https://app.example.com/\n"}, "url: must be percent-encoded"),
        ({"url": f"{URL};{URL}"}, "url: must hold no ';'"),
        ({"url": "http://[::1]/done"}, "url: must not be of IPv6"),
        ({"body": ""}, "body: must be text"),
        ({"body": {"key": "${object}"}}, "body: must be text"),
        ({"body_type": "text/plain"}, "body_type: must be 'application/x-www"),
        ({"body_type": "application/json"}, "body: is no JSON"),
        ({"host": "https://app.example.com"}, "host: must be a host name"),
        ({"host": "a\r\nb"}, "host: must be a host name"),
        ({"sni": "true"}, "sni: must be True or False"),
        ({"variables": [("x:a", "b")]}, "variables: must be a dict"),
        ({"variables": {"x:a": 7}}, "variables: must be a dict of text"),
        ({"variables": {"user": "7"}}, "variables: 'user' must begin .* mean 'x:user'"),
        ({"variables": {"X:User": "7"}}, "variables: 'X:User' must begin .* mean 'x:user'"),
        ({"variables": {"x:": "7"}}, "variables: 'x:' must begin with 'x:'"),
    ],
)
def test_what_oss_would_not_take_is_refused(change: dict[str, Any], problem: str) -> None:
    given: dict[str, Any] = {"url": URL, "body": BODY, **change}
    with pytest.raises(RequestError, match=f"^{problem}"):
        Callback(**given)
