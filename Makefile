# `make build` once, then `make style types test test-python` before every commit.

.PHONY: build overloads style types test test-python

build:
	OSSIGN_FAST_BUILD=c python -m pip install --editable '.[test,dev]'

overloads:  # after a change to the table of operations or to the methods of Signer
	python tests/make_overloads.py

style:
	ruff check .
	ruff format --check .
	cython-lint ossign_fast
	codespell

types:
	mypy
	mypy tests/typing_examples.py tests/typing_rejected.py
	pyright
	pytest -q --numprocesses=0 tests/typing_completion.py

test:
	OSSIGN_FAST_ENGINE=c pytest

test-python:
	OSSIGN_FAST_ENGINE=python pytest
