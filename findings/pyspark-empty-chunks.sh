#!/usr/bin/env bash
# PySpark loses the rows of an Arrow table that stand behind an empty chunk
#
# Library:   pyspark 4.3.0 on pyarrow 25.0.1 and pandas 3.1.1; it needs Java 17 or newer.
# Guess:     createDataFrame takes an Arrow table row by row, however its columns are chunked.
# Instead:   rows behind a chunk without rows are not read, and nothing warns.
# Seen:
#     chunks of 1, 2 rows:    [0, 1, 2]
#     chunks of 1, 0, 2 rows: [0]
#     the same, combined:     [0, 1, 2]
# Matters:   filters leave empty chunks (pyarrow.concat_tables of filtered parts, batches of other
#            engines), so a job that signs URLs, or does anything else, leaves objects out.
#            createDataFrame(table.combine_chunks()) reads all.
set -euo pipefail
command -v java >/dev/null || { echo "this needs Java 17 or newer" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
    pyspark==4.3.0 pyarrow==25.0.1 pandas==3.1.1
export SPARK_LOCAL_IP=127.0.0.1 PYSPARK_PYTHON=$folder/venv/bin/python
timeout 300 "$folder/venv/bin/python" - 2>/dev/null <<'EOF'
import pyarrow as pa
from pyspark.sql import SparkSession

builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
for name in ("host", "bindAddress"):
    builder = builder.config(f"spark.driver.{name}", "127.0.0.1")
spark = builder.getOrCreate()


def read(*lengths, combined=False):
    """The rows that Spark reads of a table with chunks of these lengths."""
    numbers = iter(range(sum(lengths)))
    chunks = [pa.array([next(numbers) for _ in range(length)], pa.int64()) for length in lengths]
    table = pa.table({"id": pa.chunked_array(chunks)})
    frame = spark.createDataFrame(table.combine_chunks() if combined else table)
    return [row.id for row in frame.collect()]


plain, broken, combined = read(1, 2), read(1, 0, 2), read(1, 0, 2, combined=True)
print("chunks of 1, 2 rows:   ", plain)
print("chunks of 1, 0, 2 rows:", broken)
print("the same, combined:    ", combined)
spark.stop()
raise SystemExit(not (plain == combined == [0, 1, 2] and broken == [0]))
EOF
