"""`ossign-fast batch`: files of keys in, files of URLs out."""

from __future__ import annotations

import argparse
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ossign_fast import VARIES, Operation, RequestError, describe_operation

from ._arguments import assignment, headers_of, unique
from ._errors import IO_ERROR, OK, USAGE, CommandError
from ._parser import add_command
from ._request import (
    add_expires_argument,
    add_request_arguments,
    add_signer_arguments,
    options_of,
    signer_of,
)
from ._rows import RowProgress, tell_summary
from ._wording import error_text, plain

if TYPE_CHECKING:
    from types import ModuleType

    from ossign_fast.bulk import Summary

    from ._parser import Commands

_META = "metadata."
_IN_CALL = ("expires", "bucket")
_BY_COLUMN = re.compile(r"; where it differs .*")
# What the library says of its arguments, and what the command line has in their place.
_PHRASES = tuple(
    (re.compile(pattern), wording)
    for pattern, wording in (
        (r"\bkey_encoding='(\w+)'", r"--key-encoding \1"),
        (r"\(a blank\) or '(\w+)'", r"(a blank) or \1"),
        (r"\bgive (input_format|format)\b", lambda match: f"give --{_dashed(match[1])}"),
        (r"\bby keep\b", "by --keep"),
        (r"\bname one of\b", "name one of these by --key-column:"),
        (r"^(input_format|key_encoding|format|resume):", lambda match: f"--{_dashed(match[1])}:"),
        (r"^rules:", "--include, --exclude:"),
    )
)

_EXAMPLES = r"""
ossign-fast batch GetObject keys.parquet -o urls.parquet --region cn-hangzhou --bucket examplebucket
ossign-fast batch GetObject 'keys/*.csv.gz' -o urls/ --region cn-hangzhou --bucket examplebucket \
  --key-column name --column expires=ttl --on-error null --errors bad.jsonl
ossign-fast batch GetObject inventory/manifest.json -o urls.parquet --resume --region cn-hangzhou \
  --bucket examplebucket --include '*.jpg' --keep Key,Size
cat keys.txt | ossign-fast batch PutObject - -o - --region cn-hangzhou --bucket examplebucket
ossign-fast batch UploadPart parts.csv -o urls.jsonl --region cn-hangzhou \
  --bucket examplebucket --option upload_id=0004B989 --column part_number=part
"""


def add_parser(commands: Commands) -> None:
    """Describes the command."""
    parser = add_command(
        commands,
        "batch",
        "issue presigned URLs for files of keys",
        "Sign the keys in files, millions of them, all at one second, and write their rows with "
        "a column of URLs. The formats go by the names of the files: .parquet, .arrow, .csv, "
        ".jsonl, .txt (a key on each line), .orc to read; lines may end in .gz or .zst. The output "
        "appears whole or not at all.",
        _EXAMPLES,
    )
    parser.add_argument(
        "operation", metavar="OPERATION", help="such as GetObject or UploadPart, or an HTTP method"
    )
    parser.add_argument(
        "sources",
        metavar="SOURCE",
        nargs="+",
        help="file, glob in quotes, folder, or manifest.json of an inventory of OSS or S3; - reads "
        "standard input",
    )
    parser.add_argument("--region", help="region id, such as cn-hangzhou")
    parser.add_argument("--bucket", help="name of the bucket")
    add_expires_argument(parser)
    _add_file_arguments(parser)
    _add_filter_arguments(parser)
    _add_course_arguments(parser)
    add_request_arguments(parser)
    add_signer_arguments(parser)
    parser.set_defaults(run=run)


def _add_file_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("files and columns")
    group.add_argument(
        "-o",
        "--output",
        metavar="SINK",
        default="-",
        help="file to write, or, with / at its end, folder for files of about a million rows; - is "
        "standard output (default)",
    )
    for name, metavar, text in (
        ("--format", "FORMAT", "of the output: parquet, arrow, csv, jsonl or txt; csv.gz, csv.zst"),
        ("--input-format", "FORMAT", "of the sources, whatever they are called (of -: txt)"),
        ("--key-column", "COLUMN", "holds the keys (default: the only one, or the one called key)"),
        ("--url-column", "COLUMN", "name of the column of URLs (default: url)"),
        ("--names", "COLUMNS", "columns of CSV files that have no line for them, as key,size"),
    ):
        group.add_argument(name, metavar=metavar, help=text)
    group.add_argument(
        "--column",
        action="append",
        default=[],
        type=assignment,
        metavar="NAME=COLUMN",
        help="what differs from row to row: expires=ttl, content_type=mime, part_number=part, or "
        "metadata.NAME, header.NAME, query.NAME; may be repeated",
    )
    for name, text in (
        ("--keep", "columns to write besides the URLs, as key,size (default: all)"),
        ("--select", "the same as --keep"),
    ):
        group.add_argument(name, dest="keep", metavar="COLUMNS", help=text)
    group.add_argument(
        "--key-encoding",
        metavar="HOW",
        help="how keys stand in the files: plain, url (URL-encoded), or form (so, with + for a "
        "blank) (default: plain; of inventories what is known of them)",
    )


def _add_filter_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        "which keys to sign",
        "Of several --include and --exclude the first that fits decides; with an --include, what "
        "fits none is left out.",
    )
    for name in ("include", "exclude"):
        group.add_argument(
            f"--{name}",
            action="append",
            dest="rules",
            default=[],
            type=lambda text, kind=name: (kind, text),  # type: ignore[misc]
            metavar="PATTERN",
            help=f"{name} keys that fit, as '*.jpg', '/2026/**', 'log-??'; may be repeated",
        )
    for name, text in (("prefix", "beginning"), ("suffix", "end")):
        group.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="TEXT",
            help=f"take keys with this {text} only, or with one of several",
        )


