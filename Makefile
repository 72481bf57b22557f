# Needs python3 with venv, make and internet (once). Everything is kept inside this folder.
SHELL := /bin/bash
PORT ?= 8000
LISTEN ?= 127.0.0.1
OTKLIK_DATA ?= .data/demo
UV := .uv/bin/uv
RUN := .venv/bin/
export OTKLIK_DATA PORT

help:  ## list the recipes
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

demo: setup  ## start with a lively demo company at http://localhost:8000 (PORT, OTKLIK_DATA; LISTEN=0.0.0.0 for phones)
	$(RUN)otklik demo --host $(LISTEN) --port $(PORT)

real: setup  ## start with public data sets (needs ../shared/data) as a company
	OTKLIK_DATA=.data/real $(RUN)otklik real --host $(LISTEN) --port $(PORT)

test: setup packages  ## run every test, browser and broker ones included
	$(RUN)pytest -n 2
	PATH="$(CURDIR)/$(RUN):$$PATH" $(RUN)python build_hooks/frontend.py test

check: setup packages  ## format, lint, types, layers, migrations, translations, TypeScript
	$(RUN)ruff format --check .
	$(RUN)ruff check .
	$(RUN)mypy
	$(RUN)lint-imports
	$(RUN)python -m otklik.cli manage makemigrations --check --dry-run
	$(RUN)python build_hooks/frontend.py check
	$(RUN)pytest -q tests/test_docs.py tests/test_translations.py

bench: setup  ## measure speed and size; prints ratios
	$(RUN)otklik bench

screenshots: setup packages  ## make the pictures of README and docs anew
	$(RUN)python -m tests.screenshots

messages: setup packages  ## collect texts to translate into each room
	for room in otklik/*/apps.py; do (cd $$(dirname $$room) && mkdir -p locale && $(CURDIR)/$(RUN)python -m django makemessages -l ru --no-location --ignore tests -v 0); done

lock: .uv/ready  ## renew requirements.lock from pyproject.toml
	$(UV) lock --upgrade
	$(UV) export -q --frozen --all-groups --no-emit-project --no-annotate --no-header -o requirements.lock

setup: .venv/ready  ## make .venv with everything pinned, build assets

packages:  ## Debian packages that the tests use, where they may be installed
	@bash build_hooks/packages.sh

clean:  ## remove everything that was made
	rm -rf .venv .uv .data frontend/node_modules otklik/web/static/built

.uv/ready:
	python3 -m venv .uv
	.uv/bin/pip install -q 'uv>=0.13'
	@touch $@

.venv/ready: .uv/ready requirements.lock pyproject.toml frontend/package-lock.json $(shell find frontend/src otklik build_hooks -type f '(' -path 'frontend/src/*' -o -path 'build_hooks/*.py' -o -name '*.po' ')')
	test -x .venv/bin/python || $(UV) venv -q --python "$$(cat .python-version)" .venv || $(UV) venv -q --python '>=3.12' .venv
	$(UV) pip sync -q --require-hashes requirements.lock
	$(UV) pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: help demo real test check bench screenshots messages lock setup packages clean
.DEFAULT_GOAL := help
