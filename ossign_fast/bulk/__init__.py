"""Files and tables of object keys in, URLs out, of any size.

`sign_file` signs what files hold (Parquet, CSV, JSON lines, lists of keys, Arrow, inventories of
buckets) into a file or a folder; `sign_batches` does so with record batches of Arrow. Both take a
job (`Signer.job`), which knows the request and its second. Memory does not grow with the number of
rows, and a file appears whole or not at all. Reading, writing and compressing is the work of
pyarrow; this package knows nothing of signatures, and its users nothing of its threads.
"""

try:
    import pyarrow as _pyarrow  # noqa: F401 - all modules of this package need it
except ImportError as error:
    if error.name != "pyarrow":
        raise
    raise ImportError(
        "ossign_fast.bulk needs pyarrow; run pip install 'ossign_fast[bulk]'", name="pyarrow"
    ) from None

from ._counts import Progress, Summary
from ._errors import BulkError, SourceError
from ._rules import Rule
from ._sign import sign_batches, sign_file, started

__all__ = [
    "BulkError",
    "Progress",
    "Rule",
    "SourceError",
    "Summary",
    "sign_batches",
    "sign_file",
    "started",
]
