"""What is wrong with sources and rows: one line that names file and row, and nothing written."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ossign_fast import VARIES, bulk
from support.bulk import SIGNER, job_of, read_rows, urls_of, write_rows, zstd
from support.signing import SECRET, wanted


def refusal(folder: Path, source: Any, **settings: Any) -> str:
    """Signs what must be refused; returns the text of the error, without the folder."""
    before = sorted(folder.iterdir())
    job = settings.pop("job", None) or job_of()
    with pytest.raises(bulk.BulkError) as caught:
        bulk.sign_file(job, source, folder / "urls.parquet", **settings)
    assert sorted(folder.iterdir()) == before
    text = str(caught.value)
    assert "\n" not in text
    assert SECRET not in text
    return text.replace(f"{folder}/", "")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("k.csv", b"key,n\na,1\nb,2,3\n", "k.csv: row 1: Expected 2 columns, got 3"),
        ("k.csv", b"key\na\n\xff\n", "k.csv: row 1: is not UTF-8"),
        ("k.csv", b"\xff\xfek\0\n\0", "k.csv: line 1: is not UTF-8"),
        ("k.csv", b"key,key\na,b\n", "k.csv: has two columns of one name; give each its own"),
        ("k.csv", b'key\n"a\n' + b"b" * (9 << 20), "k.csv: has a row of more than 2 MiB, or a quo"),
        ("k.jsonl", b'{"key":"a"}\n{"key":}\n', "k.jsonl: row 1: is no JSON"),
        ("k.jsonl", b'{"key":"a"}\n[1]\n', "k.jsonl: row 1: is no JSON object"),
        ("k.jsonl", b'{"key":"a"}\n{"key":"\xff"}\n', "k.jsonl: line 2: is not UTF-8"),
        ("k.jsonl", b'{"key":"a"}\n{"key":7}\n', "k.jsonl: row 1: Column(/key) changed from str"),
        ("k.txt", b"a\nb\n\xc3\n", "k.txt: line 3: is not UTF-8"),
        (
            "k.txt.gz",
            gzip.compress(b"a\n" * 9, mtime=0)[:-9],
            "k.txt.gz: is damaged: the gzip data end too",
        ),
        ("k.txt.gz", b"a\n", "k.txt.gz: is damaged: the gzip data cannot be decompressed"),
        ("k.txt.zst", zstd(b"a\n" * 9)[:-4], "k.txt.zst: is damaged: the zstd data end too early"),
        ("k.parquet", b"PAR1 what is this PAR1", "k.parquet: cannot be read: "),
        ("k.parquet", b"", "k.parquet: cannot be read: "),
        ("k.orc", b"no orc", "k.orc: cannot be read: "),
        ("k.arrow", b"no arrow at all", "k.arrow: cannot be read: "),
    ],
)
def test_damaged_files(name: str, data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    settings = {"key": "key"} if "changed" in said else {}
    assert refusal(tmp_path, tmp_path / name, **settings).startswith(said)


def test_files_without_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ossign_fast.bulk import _lines

    monkeypatch.setattr(_lines, "_LONGEST", 4 << 20)
    (tmp_path / "k.txt").write_bytes(b"x" * (9 << 20))
    said = refusal(tmp_path, tmp_path / "k.txt")
    assert said == "k.txt: has a line of more than 4 MiB"


@pytest.mark.parametrize("name", ["k.parquet", "k.csv.gz", "k.arrow", "k.orc"])
def test_files_that_end_too_early(name: str, tmp_path: Path) -> None:
    rows = [{"key": f"{number:064}"} for number in range(20_000)]
    path = write_rows(tmp_path / name, rows)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refusal(tmp_path, path).startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"key": "name"}, "k.csv: column 'name' is missing; there are 'id', 'size'"),
        ({}, "k.csv: which column holds the keys? name one of 'id', 'size'"),
        ({"key": "id", "keep": ["x"]}, "k.csv: column 'x' is missing; there are 'id', 'size'"),
        ({"key": "id", "columns": {"expires": "ttl"}}, "k.csv: column 'ttl' is missing; there are"),
        ({"key": "id", "input_format": "xml"}, "input_format: 'xml' is no format; give parquet, c"),
        ({"key": "id", "format": "csv.bz2"}, "format: 'csv.bz2' is no format; give parquet, csv"),
        ({"key": "id", "format": "orc"}, "format: orc can be read only; write parquet"),
        ({"key": "id", "key_encoding": "x"}, "key_encoding: must be 'plain', 'url' or 'form'"),
        ({"key": "id", "rules": [bulk.Rule("x", "*")]}, "rules: 'x' is no kind of rule; it is in"),
    ],
)
def test_settings_that_do_not_fit(settings: dict[str, Any], said: str, tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    path.write_text("id,size\na,1\n")
    assert refusal(tmp_path, path, **settings).startswith(said)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("*.csv", "*.csv: fits no file"),
        ("k.dat", "k.dat: its name tells no format; give input_format"),
        ("sub", "sub: holds no file of a known format"),
    ],
)
def test_sources_that_are_not_there(source: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "k.dat").touch()
    assert refusal(tmp_path, f"{tmp_path}/{source}") == said


def test_places_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        bulk.sign_file(job_of(), tmp_path / "k.csv", tmp_path / "urls.csv")
    path = write_rows(tmp_path / "k.csv")
    with pytest.raises(bulk.BulkError, match="does not exist"):
        bulk.sign_file(job_of(), path, tmp_path / "no" / "urls.csv")
    with pytest.raises(bulk.BulkError, match="tells no format"):
        bulk.sign_file(job_of(), path, tmp_path / "urls")
    with pytest.raises(bulk.BulkError, match="no sources"):
        bulk.sign_file(job_of(), [], tmp_path / "urls.csv")


def test_files_of_other_columns(tmp_path: Path) -> None:
    one = write_rows(tmp_path / "a.parquet")
    two = write_rows(tmp_path / "b.parquet", [{"key": "x", "size": "big"}])
    said = refusal(tmp_path, [one, two])
    assert said == f"b.parquet: has other columns than {one}; name those to keep by keep".replace(
        f"{tmp_path}/", ""
    )
    summary = bulk.sign_file(job_of(), [one, two], tmp_path / "urls.parquet", keep=["key"])
    assert summary.rows == 8


def test_keys_that_are_no_text(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "k.parquet", [{"key": 1}])
    assert refusal(tmp_path, path) == "k.parquet: column 'key' holds int64, which are no keys"


def test_a_later_field_of_json_lines(tmp_path: Path) -> None:
    path = tmp_path / "k.jsonl"
    line = json.dumps({"key": "a" * 500}) + "\n"
    path.write_text(line * 5000 + '{"key":"b","late":1}\n')
    assert refusal(tmp_path, path) == (
        "k.jsonl: row 5000: has a field 'late' that the first lines lack; name those to keep by "
        "keep"
    )
    assert bulk.sign_file(job_of(), path, tmp_path / "u.txt", keep=["key"]).rows == 5001


BAD = ("ok", "/slash", "", None, "x" * 1024, "ok2")


@pytest.mark.parametrize("name", ["k.parquet", "k.csv", "k.jsonl"])
def test_a_row_that_cannot_be_signed(name: str, tmp_path: Path) -> None:
    path = write_rows(tmp_path / name, [{"key": key} for key in BAD])
    said = refusal(tmp_path, path)
    assert said.startswith(f"{name}: row 1: key: starts with '/'")


def test_rows_that_cannot_be_signed_become_null(tmp_path: Path) -> None:
    rows = [{"key": key, "n": number} for number, key in enumerate(BAD)]
    path = write_rows(tmp_path / "k.parquet", rows)
    job = job_of(on_error="null")
    errors = tmp_path / "bad.jsonl"
    summary = bulk.sign_file(job, path, tmp_path / "urls.jsonl", errors=errors)
    good = {"ok", "ok2"}
    expected = [wanted(key) if key in good else None for key in BAD]
    assert [row["url"] for row in read_rows(tmp_path / "urls.jsonl")] == expected
    assert (summary.rows, summary.signed, summary.nulls, summary.refused_rows) == (6, 2, 1, 3)
    assert all(cause.startswith("key: ") for cause in summary.refused)
    bad = [json.loads(line) for line in errors.read_text().splitlines()]
    assert [(row["source"], row["row"], row["key"]) for row in bad] == [
        (str(path), number, BAD[number]) for number in (1, 2, 4)
    ]
    assert {row["problem"] for row in bad} == set(summary.refused)
    assert (job.report.rows, job.report.nulls, job.report.refused) == (6, 1, 3)


def test_rows_are_those_of_the_source_behind_a_filter(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "k.csv", [{"key": key} for key in ("a.txt", "b.jpg", "/c.jpg")])
    assert refusal(tmp_path, path, suffixes=[".jpg"]).startswith("k.csv: row 2: key: ")


def test_rows_count_over_batches(tmp_path: Path) -> None:
    keys = ["k"] * 140_000 + ["/bad"]
    path = tmp_path / "k.parquet"
    pq.write_table(pa.table({"key": keys}), path)
    assert refusal(tmp_path, path, threads=2).startswith("k.parquet: row 140000: key: ")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["60", "abc"], "k.csv: row 1: expires: column 'ttl' must hold whole seconds"),
        (["60", "-1"], "k.csv: row 1: expires: column 'ttl' must hold whole seconds"),
        (["0", "60"], "k.csv: row 0: expires: "),
    ],
)
def test_lifetimes_of_text(values: list[str], said: str, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "k.csv", [{"key": "a", "ttl": value} for value in values])
    assert refusal(tmp_path, path, columns={"expires": "ttl"}).startswith(said)


def test_lifetimes_of_text_are_rows_that_cannot_be_signed(tmp_path: Path) -> None:
    lifetimes = ["60", "abc", "0", "", "9999999999"]
    keys = ["a", "b", "c", "d", None]
    rows = [{"key": key, "ttl": ttl} for key, ttl in zip(keys, lifetimes, strict=True)]
    path = write_rows(tmp_path / "k.csv", rows)
    errors, job = tmp_path / "bad.jsonl", job_of(on_error="null")
    columns = {"expires": "ttl"}
    sink = tmp_path / "u.csv"
    summary = bulk.sign_file(job, path, sink, columns=columns, errors=errors)
    assert (summary.rows, summary.signed, summary.nulls, summary.refused_rows) == (5, 1, 2, 2)
    assert summary.refused["expires: column 'ttl' must hold whole seconds"] == 1
    found = [json.loads(line) for line in errors.read_text().splitlines()]
    assert [(row["row"], row["key"]) for row in found] == [(1, "b"), (2, "c")]
    assert [bool(row["url"]) for row in read_rows(sink)] == [True, *[False] * 4]
    assert read_rows(sink)[1]["ttl"] == "abc"


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    path = tmp_path / "k.parquet"
    columns = [pa.array(["a"]), pa.array([1]), pa.array([2])]
    pq.write_table(pa.Table.from_arrays(columns, names=["key", "x", "x"]), path)
    assert refusal(tmp_path, path) == (
        "k.parquet: column 'x' is there twice; give each its own name, or leave both out by keep"
    )
    assert bulk.sign_file(job_of(), path, tmp_path / "urls.csv", keep=["key"]).signed == 1


def test_columns_that_differ_from_row_to_row(tmp_path: Path) -> None:
    rows = [{"key": f"k{n}", "ttl": 60 + n, "mime": f"text/x-{n}"} for n in range(3)]
    path = write_rows(tmp_path / "k.csv", rows)
    job = job_of("PutObject", content_type=VARIES)
    columns = {"expires": "ttl", "content_type": "mime"}
    bulk.sign_file(job, path, tmp_path / "urls.csv", columns=columns, keep=["ttl"])
    found = read_rows(tmp_path / "urls.csv")
    assert found == [
        {
            "ttl": str(row["ttl"]),
            "url": wanted(
                str(row["key"]), op="PutObject", expires_seconds=row["ttl"],
                headers={"Content-Type": row["mime"]},
            ),
        }
        for row in rows
    ]  # fmt: skip
    with pytest.raises(bulk.BulkError, match=r"columns: .*'content_type'"):
        bulk.sign_file(job, path, tmp_path / "urls.csv")


@pytest.mark.parametrize("name", ["k.txt", "k.csv", "k.jsonl"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_line_ends_and_marks(name: str, ends: str, bom: str, tmp_path: Path) -> None:
    lines = {
        "k.txt": ["ä", "b"],
        "k.csv": ["key", "ä", "b"],
        "k.jsonl": ['{"key": "ä"}', '{"key": "b"}'],
    }[name]
    path = tmp_path / name
    path.write_bytes((bom + ends.join(lines)).encode())
    bulk.sign_file(job_of(), path, tmp_path / "u.jsonl")
    assert [row["url"] for row in read_rows(tmp_path / "u.jsonl")] == urls_of(["ä", "b"])


@pytest.mark.parametrize("name", ["k.txt", "k.csv", "k.jsonl", "k.txt.gz", "k.csv.gz"])
@pytest.mark.parametrize("sink", ["u.parquet", "u.csv", "u.jsonl", "u.txt", "u.arrow"])
def test_empty_files(name: str, sink: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(b"") if name.endswith(".gz") else b"")
    for resume in (False, True):
        summary = bulk.sign_file(job_of(), path, tmp_path / sink, resume=resume)
        assert (summary.rows, len(summary.outputs)) == (0, 1)
        assert read_rows(tmp_path / sink) == []
    assert bulk.sign_file(job_of(), path, f"{tmp_path}/folder/").rows == 0


def test_tables_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "k.parquet"
    pq.write_table(pa.table({"key": pa.array([], pa.string()), "n": pa.array([], pa.int8())}), path)
    bulk.sign_file(job_of(), path, tmp_path / "u.parquet")
    assert pq.read_schema(tmp_path / "u.parquet").names == ["key", "n", "url"]
    assert read_rows(tmp_path / "u.parquet") == []


def test_csv_without_names(tmp_path: Path) -> None:
    path = tmp_path / "k.csv"
    path.write_text('a,1\n"b,c",2\n')
    bulk.sign_file(job_of(), path, tmp_path / "u.csv", names=["name", "n"], key="name")
    urls = urls_of(["a", "b,c"])
    assert read_rows(tmp_path / "u.csv") == [
        {"name": "a", "n": "1", "url": urls[0]},
        {"name": "b,c", "n": "2", "url": urls[1]},
    ]


def test_lines_in_values_of_csv(tmp_path: Path) -> None:
    keys = [f"a\n{number}" for number in range(3)]
    path = write_rows(tmp_path / "k.csv", [{"key": "x", "note": key} for key in keys])
    bulk.sign_file(job_of(), path, tmp_path / "u.csv")
    assert [row["note"] for row in read_rows(tmp_path / "u.csv")] == keys


def test_a_column_of_urls_that_is_there_is_replaced(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "k.csv", [{"key": "a", "url": "old"}])
    bulk.sign_file(job_of(), path, tmp_path / "u.csv")
    assert read_rows(tmp_path / "u.csv") == [{"key": "a", "url": wanted("a")}]
    bulk.sign_file(job_of(), path, tmp_path / "v.csv", url="signed")
    expected = {"key": "a", "url": "old", "signed": wanted("a")}
    assert read_rows(tmp_path / "v.csv") == [expected]


def test_errors_travel() -> None:
    import pickle

    error = bulk.SourceError("k.csv", "is damaged", row=3)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (bulk.SourceError, "k.csv: row 3: is damaged")
    assert SIGNER is not None
