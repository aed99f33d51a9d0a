"""The tables of the pages say what the code says."""

from __future__ import annotations

import io

import pandas
import polars
import pyarrow
import pytest

from ossign_fast import Credentials, Signer
from ossign_fast._rules.operations import OPERATIONS
from support.pages import code, table
from support.paths import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
KEYS = Credentials("LTAIexample", "example-secret")


def test_operations() -> None:
    rows = [
        [
            f"`{operation.name}`",
            operation.method,
            ", ".join(f"`{o.name}`" for o in operation.options.values() if o.required),
        ]
        for operation in OPERATIONS.values()
    ]
    assert table("operation") == rows
    of_buckets = [f"`{o.name}`" for o in OPERATIONS.values() if o.level != "object"]
    assert f"{', '.join(of_buckets[:-1])} and\n{of_buckets[-1]} work on a bucket" in PAGE


@pytest.mark.parametrize(("names", "values"), table("options"))
def test_options(names: str, values: str) -> None:
    options = {o.name: o for row in OPERATIONS.values() for o in row.options.values()}
    kinds = {"choice" if options[name].choices else options[name].kind for name in code(names)}
    assert len(kinds) == 1
    assert values.startswith(
        {
            "text": "text",
            "encoded": "text, a key",
            "choice": "one of the values of OSS",
            "int": "integer",
            "bool": "`True`",
            "time": "aware `datetime`",
            "source": "text; together they make `x-oss-copy-source`",
        }.get(kinds.pop(), "dict")
    )


@pytest.mark.parametrize(("settings", "start"), table("`Signer(...)`"))
def test_endpoints(settings: str, start: str) -> None:
    given = eval(f"dict({''.join(code(settings))})")  # the page's own keyword arguments
    signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=KEYS, **given)
    url = signer.presign("GetObject", "k").url
    assert f"`{url.partition('k?')[0].replace('examplebucket', 'BUCKET')}`" == start


@pytest.mark.parametrize("cell", [cells[0] for cells in table("expression")])
def test_what_comes_of_a_batch(cell: str) -> None:
    signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=KEYS)
    batch = signer.presign_many("GetObject", ["a", "b"])
    for expression in code(cell):
        file = io.StringIO()
        frame = pandas.DataFrame(index=[7, 5])
        names = {"batch": batch, "file": file, "dtype": "S", "frame": frame}
        names |= {"pyarrow": pyarrow, "polars": polars}
        made = eval(expression, names)  # the page's own words
        urls = (
            file.getvalue().splitlines() if made is None else list(pyarrow.array(made).to_pylist())
        )
        assert [url.decode() if isinstance(url, bytes) else url for url in urls] == batch
