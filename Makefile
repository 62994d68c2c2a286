# SPDX-License-Identifier: Apache-2.0
# Needs Python 3.11 or newer, git and make; everything else goes into .venv, from a lock with hashes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# What Hypothesis and the hash order start from, so that a run can be repeated.
SEED := $(or $(SEED),$(shell date +%s))
PYTEST_ARGS ?=
BENCH_ARGS ?=

CODE := $(wildcard stigmer tools tests benchmarks action)
UV_VERSION := 0.13.9

# The language server that the editor's tests speak to; without npm they are skipped.
SERVER := build/editor
SERVER_READY := $(SERVER)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo test check fmt gen build bench lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' Makefile

demo: $(READY) ## validate, diff and apply the example manifests, in a throw-away home
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh

test: $(READY) $(SERVER_READY) ## every test; SEED=N repeats a run, PYTEST_ARGS=... adds to pytest's command line
	@echo "seed $(SEED) (the same again: make test SEED=$(SEED))"
	PYTHONHASHSEED=$(SEED) $(BIN)/python -m pytest -n 2 --hypothesis-seed=$(SEED) $(PYTEST_ARGS)

check: $(READY) ## style, types, imports between rooms, protos, generated files, secrets, licence headers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict $(CODE)
	$(BIN)/lint-imports
	$(BIN)/buf lint
	$(BIN)/buf format -d --exit-code
	$(BIN)/python -m tools.check_breaking
	$(BIN)/python -m tools.gen --check
	$(BIN)/python -m tools.check_secrets
	$(BIN)/python -m tools.check_spdx

fmt: $(READY) ## rewrite Python and protos in the project's style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/buf format -w

gen: $(READY) ## make stigmer/_gen, schemas and the generated pages from proto/
	$(BIN)/python -m tools.gen

build: $(READY) ## wheel and source archive, into dist/
	$(BIN)/python -m hatchling build

bench: $(READY) ## measure; BENCH_ARGS=... is passed on
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

lock: ## make requirements.txt and requirements-dev.txt anew from pyproject.toml; needs the network
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip --disable-pip-version-check install --quiet "uv==$(UV_VERSION)"
	build/lock/bin/uv pip compile --quiet $(LOCK_FLAGS) --output-file requirements.txt pyproject.toml
	build/lock/bin/uv pip compile --quiet $(LOCK_FLAGS) --group dev --constraints requirements.txt \
		--output-file requirements-dev.txt pyproject.toml

# Universal: one lock, with markers, for every platform and every Python from 3.11 on.
LOCK_FLAGS := --universal --python-version 3.11 --upgrade --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links

clean: ## remove what the targets above made
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is written last, so a half-made environment is made again from the start.
$(READY): requirements-dev.txt pyproject.toml
	@command -v git >/dev/null || { echo "git is needed and was not found"; exit 1; }
	@command -v $(PYTHON) >/dev/null || { \
		echo "Python 3.11 or newer is needed and '$(PYTHON)' was not found; name one: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) -V 2>&1); name another: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Making $(VENV) (once)"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements-dev.txt
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(SERVER_READY): tests/editor/package.json tests/editor/package-lock.json
	@echo "Installing yaml-language-server into $(SERVER) (once)"
	@mkdir -p $(SERVER) && cp $^ $(SERVER)
	@if npm ci --silent --no-audit --no-fund --fetch-retries=1 --prefix $(SERVER); then touch $@; \
	else echo "npm is not there, or could not install it, so the tests of the editor will be skipped"; fi
