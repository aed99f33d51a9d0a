# `make build` once, then `make style types test test-python` before every commit.

.PHONY: build style types test test-python

build:
	OSSIGN_FAST_BUILD=c python -m pip install --editable '.[test,dev]'

style:
	ruff check .
	ruff format --check .
	cython-lint ossign_fast
	codespell

types:
	mypy
	mypy tests/typing_examples.py

test:
	OSSIGN_FAST_ENGINE=c pytest

test-python:
	OSSIGN_FAST_ENGINE=python pytest
