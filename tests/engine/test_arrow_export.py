"""`UrlBatch` as Arrow and NumPy: the same memory, handed out with or without an Arrow library."""

from __future__ import annotations

import gc
import gzip
import io
import pickle
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from ossign_fast import UrlBatch
from support.arrow import Array, ArrayOnly, Schema, Taken
from support.batches import KEYS, NULLS, PARTS, URLS, batch_of, gone
from support.cli import child_environment
from support.engines import ENGINES, Engine
from support.signing import signer_of, wanted

EMPTY = '""'  # what readers of CSV take for a row


@pytest.fixture(params=[KEYS, NULLS], ids=["full", "nulls"])
def batch(engine: Engine, request: pytest.FixtureRequest) -> UrlBatch:
    """What a signer makes; its list is checked against the oracle once and for all here."""
    keys: list[str | None] = request.param
    made = signer_of(engine).presign_many("GetObject", keys, nulls="keep")  # type: ignore[arg-type]
    assert made.tolist() == [key and wanted(key) for key in keys]
    return made


# pyarrow, Polars, DuckDB


@pytest.mark.parametrize("part", PARTS, ids=str)
def test_pyarrow(batch: UrlBatch, part: slice) -> None:
    urls = batch.tolist()[part]
    made = pa.array(batch[part])
    made.validate(full=True)
    assert made.type == pa.large_string()
    assert made.to_pylist() == urls
    assert made.null_count == urls.count(None)
    assert pa.array(made.to_pylist(), pa.large_string()).equals(made)
    assert pa.chunked_array([batch[part], batch[part]]).to_pylist() == urls * 2
    assert pa.table({"url": batch[part]}).column("url").to_pylist() == urls


def test_no_byte_of_a_url_is_copied(batch: UrlBatch) -> None:
    data = np.frombuffer(batch._data, np.uint8)
    offsets = np.frombuffer(batch._offsets, np.int64)
    whole, part = pa.array(batch), pa.array(batch[7:23])
    for made in (whole, part):
        _, starts, text = made.buffers()
        assert text.address == data.ctypes.data
        assert offsets.ctypes.data <= starts.address < offsets.ctypes.data + offsets.nbytes
    assert whole.buffers()[1].address + 7 * 8 == part.buffers()[1].address


def test_polars(batch: UrlBatch) -> None:
    for part in PARTS:
        urls = batch.tolist()[part]
        for series in (
            pl.Series(ArrayOnly(batch[part])),
            pl.Series(pa.array(batch[part])),
            pl.Series("url", batch[part], dtype=pl.String),
        ):
            assert series.dtype == pl.String
            assert series.to_list() == urls
    frame = pl.DataFrame({"url": batch}).filter(pl.col("url").str.contains("/7/"))
    assert frame["url"].to_list() == [url for url in batch if url and "/7/" in url]


def test_duckdb(batch: UrlBatch) -> None:
    urls = pa.table({"n": range(len(batch)), "url": pa.array(batch)})
    with duckdb.connect() as connection:
        connection.register("urls", urls)
        rows = connection.sql("select url from urls where n % 2 = 0 order by n").fetchall()
        (count, longest) = connection.sql(
            "select count(url), max(length(url)) from urls"
        ).fetchall()[0]
    assert [url for (url,) in rows] == batch.tolist()[::2]
    assert count == len([url for url in batch if url])
    assert longest == max(len(url or "") for url in batch)


def test_one_batch_becomes_the_keys_of_another(engine: Engine, batch: UrlBatch) -> None:
    """A batch is an Arrow array like any other, nulls included."""
    again = signer_of(engine).presign_many(
        "GetObject", ["k"] * len(batch), query={"q": batch}, nulls="keep"
    )
    assert again.tolist() == [url and wanted("k", query={"q": url}) for url in batch]


# The structures, by hand


def test_what_the_structures_say() -> None:
    made, _ = batch_of(URLS)
    schema, values = made.__arrow_c_array__()
    for capsule in (schema, made.__arrow_c_schema__()):
        told = Taken(Schema, capsule)
        assert told.value.format == b"U"
        assert told.value.flags == 2  # nullable
        assert (told.value.n_children, told.value.children, told.value.dictionary) == (
            0,
            None,
            None,
        )
        told.release()
        assert told.value.release is None
    taken = Taken(Array, values)
    assert (taken.value.length, taken.value.null_count) == (len(URLS), URLS.count(None))
    assert (taken.value.offset, taken.value.n_buffers, taken.value.n_children) == (0, 3, 0)
    assert (taken.value.children, taken.value.dictionary) == (None, None)
    assert taken.rows() == URLS
    taken.release()
    assert taken.value.release is None


