# Everything that a developer or an operator does here; `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

PORT ?= 8000
DESK_PORT ?= 8001
DATA ?= var/demo
# Mebibytes of the file that `make evidence` sends.
MIB ?= 1024
# The first Python that is new enough; `make setup PYTHON=…` takes another.
PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)

VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/.stamps
BROWSER := reporting/browser
# Locked versions with hashes alone decide: no machine-wide constraint may add to them.
PIP := PIP_CONSTRAINT= $(BIN)/python -m pip --disable-pip-version-check --quiet install
UV_COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --exclude-newer "7 days" --custom-compile-command "make locks"

BUNDLE_SOURCES := hatch_build.py $(wildcard $(BROWSER)/*.json $(BROWSER)/*.mjs $(BROWSER)/.npmrc) \
	$(shell find $(BROWSER)/src $(BROWSER)/scripts -type f 2>/dev/null) \
	$(wildcard reporting/translations/*/LC_MESSAGES/messages.po)

.PHONY: help setup demo test lint bench evidence fixtures fuzz locks translations clean

help: ## List these commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | \
		while IFS=$$'\t' read -r name text; do printf '  make %-13s %s\n' "$$name" "$$text"; done

setup: $(STAMPS)/built ## Install everything needed to run: environment, locked packages, browser bundle, catalogues
	@echo "setup: ready"

demo: setup ## Start a demonstration service with made-up accounts on PORT (8000) and DESK_PORT (8001)
	@echo "demo: a service with made-up accounts in $(DATA)"
	@$(BIN)/reporting demo --port $(PORT) --desk-port $(DESK_PORT) --data $(DATA)

test: lint $(STAMPS)/system ## Run the linters and every test, in Node, Python and real browsers
	@echo "test: the browser side's modules in Node"
	@$(BIN)/python hatch_build.py npm --silent run test
	@echo "test: everything else with pytest"
	@$(BIN)/python -m pytest --numprocesses=2

lint: $(STAMPS)/dev ## Check style and types of both languages
	@echo "lint: ruff"
	@$(BIN)/ruff check
	@echo "lint: mypy"
	@$(BIN)/mypy
	@echo "lint: tsc and eslint"
	@$(BIN)/python hatch_build.py npm --silent run lint

bench: $(STAMPS)/dev $(STAMPS)/system ## Measure speed and memory beside their references
	@echo "bench: this takes some minutes; leave the machine alone meanwhile"
	@$(BIN)/python -m tests.bench

evidence: $(STAMPS)/dev $(STAMPS)/system ## Send a file of MIB (1024) MiB from Chromium to the desk and back, through a folder and through SeaweedFS
	@echo "evidence: a file of $(MIB) MiB, there and back"
	@$(BIN)/python -m tests.bench.evidence --mib $(MIB)

fixtures: $(STAMPS)/dev $(STAMPS)/system ## Make the files with planted names, places and numbers anew, by the programs that people use
	@echo "fixtures: this takes some minutes"
	@$(BIN)/python -m tests.fixtures

fuzz: $(STAMPS)/dev ## Fuzz every parser that takes bytes from outside, guided by coverage
	@echo "fuzz: press Ctrl-C to stop"
	@$(BIN)/python -m tests.fuzz

locks: $(STAMPS)/dev ## Bring the locks up to the newest versions that are at least seven days old
	@echo "locks: resolving"
	@$(UV_COMPILE) --upgrade pyproject.toml --output-file requirements.lock
	@$(UV_COMPILE) --upgrade --group build --constraint requirements.lock --output-file requirements-build.lock
	@$(UV_COMPILE) --upgrade --group node --output-file requirements-node.lock
	@$(UV_COMPILE) --upgrade pyproject.toml --group dev --group build --constraint requirements.lock \
		--constraint requirements-build.lock --output-file requirements-dev.lock

translations: $(STAMPS)/dev ## Collect the texts for people and bring the catalogues up to date
	@echo "translations: reading the sources"
	@$(BIN)/python -m reporting.translations.catalogues update

clean: ## Remove what was built and installed here; data under var/ stays
	@echo "clean: environment, bundle, catalogues and caches"
	@rm -rf $(VENV) build dist $(BROWSER)/node_modules $(BROWSER)/dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find reporting tests -name __pycache__ -type d -prune -exec rm -rf {} +
	@find reporting/translations -name '*.mo' -delete

$(STAMPS)/venv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed. Install it, then run make again." >&2; exit 1; }
	@echo "setup: environment in $(VENV) ($$($(PYTHON) --version))"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) cannot make environments. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: requirements.lock requirements-build.lock requirements-node.lock | $(STAMPS)/venv
	@echo "setup: locked packages"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --require-hashes -r requirements-build.lock
	@$(BIN)/python hatch_build.py --node >/dev/null 2>&1 || { echo "setup: Node, as a Python package"; \
		$(PIP) --require-hashes -r requirements-node.lock; }
	@touch $@

$(STAMPS)/package: pyproject.toml hatch_build.py $(STAMPS)/runtime
	@echo "setup: this package, from its source; browser bundle and catalogues"
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/built: $(STAMPS)/package $(BUNDLE_SOURCES)
	@$(BIN)/python hatch_build.py
	@touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/built $(BROWSER)/package-lock.json
	@echo "setup: linters and test tools"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@$(BIN)/python hatch_build.py --dev
	@touch $@

$(STAMPS)/system: tests/system-packages.sh | $(STAMPS)/venv
	@bash tests/system-packages.sh
	@touch $@
