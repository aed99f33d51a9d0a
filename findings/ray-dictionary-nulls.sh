#!/usr/bin/env bash
# Ray Data's default batch format fills the nulls of a dictionary column with another row's value
#
# Library:   ray 2.60.0 (Ray Data) on pyarrow 25.0.1, numpy 2.4.6 and pandas 3.1.1.
# Guess:     a null that is None in a column of text is None in a dictionary-encoded one, too, since
#            the encoding is no more than a way to store the same values.
# Instead:   in the format "numpy", which map_batches takes by default, it is the last value of the
#            dictionary (the null's index is -1). Nothing warns, and the batch holds no null.
# Seen:
#     text, numpy:         ['a.jpg', None, 'c.jpg']
#     dictionary, numpy:   ['a.jpg', 'c.jpg', 'c.jpg']
#     dictionary, pyarrow: ['a.jpg', None, 'c.jpg']
#     dictionary, pandas:  ['a.jpg', None, 'c.jpg']
# Matters:   object keys that repeat come dictionary-encoded out of Arrow, Parquet and pandas
#            categories. A function that signs URLs gives the row without a key a URL that grants
#            another row's object. batch_format="pyarrow" sees the null.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check \
    'ray[data]==2.60.0' pyarrow==25.0.1 numpy==2.4.6 pandas==3.1.1
export RAY_USAGE_STATS_ENABLED=0
timeout 300 "$folder/venv/bin/python" - 2>/dev/null <<'EOF'
import pyarrow as pa
import ray
import ray.data


def seen(keys, batch_format):
    """What a function is given as the values of the column `keys`."""

    def show(batch):
        values = batch["key"]
        values = values.to_pylist() if hasattr(values, "to_pylist") else list(values)
        texts = [value if isinstance(value, str) else None for value in values]
        return {"seen": [repr(texts)]}

    rows = ray.data.from_arrow(pa.table({"key": keys}))
    return rows.map_batches(show, batch_format=batch_format).take_all()[0]["seen"]


ray.init(
    num_cpus=1, include_dashboard=False, object_store_memory=100 << 20,
    _node_ip_address="127.0.0.1", log_to_driver=False,
)
text = pa.array(["a.jpg", None, "c.jpg"])
dictionary = text.dictionary_encode()
found = {
    "text, numpy:        ": seen(text, "numpy"),
    "dictionary, numpy:  ": seen(dictionary, "numpy"),
    "dictionary, pyarrow:": seen(dictionary, "pyarrow"),
    "dictionary, pandas: ": seen(dictionary, "pandas"),
}
for case, values in found.items():
    print(case, values)
kept, filled = "['a.jpg', None, 'c.jpg']", "['a.jpg', 'c.jpg', 'c.jpg']"
raise SystemExit(list(found.values()) != [kept, filled, kept, kept])
EOF
