# One command for each thing a person does here. Needs Python 3.11 or newer, make and gcc.
PYTHON ?= python3
PYTEST_ARGS ?= -n 2 --dist loadfile
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
LOCKED := --require-hashes --no-deps

# Whatever is there of these is type-checked, strictly but for the tests.
TYPED  := $(wildcard src tests verify scripts bench)

.DEFAULT_GOAL := help
.PHONY: help install dev check format test demo bench bench-desk bench-sky soak lock web web-lock clean

help:
	@echo "make install   a private environment and $(BIN)/parley"
	@echo "make dev       the same, with what the checks and tests need"
	@echo "make check     format, lint, types, import contracts, budgets (under a minute)"
	@echo "make test      check, then the tests"
	@echo "make demo      two sides and a mirror on this machine"
	@echo "make bench     timings of the slow paths"
	@echo "make bench-desk how soon the desk is there, in the system's Chromium"
	@echo "make bench-sky the sky engine beside PostGIS, SQLite and Shapely (BENCH_ARGS=--quick)"
	@echo "make soak      the long tests"
	@echo "make format    rewrite the code in the house format"
	@echo "make lock      renew locks/ (needs uv)"
	@echo "make web       the desk in the browser alone, types checked (needs Node.js >= 20.19)"
	@echo "make clean     remove everything that was built"

install: $(VENV)/.installed
dev: $(VENV)/.dev

# Every stamp is written last, so that an interrupted install is done again.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Parley needs Python 3.11 or newer: make install PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: locks/runtime.txt | $(VENV)/.made
	@$(PIP) install $(LOCKED) --requirement locks/runtime.txt
	@touch $@

# The kernel of parley.sky is compiled by hatch_build.py, again when a source of it changes.
KERNEL := hatch_build.py $(wildcard src/parley/sky/kernel/*.c src/parley/sky/kernel/*.h)

# The desk in the browser is built by npm from web/, again when a source of it changes.
WEB := $(shell find web src/parley/desk/catalogue -name node_modules -prune -o -type f -print)
DESK_LEFT_OUT := if command -v npm >/dev/null; then echo "plain pages only: the desk could not be \
built; make web says why"; else echo "no npm: plain pages only (the full desk is built with \
Node.js >= 20.19)"; fi >&2

$(VENV)/.installed: pyproject.toml $(KERNEL) $(WEB) $(VENV)/.runtime
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@test -e src/parley/sky/kernel/libsky.so || echo "no C compiler: parley.sky will be slow" >&2
	@test -e src/parley/desk/static/.stamp || { $(DESK_LEFT_OUT); }
	@touch $@

# What `make install` does for the desk, with the types checked and everything said aloud.
web:
	@cd web && npm ci --no-audit --no-fund --ignore-scripts && npm run check \
	  && npm run build -- --outDir ../src/parley/desk/static --emptyOutDir

# Needs npm; the file names no host, so that any registry will do.
web-lock:
	@cd web && npm run lock

# examples.txt: what the examples draw with; by hand, it is one package.
# strangers.txt: other people's verifiers, asked in the tests whether they agree with ours. One of
# them declares a newer Python than it needs.
$(VENV)/.dev: locks/dev.txt locks/strangers.txt locks/examples.txt $(VENV)/.installed
	@$(PIP) install $(LOCKED) --requirement locks/dev.txt
	@$(PIP) install $(LOCKED) --ignore-requires-python --requirement locks/strangers.txt
	@$(PIP) install $(LOCKED) --requirement locks/examples.txt
	@touch $@

check: dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary $(TYPED)
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python scripts/budgets.py

format: dev
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

test: check
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

demo: install
	@$(BIN)/parley demo

bench: dev
	@$(BIN)/python -m bench

# Drives the desk as the tests in tests/desk do; needs Chromium and the built desk.
bench-desk: dev
	@$(BIN)/python -m bench.desk

# Its database is Debian's PostgreSQL 15 with PostGIS, started and ended by the bench itself.
bench-sky: dev
	@$(BIN)/python -m bench.sky $(BENCH_ARGS)

soak: dev
	@$(BIN)/python -m pytest -m soak --timeout=0

UV       ?= uv
COMPILE  := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
            --fork-strategy fewest --no-emit-index-url --no-header --no-annotate \
            --extra node --extra desk
lock:
	$(COMPILE) pyproject.toml locks/build.in --output-file locks/runtime.txt
	$(COMPILE) --extra dev --constraint locks/runtime.txt pyproject.toml locks/build.in \
	  --output-file locks/dev.txt

clean:
	@rm -rf $(VENV) build dist demo-output demo-denied *.egg-info .pytest_cache .mypy_cache .ruff_cache \
	  .hypothesis .import_linter_cache
	@rm -rf web/node_modules src/parley/desk/static
	@rm -f src/parley/sky/kernel/libsky.so
	@find src tests verify scripts bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
