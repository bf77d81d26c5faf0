# Every target works from a bare checkout: it makes .venv if there is none, whether or not another
# environment is active, and is quick the second time.
#
#   make demo         scan the bundled server; writes toolmark-demo/
#   make test         all tests
#   make check        format, lint and types
#   make bench        start-up, scan and per-tool times against their targets
#   make screenshot   docs/screenshot.png from the demo's report (needs chromium)
#   make clean        remove what these targets made

SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test check bench screenshot clean

# An interpreter named by PYTHON wins; else the first of these that is 3.11 or newer.
PYTHONS := $(if $(PYTHON),$(PYTHON),python3 python3.13 python3.12 python3.11 python)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input install -qq

# Paths of an active environment must not leak into ours.
unexport PYTHONPATH
unexport PYTHONHOME
unexport VIRTUAL_ENV

help:
	@sed -n 's/^#   make/  make/p' Makefile

demo: $(VENV)/.runtime
	@$(BIN)/toolmark demo
	@echo '(here, toolmark is $(BIN)/toolmark; ". $(BIN)/activate" puts it on your path)'

test: $(VENV)/.dev
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(VENV)/.dev
	@failed=0; \
	for tool in "ruff format --check --quiet ." "ruff check --quiet ." "mypy"; do \
	  echo "$$tool"; $(BIN)/$$tool || failed=1; \
	done; \
	exit $$failed

bench: $(VENV)/.runtime
	@$(BIN)/python benchmarks/bench.py

screenshot: $(VENV)/.runtime
	$(BIN)/python scripts/screenshot.py

clean:
	rm -rf $(VENV) build dist toolmark-demo .mypy_cache .ruff_cache .pytest_cache

$(VENV)/.python:
	@for python in $(PYTHONS); do \
	  if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    echo "setting up $(VENV) with $$($$python --version)" >&2; \
	    $$python -m venv --clear $(VENV) && touch $@ && exit 0; \
	    echo "$$python -m venv failed (on Debian: apt install python3-venv)" >&2; exit 1; \
	  fi; \
	done; \
	echo "Python 3.11 or newer is needed; name one with: make PYTHON=/path/to/python" >&2; exit 1

$(VENV)/.runtime: pyproject.toml $(VENV)/.python
	@echo "installing Toolmark into $(VENV) (once)" >&2
	@$(PIP) --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml $(VENV)/.python
	@echo "installing Toolmark and its development tools into $(VENV) (once)" >&2
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.runtime