@pytest.mark.parametrize("part", PARTS, ids=str)
@pytest.mark.parametrize("urls", [URLS, [url or "u" for url in URLS]], ids=["nulls", "full"])
def test_parts_by_hand(urls: list[str | None], part: slice) -> None:
    made, _ = batch_of(urls)
    _, values = made[part].__arrow_c_array__()
    taken = Taken(Array, values)
    assert taken.rows() == urls[part]
    assert taken.value.null_count == urls[part].count(None)
    assert bool(taken.buffers()[0]) == (None in urls[part])
    assert None not in taken.buffers()[1:]
    taken.release()


# Lifetime


def test_an_array_outlives_its_batch(batch: UrlBatch) -> None:
    urls = batch.tolist()
    made = pa.array(batch)
    del batch
    gc.collect()
    filler = [bytes(len(urls) * 300) for _ in range(200)]
    assert made.to_pylist() == urls
    assert len(filler) == 200


def test_memory_goes_with_its_last_user() -> None:
    made, memory = batch_of(URLS)
    whole, part, other = pa.array(made), pa.array(made[3:9]), pl.Series(made)
    del made
    assert not gone(memory)
    del whole
    assert not gone(memory)
    assert part.to_pylist() == URLS[3:9]
    del part
    assert other.to_list() == URLS
    del other
    assert gone(memory)


def test_capsules_that_nobody_takes_are_freed() -> None:
    made, memory = batch_of(URLS)
    for _ in range(100):
        made.__arrow_c_array__()
        made.__arrow_c_schema__()
    capsules = [made.__arrow_c_array__() for _ in range(3)]
    del made
    assert not gone(memory)
    del capsules
    assert gone(memory)


@pytest.mark.parametrize("order", [("capsule", "array"), ("array", "capsule")])
def test_structures_are_released_once_whatever_goes_first(order: tuple[str, str]) -> None:
    made, memory = batch_of(URLS)
    capsules = made.__arrow_c_array__()
    taken = [Taken(Schema, capsules[0]), Taken(Array, capsules[1])]
    del made
    assert taken[1].source.release is None
    for step in order:
        if step == "capsule":
            del capsules
        else:
            assert not gone(memory)
            assert taken[1].rows() == URLS
            for one in taken:
                one.release()
                assert one.value.release is None
    assert gone(memory)


def test_moving_on_does_not_matter() -> None:
    """Consumers move structures about; the place of an earlier one may be taken by a later one."""
    made, memory = batch_of(URLS)
    taken = [Taken(Array, made.__arrow_c_array__()[1]) for _ in range(50)]
    other, other_memory = batch_of(["x"])
    more = [Taken(Array, other.__arrow_c_array__()[1]) for _ in range(50)]
    del made, other
    for one in more:
        one.release()
    assert gone(other_memory)
    assert not gone(memory)
    assert all(one.rows() == URLS for one in taken)
    for one in taken:
        one.release()
    assert gone(memory)


