"""The parser, and what becomes of errors: one line and an exit code, never a traceback."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence

from ossign_fast import CredentialsError, OssignError, VerificationError, __version__

from . import batch, bench, demo, download, info, operations, presign, serve, upload
from ._errors import (
    CREDENTIALS,
    INTERRUPTED,
    IO_ERROR,
    OK,
    READER_GONE,
    REFUSED,
    USAGE,
    CommandError,
)
from ._output import complain, printable
from ._parser import Parser
from ._wording import error_text

# In the order of --help; a further command is a further module here.
_COMMANDS = (presign, batch, upload, download, operations, serve, demo, bench, info)

_EPILOG = f"""\
Access keys come from OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET and OSS_SESSION_TOKEN, from where
Alibaba Cloud's own tools have them (--credentials default), or from --credentials-file; never from
arguments, which other users of the machine can read.

examples:
  ossign-fast demo
  ossign-fast presign GetObject oss://examplebucket/a.txt --region cn-hangzhou
  ossign-fast presign --help

exit codes:
  {OK:<4} done
  {REFUSED:<4} refused by the server, or a check failed
  {USAGE:<4} wrong usage, or a request that cannot be signed
  {CREDENTIALS:<4} no usable access key
  {IO_ERROR:<4} file or network error
  {INTERRUPTED:<4} interrupted (Ctrl-C, SIGTERM)
  {READER_GONE:<4} the reader of the output went away
"""


def build_parser() -> argparse.ArgumentParser:
    """Returns the parser of the whole command line.

    Example:
        >>> build_parser().parse_args(["info", "--json"]).json
        True
    """
    parser = Parser(
        prog="ossign-fast",
        description="Issue, use and try out presigned URLs of Alibaba Cloud OSS.",
        epilog=_EPILOG,
    )
    parser.add_argument("--version", action="version", version=f"ossign-fast {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, title="commands")
    for command in _COMMANDS:
        command.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; `--help` lists the codes.

    Args:
        argv: The arguments without the program name; None takes those of the process.

    Returns:
        The exit code. Expected failures end up as one line on standard error, never a traceback.

    Example:
        >>> main(["presign", "PutObject", "--help-me"])
        2
    """
    try:
        with _sigterm_interrupts():
            code = _run(argv)
            if sys.stdout is not None:
                sys.stdout.flush()
    except BrokenPipeError:
        code = READER_GONE
    except KeyboardInterrupt:
        code = _report("interrupted", INTERRUPTED)
    except CommandError as error:
        code = _report(str(error), error.code, error.details)
    except OssignError as error:
        code = _report(error_text(error), _code_of(error))
    except OSError as error:
        code = _report(_io_text(error), IO_ERROR)
    _settle_stdout()
    return code


def _run(argv: Sequence[str] | None) -> int:
    try:
        args, unknown = build_parser().parse_known_args(argv)
    except SystemExit as exit_request:  # --help and --version
        return int(exit_request.code or 0)
    if len(unknown) == 1 and getattr(args, "target", "") is None and "://" in unknown[0]:
        args.target = unknown.pop()  # argparse takes no optional argument after options
    if unknown:
        raise CommandError(_unknown_text(unknown, args.prog), USAGE)
    code: int = args.run(args)
    return code


def _unknown_text(unknown: Sequence[str], prog: str) -> str:
    """Names unknown options without their values: one of them may be a secret."""
    options = [word.partition("=")[0] for word in unknown if word.startswith("-")]
    if not options:
        return f"too many arguments (see {prog} --help)"
    text = f"unknown option {printable(options[0])}"
    if any(hint in options[0].lower() for hint in ("secret", "access", "token", "password")):
        return f"{text}; secrets come from the environment or --credentials-file"
    return f"{text} (see {prog} --help)"


def _code_of(error: OssignError) -> int:
    if isinstance(error, CredentialsError):
        return CREDENTIALS
    return REFUSED if isinstance(error, VerificationError) else USAGE


def _io_text(error: OSError) -> str:
    reason = error.strerror or type(error).__name__
    return reason if error.filename is None else f"{error.filename}: {reason}"


def _report(text: str, code: int, details: Sequence[str] = ()) -> int:
    complain(f"ossign-fast: error: {text}")
    for line in details:
        complain(line, indent="  ")
    return code


@contextlib.contextmanager
def _sigterm_interrupts() -> Iterator[None]:
    """Lets SIGTERM unwind like Ctrl-C, so that temporary files go and sockets close."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _settle_stdout() -> None:
    """Keeps the interpreter from failing at exit over output that nobody takes."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError:
        with contextlib.suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
