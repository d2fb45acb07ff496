# Every target sets up what it needs: `make demo` and `make test` work from a bare clone.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PY := $(BIN)/python

.PHONY: help demo run test check quality bench soak lock build clean
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

$(BIN)/.run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	@test -x $(PY) || $(PYTHON) -m venv .venv
	@echo "setting up .venv …" >&2
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PY) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The catalogue and the modules, compiled beside them, so that no command has to wait for that.
$(BIN)/.compiled: $(BIN)/.run $(wildcard monitor/narratives/*.yaml monitor/domain/matching/*.py monitor/adapters/morphology.py monitor/adapters/langid.py monitor/domain/rematch.py)
	@echo "compiling the catalogue …" >&2
	@$(PY) -m monitor.adapters.compiled >&2
	@$(PY) -m compileall -q monitor
	@touch $@

$(BIN)/.dev: $(BIN)/.run requirements-dev.lock
	@$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(BIN)/.compiled ## replay a sample week through the real pipeline, print the digest
	@$(BIN)/monitor demo --out out/demo

run: $(BIN)/.compiled ## poll feeds.yaml once into monitor.db and print the digest
	@$(BIN)/monitor init
	@$(BIN)/monitor poll && $(BIN)/monitor digest && \
	  echo "Next: 'monitor search', 'monitor digest --format html --out digest.html'; commands are in $(BIN)." >&2

# A file's tests stay together: they share what the file prepares. In the order of their folders:
# the longest are first and the shortest last.
JOBS ?= auto
# What is compiled of the tests is kept, even where Python is told to keep nothing.
PYTEST := PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -n $(JOBS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

test: $(BIN)/.dev $(BIN)/.compiled ## run all tests, on all cores (JOBS=0: one by one)
	@$(PYTEST)

check: $(BIN)/.dev $(BIN)/.compiled ## lint, formatting, types, layers, then the tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PYTEST)

quality: $(BIN)/.dev $(BIN)/.compiled ## measure the catalogue on labelled texts, the worst first
	@PYTHONPATH=.:tests $(PY) -m quality.report $(QUALITY)
	@PYTHONPATH=.:tests $(PY) -m quality.learned

ARCHIVE ?= 20000
bench: $(BIN)/.dev $(BIN)/.compiled ## measure speed against a baseline in the same run
	@$(PY) -m tests.bench.matching
	@PYTHONPATH=.:tests $(PY) -m bench.program
	@PYTHONPATH=.:tests $(PY) -m bench.polling
	@PYTHONPATH=.:tests $(PY) -m bench.service
	@PYTHONPATH=.:tests $(PY) -m bench.delivery
	@PYTHONPATH=.:tests $(PY) -m bench.archive --items $(ARCHIVE)
	@PYTHONPATH=.:tests $(PY) -m bench.learning --vectors 200000

TEN ?= 10000000
soak: $(BIN)/.dev $(BIN)/.compiled ## the long runs
	@$(PY) -m pytest -m soak
	@PYTHONPATH=.:tests $(PY) -m bench.archive_ten --items $(TEN)

lock: $(BIN)/.dev ## pin every dependency again, with hashes
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --group build pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --all-extras --group build --group dev pyproject.toml -o requirements-dev.lock -c requirements.lock

build: $(BIN)/.dev ## make the wheel
	@$(PY) -m build --no-isolation --wheel

clean: ## remove what was made here
	@rm -rf .venv out dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
