"""Jobs: one signing time, picklable, errors with keys, columns of tables, reports."""

from __future__ import annotations

import inspect
import pickle
import threading
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ossign_fast import VARIES, Credentials, CredentialsError, Job, Report, RequestError, Signer
from support.engines import Engine
from support.signing import ID, MOMENT, NOW, SECRET, TOKEN, signer_of, wanted

JOB: dict[str, Any] = {"expires": 600, "signing_time": NOW}
URL = "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/"


def job_of(engine: Engine, **changes: Any) -> Job:
    job = signer_of(engine).job("GetObject", **JOB | changes)
    assert isinstance(job, Job)
    return job


def plain_signer(**settings: Any) -> Signer:
    known = {"credentials": Credentials(ID, SECRET), **settings}
    return Signer(region="cn-hangzhou", bucket="examplebucket", **known)


def test_a_job_is_a_function_of_one_column(engine: Engine) -> None:
    job = job_of(engine)
    assert [each.kind for each in inspect.signature(job).parameters.values()] == [
        inspect.Parameter.POSITIONAL_ONLY
    ]
    assert job(["a b", None]) == [wanted("a b", expires_seconds=600), None]
    assert (job.signing_time, job.expiration.timestamp()) == (MOMENT, NOW + 600)
    assert job.method == "GET"
    assert job.signed_headers == {}


def test_what_engines_read_of_a_signature_is_one_parameter_of_any_type() -> None:
    job = plain_signer().job("GetObject")
    for function in (job, job.on("key", "url")):
        (parameter,) = inspect.signature(function).parameters.values()
        assert parameter.annotation is inspect.Parameter.empty
        assert inspect.getfullargspec(function).annotations == {}


def test_the_time_is_taken_where_the_job_is_made() -> None:
    now = iter([NOW, NOW + 5])
    job = plain_signer(clock=lambda: next(now)).job("GetObject")
    assert job.signing_time == MOMENT


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        ({"on_error": "skip"}, "on_error: must be 'raise' or 'null'"),
        ({"nulls": "drop"}, "nulls: must be"),
        ({"expires": [60]}, "columns: are for single batches; give VARIES"),
        ({"version_id": ["a"]}, "columns: are for single batches; give VARIES"),
        ({"operation": "ListObjectsV2"}, "operation: ListObjectsV2 has no keys"),
        ({"operation": "UploadPart", "upload_id": "u"}, "where it differs from row to row"),
    ],
)
def test_jobs_that_cannot_be(call: dict[str, Any], problem: str) -> None:
    with pytest.raises(RequestError) as caught:
        plain_signer().job(**{"operation": "GetObject", **call})
    assert problem in str(caught.value)


def test_errors_tell_the_key(engine: Engine) -> None:
    key = "/k\n" + "k" * 100 + "?x-oss-signature=0123"
    with pytest.raises(RequestError) as caught:
        job_of(engine)(["a", key])
    assert str(caught.value).startswith("row 1: key: starts with '/'")
    assert str(caught.value).endswith(f"(the key: '/k\\n{'k' * 57}'...)")
    with pytest.raises(RequestError, match=r"row 1: key: is null.*\(the key: null\)"):
        job_of(engine, nulls="refuse")(pa.array(["a", None]))


COLUMNS: list[Any] = [
    ["a", "/b", None, 5, "c", "/d", "k" * 1024],
    pa.chunked_array([["a", "/b"], [None, "", "c", "/d", "k" * 1024]]),
    np.array(["a", "/b", None, b"b", "c", "/d", "k" * 1024], object),
]


@pytest.mark.parametrize("keys", COLUMNS, ids=lambda keys: type(keys).__name__)
def test_rows_that_cannot_be_signed_become_null(engine: Engine, keys: Any) -> None:
    job = job_of(engine, on_error="null")
    a, c = (wanted(key, expires_seconds=600) for key in "ac")
    urls = job(keys)
    found = urls.to_pylist() if isinstance(urls, pa.ChunkedArray) else [*urls]
    assert found == [a, None, None, None, c, None, None]
    report = job.report
    assert (report.rows, report.nulls, report.refused) == (7, 1, 4)
    first, *others = report.causes
    assert (first.field, first.rows, first.examples) == ("key", 2, ("'/b'", "'/d'"))
    assert {other.rows for other in others} == {1}
    assert sum("is longer than 1023 bytes" in other.problem for other in others) == 1
    assert str(first).startswith("2 rows: key: starts with")


