"""`ossign-fast operations`: the table that presign signs by."""

from __future__ import annotations

import json

import pytest

from ossign_fast import RequestError, Signer, describe_operation, operations
from ossign_fast.cli import main
from support.cli import BUCKET, CREDENTIALS, REGION, refused


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["operations", *words]) == 0
    output, errors = capsys.readouterr()
    assert errors == ""
    return output


def test_the_public_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        operations()["New"] = operations()["GetObject"]  # type: ignore[index]
    with pytest.raises(TypeError):
        operations()["GetObject"].options["new"] = None  # type: ignore[index]
    assert describe_operation("GetObject") is operations()["GetObject"]
    assert describe_operation("PATCH").level == "any"
    with pytest.raises(RequestError, match="did you mean 'GetObject'"):
        describe_operation("getobject")


@pytest.mark.parametrize("name", operations())
def test_every_operation_can_be_signed_as_it_is_described(name: str) -> None:
    signer = Signer(region=REGION, bucket=BUCKET, credentials=CREDENTIALS)
    operation = operations()[name]
    values = {"int": 1, "text": "t", "source": "s", "encoded": "e"}
    options = [o for o in operation.options.values() if o.required]
    needed = {o.name: o.choices[0] if o.choices else values[o.kind] for o in options}
    key = ["k"] if operation.level == "object" else []
    result = signer.presign(name, *key, **needed)
    assert result.method == operation.method
    for parameter, _ in operation.query:
        assert f"{parameter}" in result.url


def test_list(capsys: pytest.CaptureFixture[str]) -> None:
    title, *lines = printed(capsys).splitlines()
    assert title.split() == ["operation", "method", "works", "on", "needs"]
    assert [line.split()[0] for line in lines] == list(operations())
    assert "UploadPart               PUT     object    part_number, upload_id" in lines
    found = json.loads(printed(capsys, "--json"))
    assert [operation["name"] for operation in found] == list(operations())


@pytest.mark.parametrize("name", operations())
def test_details(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    operation = operations()[name]
    text = printed(capsys, name)
    assert text.startswith(f"{name}: {operation.method}")
    rows = {
        line.split()[0]: line
        for line in text.splitlines()
        if " header " in line or " query " in line
    }
    assert set(operation.options) <= set(rows)
    for option in operation.options.values():
        assert f"{option.place} {option.wire}" in rows[option.name]
        assert ("(needed)" in rows[option.name]) is option.required
    found = json.loads(printed(capsys, name, "--json"))
    assert [option["name"] for option in found["options"]] == list(operation.options)


def test_what_values_look_like(capsys: pytest.CaptureFixture[str]) -> None:
    part = printed(capsys, "UploadPart")
    assert " 1..10000 " in part
    assert " requester " in part
    put = printed(capsys, "PutObject")
    for text in (" 0 or more ", " true or false ", " HTTP date ", "x-oss-meta-NAME"):
        assert text in put
    assert "\nacl: default, private, public-read, public-read-write\n" in put
    assert "\nstorage_class: Standard, IA, Archive, ColdArchive, DeepColdArchive, or a new" in put
    assert "GET ?acl" in printed(capsys, "GetObjectAcl")
    assert "takes no options, but --header and --query" in printed(capsys, "GET")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("putobject", "operation 'putobject' is unknown; did you mean 'PutObject'?"),
        ("get", "operation 'get' is unknown; did you mean 'GET'?"),
        ("GetObjct", "operation 'GetObjct' is unknown; did you mean 'GetObject' or"),
        ("zzz", "operation 'zzz' is unknown; give an OSS operation, such as 'GetObject', or an"),
    ],
)
@pytest.mark.parametrize("command", ["operations", "presign"])
def test_unknown_operations(
    command: str, name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, errors = refused(capsys, command, name)
    assert code == 2
    assert errors.startswith(f"ossign-fast: error: {text}")