def _add_course_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how the job runs")
    group.add_argument(
        "--on-error",
        metavar="raise|null",
        default="raise",
        help="rows that cannot be signed end the job (default) or get a null",
    )
    group.add_argument(
        "--errors", metavar="FILE", help="with --on-error null: write those rows there, as JSON"
    )
    group.add_argument(
        "--threads", type=int, metavar="COUNT", help="threads that sign (default: one per core)"
    )
    group.add_argument(
        "--resume",
        action="store_true",
        help="keep what is done in SINK.parts if the job is broken off, and go on from there",
    )
    group.add_argument("--quiet", action="store_true", help="tell nothing but errors")


def run(args: argparse.Namespace) -> int:
    """Signs the files and tells what became of their rows."""
    bulk = _bulk()
    if args.on_error not in ("raise", "null"):
        raise CommandError("--on-error: must be raise or null", USAGE)
    if args.errors is not None and args.on_error != "null":
        raise CommandError("--errors: give --on-error null with it", USAGE)
    if args.threads is not None and args.threads < 1:
        raise CommandError("--threads: must be at least 1", USAGE)
    try:
        job, columns = _job(args, bulk)
        with RowProgress(quiet=args.quiet) as progress:
            summary = _sign(args, bulk, job, columns, progress)
    except bulk.BulkError as error:
        code = IO_ERROR if isinstance(error, bulk.SourceError) else USAGE
        raise CommandError(_told(error), code) from None
    if not args.quiet:
        causes = {_worded(cause): count for cause, count in summary.refused.items()}
        tell_summary(replace(summary, refused=causes), job)
    return OK


def _bulk() -> ModuleType:
    try:
        from ossign_fast import bulk
    except ImportError as error:
        if error.name != "pyarrow":
            raise
        raise CommandError(
            "pyarrow is not installed; run pip install 'ossign_fast[bulk]'", USAGE
        ) from None
    return bulk


def _sign(
    args: argparse.Namespace, bulk: Any, job: Any, columns: dict[str, str], progress: RowProgress
) -> Summary:
    summary: Summary = bulk.sign_file(
        job,
        args.sources,
        args.output,
        key=args.key_column,
        url=args.url_column or "url",
        columns=columns,
        keep=_listed(args.keep),
        input_format=args.input_format,
        format=args.format,
        names=_listed(args.names),
        key_encoding=args.key_encoding,
        rules=[bulk.Rule(*rule) for rule in args.rules],
        prefixes=args.prefix,
        suffixes=args.suffix,
        errors=args.errors,
        threads=args.threads,
        resume=args.resume,
        progress=progress,
    )
    return summary


def _job(args: argparse.Namespace, bulk: Any) -> tuple[Any, dict[str, str]]:
    """Returns the job, and for what differs from row to row the columns that hold it."""
    operation = describe_operation(args.operation)
    begun = bulk.started(args.output, format=args.format) if args.resume else None
    options = options_of(args.option, operation)
    headers: dict[str, Any] = dict(headers_of(args))
    query: dict[str, Any] = dict(unique(args.query, "--query"))
    columns = {}
    for name, column in unique(args.column, "--column").items():
        columns[_vary(name, operation, options, headers, query)] = column
    try:
        job = signer_of(args, args.bucket).job(
            args.operation,
            expires=args.expires,
            headers=headers,
            query=query,
            signing_time=begun,
            on_error=args.on_error,
            **options,
        )
        job.on(columns=columns)
    except RequestError as error:
        raise CommandError(_as_option(error), USAGE) from None
    if begun is not None and job.expiration.timestamp() <= time.time():
        raise CommandError(
            f"--resume: the URLs of the job that was broken off ran out at {job.expiration}; "
            f"delete {args.output.rstrip('/')}.parts to begin anew",
            USAGE,
        )
    return job, columns


def _vary(
    name: str,
    operation: Operation,
    options: dict[str, Any],
    headers: dict[str, Any],
    query: dict[str, Any],
) -> str:
    """Lets a value vary from row to row; returns what a job calls it."""
    group, dot, member = name.partition(".")
    group = group.replace("-", "_")
    if not dot and (group in _IN_CALL or group in operation.options):
        if group not in _IN_CALL and options.setdefault(group, VARIES) is not VARIES:
            raise CommandError(f"--column: {group} is given by --option, too", USAGE)
        return group
    if f"{group}{dot}" == _META and member and isinstance(options.get("metadata", {}), dict):
        options.setdefault("metadata", {})[member] = VARIES
        return f"x-oss-meta-{member}"
    if group in ("header", "query") and member:
        (headers if group == "header" else query)[member] = VARIES
        return member
    raise CommandError(
        f"--column: {name} is no option of {operation.name}; `ossign-fast operations "
        f"{operation.name}` lists them, and others are header.NAME, query.NAME and metadata.NAME",
        USAGE,
    )


def _as_option(error: RequestError) -> str:
    if error.field == "columns":
        return f"--column: {plain(error.problem)}"
    return _BY_COLUMN.sub("; where it differs from row to row, give --column", error_text(error))


def _listed(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def _told(error: Any) -> str:
    """Returns what to tell whoever typed the command, with the options of the command line."""
    return str(type(error)(error.source, _worded(error.problem), row=error.row))


def _worded(problem: str) -> str:
    problem = plain(problem)
    for pattern, wording in _PHRASES:
        problem = pattern.sub(wording, problem)
    return problem


def _dashed(name: str) -> str:
    return name.replace("_", "-")