def test_keys_that_are_no_utf8(engine: Engine) -> None:
    broken = pa.Array.from_buffers(
        pa.string(),
        3,
        [None, pa.py_buffer(np.array([0, 1, 2, 3], np.int32)), pa.py_buffer(b"a\xffc")],
    )
    job = job_of(engine, on_error="null")
    a, c = (wanted(key, expires_seconds=600) for key in "ac")
    assert job(broken).to_pylist() == [a, None, c]
    assert job.report.causes[0].examples == ("bytes",)
    with pytest.raises(RequestError, match=r"row 1: key: is not valid UTF-8.*\(the key: bytes\)"):
        job_of(engine)(broken)


def test_reports_are_counted_by_many_threads_and_merged() -> None:
    job = plain_signer().job("GetObject", on_error="null")
    keys = ["/a", "b", None] * 50
    threads = [threading.Thread(target=job, args=(keys,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counts = (job.report.rows, job.report.nulls, job.report.refused)
    assert counts == (1200, 400, 400)
    total = Report()
    for report in (job.report, pickle.loads(pickle.dumps(job.report))):
        total.merge(report)
    assert (total.rows, total.nulls, total.refused) == (2400, 800, 800)
    assert [(each.rows, each.examples) for each in total] == [(800, ("'/a'",) * 3)]
    assert pickle.loads(pickle.dumps(job)).report.rows == 0


def test_a_report_waits_for_no_thread_that_a_fork_left_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = plain_signer().job("GetObject")
    holder = threading.Thread(target=job.report._lock.acquire)
    holder.start()
    holder.join()
    monkeypatch.setattr("os.getpid", lambda: -1)  # as in a child
    counting = threading.Thread(target=job, args=(["a"],), daemon=True)
    counting.start()
    counting.join(60)
    assert job.report.rows == 1


@pytest.mark.parametrize("bad", [{0}, {1023, 1024, 2499}, set(range(5, 2500, 3)), set(range(2500))])
def test_long_columns_lose_only_what_cannot_be_signed(engine: Engine, bad: set[int]) -> None:
    job = job_of(engine, on_error="null")
    keys = [f"/{row}" if row in bad else f"{row}" for row in range(2500)]
    for found in (job(keys), job(pa.array(keys)).to_pylist()):
        assert {row for row, url in enumerate(found) if url is None} == bad
        for row in {1, 2498} - bad:
            assert found[row] == wanted(f"{row}", expires_seconds=600)
    assert job.report.refused == 2 * len(bad)
    assert job.report.causes[0].examples[0] == repr(f"/{min(bad)}")


def test_what_breaks_the_whole_job_is_raised_all_the_same() -> None:
    def fails() -> Any:
        raise CredentialsError("none to give")

    job = plain_signer(credentials=fails).job("GetObject", on_error="null")
    with pytest.raises(CredentialsError):
        job(["a"])
    with pytest.raises(RequestError, match="keys: must be a sequence"):
        plain_signer().job("GetObject", on_error="null")(5)


@pytest.mark.parametrize("credentials", [None, "value"])
def test_the_same_job_is_pickled_and_named_alike(
    monkeypatch: pytest.MonkeyPatch, credentials: Any
) -> None:
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", ID)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", SECRET)
    monkeypatch.setenv("OSS_SESSION_TOKEN", TOKEN)
    given = Credentials(ID, SECRET, TOKEN) if credentials else None

    def make(**changes: Any) -> Job:
        options = {"expires": 600, "signing_time": NOW, "response_content_type": "text/plain"}
        signer = plain_signer(credentials=given)
        job = signer.job("GetObject", **dict(reversed([*options.items()])) | changes)
        assert isinstance(job, Job)
        return job

    jobs = [make(), make(), pickle.loads(pickle.dumps(make()))]
    jobs[0](["a"])
    assert len({pickle.dumps(job) for job in jobs}) == 1
    assert len({pickle.dumps(job.on("k", "u", columns={"version_id": "v"})) for job in jobs}) == 1
    assert len({job.__dask_tokenize__() for job in jobs}) == 1
    assert len({job.__dask_tokenize__() for job in (jobs[0], make(expires=601))}) == 2
    assert jobs[2](["a"]) == jobs[0](["a"])
    told = repr(jobs[0]) + repr(jobs[0].on()) + repr(jobs[0].__dask_tokenize__())
    data = pickle.dumps(jobs[0])
    for secret in (SECRET, TOKEN):
        assert secret not in told
        assert (secret.encode() in data) is bool(credentials)


TABLES: dict[str, Any] = {
    "table": pa.table,
    "batch": pa.record_batch,
    "pandas": pd.DataFrame,
    "polars": pl.DataFrame,
    "dict": dict,
}


@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES)
def test_tables_get_a_column(engine: Engine, make: Any) -> None:
    table = make({"number": [1, 2], "name": ["a", None]})
    signed = job_of(engine).on("name", "url")(table)
    assert type(signed) is type(table)
    assert [*dict(signed.items() if hasattr(signed, "items") else {}), "number"][0] == "number"
    column = signed["url"]
    column = column.to_pylist() if hasattr(column, "to_pylist") else [*column]
    assert column[0] == wanted("a", expires_seconds=600)
    assert column[1] is None or column[1] != column[1]
    again = job_of(engine).on("name", "number")(table)
    assert len(again["number"]) == 2
    assert len(table["number"]) == 2


def test_a_frame_keeps_its_index_and_the_old_one_its_columns() -> None:
    frame = pd.DataFrame({"key": list("abcd"), "url": 1}, index=[7, 7, 3, 1])
    chosen = frame[frame.key > "a"]
    signed = plain_signer().job("GetObject").on()(chosen)
    assert [*signed.index] == [7, 3, 1]
    assert [url[len(URL)] for url in signed.url] == [*"bcd"]
    assert [*chosen.url] == [1, 1, 1]


def test_iterators_of_tables(engine: Engine) -> None:
    job = job_of(engine).on()
    batches = pa.table({"key": [*"abc"]}).to_batches(2)
    signed = [batch["url"].to_pylist() for batch in job(iter(batches))]
    assert [url for part in signed for url in part] == [
        wanted(key, expires_seconds=600) for key in "abc"
    ]


def test_a_reader_of_batches_becomes_a_reader(engine: Engine) -> None:
    keys = pa.array(["a", None, "a"], pa.dictionary(pa.int8(), pa.large_string()))
    table = pa.table({"key": keys, "other": [1, 2, 3]})
    reader = job_of(engine).on()(table.to_reader(2))
    assert reader.schema == table.schema.append(pa.field("url", pa.large_string()))
    url = wanted("a", expires_seconds=600)
    assert reader.read_all()["url"].to_pylist() == [url, None, url]
    refused = job_of(engine).on()(pa.table({"key": ["a", "/"]}).to_reader(1))
    with pytest.raises(RequestError, match="row 0: key"):
        refused.read_all()
    nothing = job_of(engine).on()(table.slice(0, 0).to_reader())
    assert nothing.read_all().column_names == ["key", "other", "url"]


def test_what_differs_from_row_to_row_is_in_other_columns(engine: Engine) -> None:
    signer = signer_of(engine)
    headers = {"X-Oss-Traffic-Limit": VARIES, "If-Match": "e"}
    job = signer.job(
        "UploadPart", upload_id="u", part_number=VARIES, headers=headers, signing_time=NOW,
        on_error="null", query={"x-oss-ac-source": VARIES},
    )  # fmt: skip
    names = ("part_number", "x-oss-traffic-limit", "x-oss-ac-source", "expires")
    on = job.on("k", "u", columns={name: name for name in names})
    table = {"k": ["a", "b", "c", "d"], "part_number": [1, 0, None, 4], "expires": [60] * 4,
             "x-oss-traffic-limit": [819200] * 4, "x-oss-ac-source": ["s"] * 4}  # fmt: skip
    urls = on(pa.table(table))["u"].to_pylist()
    [known] = signer.presign_many(
        "UploadPart", ["a"], upload_id="u", part_number=1, expires=60, signing_time=NOW,
        headers={"X-Oss-Traffic-Limit": 819200, "If-Match": "e"}, query={"x-oss-ac-source": "s"},
    )  # fmt: skip
    assert (urls[0], urls[1], urls[2]) == (known, None, None)
    assert urls[3]
    assert [(each.field, each.examples) for each in job.report] == [("part_number", ("'b'",))]
    again = pickle.loads(pickle.dumps(signer_of(engine, clock=None).job("GetObject").on()))
    assert again(pa.table({"key": ["a"]})).column_names == ["key", "url"]


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"part_number": "n"}, "columns: has no column for 'x-oss-a', which VARIES"),
        ({"part_number": "n", "x-oss-a": "a", "mime": "m"}, "'mime' is no option of UploadPart"),
    ],
)
def test_columns_that_are_missing(columns: dict[str, str], problem: str) -> None:
    headers = {"x-oss-a": VARIES}
    job = plain_signer().job("UploadPart", upload_id="u", part_number=VARIES, headers=headers)
    with pytest.raises(RequestError) as caught:
        job.on(columns=columns)
    assert problem in str(caught.value)


def test_a_job_that_needs_columns_says_so() -> None:
    job = plain_signer().job("UploadPart", upload_id="u", part_number=VARIES)
    with pytest.raises(RequestError, match=r"^part_number: varies, .*by job\.on\("):
        job(["a"])


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (pa.table({"name": ["a"]}), "columns: has no 'key'; the table has 'name'"),
        (["a"], "table: must be a pyarrow, pandas or Polars table"),
    ],
)
def test_what_is_no_table(table: Any, problem: str) -> None:
    with pytest.raises(RequestError) as caught:
        plain_signer().job("GetObject").on()(table)
    assert problem in str(caught.value)
