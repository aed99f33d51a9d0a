"""The command line, `ossign-fast`.

A command is one module of this package with two functions: `add_parser(commands)` describes it
and sets `run=run` as a default, `run(args)` does it and returns an exit code. `_main.py` lists
the modules. They import requests, tqdm and the local endpoint inside functions, so that `presign`
starts fast.
"""

from ._main import build_parser, main

__all__ = ["build_parser", "main"]