def test_a_thread_may_release() -> None:
    made, memory = batch_of(URLS)
    taken = [Taken(Array, made.__arrow_c_array__()[1]) for _ in range(8)]
    del made
    threads = [threading.Thread(target=one.release) for one in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(one.value.release is None for one in taken)
    assert gone(memory)


def run(script: str, *words: str, engine: str) -> tuple[str, str]:
    """Returns what a script of tests/isolated prints, which has to end well."""
    finished = subprocess.run(
        [sys.executable, "-W", "error", str(Path(__file__).parent / "isolated" / script), *words],
        env=child_environment({"OSSIGN_FAST_ENGINE": engine}),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout, finished.stderr


PROCESSES = sorted({engine.module.ENGINE for engine in ENGINES.values()})


ERRORS = {
    "array": "TypeError",
    "cast": "ArrowInvalid",
    "schema": "TypeError",
    "capsules": "TypeError",
    "polars": "TypeError",
}


@pytest.mark.parametrize("engine_name", PROCESSES)
@pytest.mark.parametrize("library", ["pyarrow", "polars", "duckdb", "capsules", "columns"])
def test_arrays_may_outlive_the_interpreter(engine_name: str, library: str) -> None:
    assert run("arrow_at_exit.py", library, engine=engine_name) == ("alive\n", "")


@pytest.mark.parametrize("engine_name", PROCESSES)
@pytest.mark.parametrize("case", ERRORS)
def test_release_while_an_error_is_on_its_way(engine_name: str, case: str) -> None:
    """Where ctypes stands in for C, the error itself is lost to a SystemError, but nothing else."""
    printed, complaints = run("arrow_errors.py", case, engine=engine_name)
    error, memory = printed.split()
    assert memory == "freed"
    if engine_name == "c":
        assert (error, complaints) == (ERRORS[case], "")


# NumPy, files, pickles: what a signer makes, on every engine


def test_to_numpy(engine: Engine) -> None:
    batch = signer_of(engine).presign_many("GetObject", KEYS)
    urls = [wanted(key) for key in KEYS]
    for part in PARTS:
        strings, fixed = batch[part].to_numpy(), batch[part].to_numpy("S")
        assert strings.dtype == np.dtypes.StringDType()
        assert strings.tolist() == urls[part]
        assert [text.decode() for text in fixed.tolist()] == urls[part]
    assert np.asarray(batch).tolist() == urls


@pytest.mark.parametrize("mode", ["w", "wb", "unbuffered", "gzip wt", "gzip wb"])
def test_write_lines_to_files(batch: UrlBatch, mode: str, tmp_path: Path) -> None:
    lines = "".join(f"{url or EMPTY}\n" for url in batch.tolist()).encode()
    path = tmp_path / "urls"
    opened: Any = gzip.open if "gzip" in mode else open
    more: dict[str, Any] = {"encoding": "ascii", "newline": ""} if mode[-1] in "wt" else {}
    if mode == "unbuffered":
        mode, more = "wb", {"buffering": 0}
    with opened(path, mode.split()[-1], **more) as file:
        batch[:11].write_lines(file)
        batch[5:5].write_lines(file)
        batch[11:].write_lines(file)
    written = path.read_bytes()
    assert (gzip.decompress(written) if "gzip" in mode else written) == lines


@pytest.mark.parametrize("mode", ["w+", "w+b"])
def test_write_lines_to_temporary_files(batch: UrlBatch, mode: str) -> None:
    lines = "".join(f"{url or EMPTY}\n" for url in batch.tolist())
    with (
        tempfile.TemporaryFile(mode) as plain,
        tempfile.NamedTemporaryFile(mode) as named,
        tempfile.SpooledTemporaryFile(mode=mode) as spooled,
        io.StringIO() if mode == "w+" else io.BytesIO() as memory,
    ):
        for file in (plain, named, spooled, memory):
            batch.write_lines(file)  # type: ignore[arg-type]
            file.seek(0)
            written = file.read()
            assert written == (lines if isinstance(written, str) else lines.encode())


def test_pickles_and_equality(engine: Engine, batch: UrlBatch) -> None:
    for part in (slice(None), slice(7, 23), slice(None, None, -2), slice(5, 5)):
        twin = pickle.loads(pickle.dumps(batch[part]))
        assert twin == batch[part] == batch.tolist()[part]
        assert pa.array(twin).to_pylist() == batch.tolist()[part]
    assert batch == signer_of(engine).presign_many(
        "GetObject", [None if url is None else key for key, url in zip(KEYS, batch, strict=True)],
        nulls="keep",
    )  # fmt: skip
    assert batch != signer_of(engine).presign_many("GetObject", ["x", *KEYS[1:]])


def test_columns_in_headers_survive_pickling(engine: Engine) -> None:
    types = ["a/b", "c/d", "e/f"]
    for column in (pa.array(types), np.array(types), pl.Series(types)):
        made = signer_of(engine).presign_many("PutObject", ["a", "b", "c"], content_type=column)
        twin = pickle.loads(pickle.dumps(made[1:]))
        assert twin == made[1:]
        assert list(twin.signed_headers["Content-Type"]) == types[1:]


@pytest.mark.parametrize("engine_name", PROCESSES)
def test_no_library_is_needed_or_loaded(engine_name: str) -> None:
    loaded = run("arrow_at_exit.py", "modules", engine=engine_name)[0].split()
    assert loaded[-1] == "alive"
    assert not {"numpy", "pyarrow", "polars", "duckdb", "requests", "tqdm"} & set(loaded)


def test_polars_takes_the_arrow_view() -> None:
    batch, _ = batch_of(URLS)
    assert not isinstance(batch.arrow, Sequence)
    assert pl.Series(batch.arrow).to_list() == batch.tolist()
    assert pl.Series(batch[:0].arrow).dtype == pl.String
