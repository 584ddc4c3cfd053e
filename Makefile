# From a fresh clone: `make run` starts the registry, `make test` checks it. Both need only GNU make, bash and
# Python 3.11 or newer; the rest they install into .venv themselves.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test lint test-sqlite test-postgres bench faults drill clean venv

PORT ?= 8000
DEMO ?= 1
PY := .venv/bin/python
PIP_INSTALL := $(PY) -m pip install --quiet --disable-pip-version-check

# The pilot's environment: no DEBUG, no TLS in front. DATABASE_URL and the rest come from the caller's environment.
RUN_ENV := DEBUG=0 HTTPS=0 DEMO=$(DEMO) SECRET_KEY_FILE=var/secret-key
# Tests of one file stay together: they share what is dear to make. The long files are not the last ones by name.
PYTEST := $(PY) -m pytest --numprocesses logical --dist loadfile --no-loadscope-reorder

# Checks read the settings but never a real database.
LINT_ENV := SECRET_KEY=only-for-checks DATABASE_URL=sqlite://:memory:

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run:  ## Start the registry with demo users on http://127.0.0.1:8000/ (PORT=… changes it)
	@[[ "$(PORT)" =~ ^[1-9][0-9]{0,4}$$ ]] && (( $(PORT) <= 65535 )) \
		|| { echo "PORT=$(PORT) is not a port number: choose one from 1 to 65535, e.g. make run PORT=8001" >&2; exit 1; }
	@! (exec 3<>/dev/tcp/127.0.0.1/$(PORT)) 2>/dev/null \
		|| { echo "Port $(PORT) is taken by another program: choose a free one, e.g. make run PORT=8001" >&2; exit 1; }
	@$(MAKE) --no-print-directory --silent .venv/run.stamp var/secret-key
	@$(RUN_ENV) $(PY) manage.py prepare
	@echo "The registry is at http://127.0.0.1:$(PORT)/ (Ctrl-C stops it)"
	@$(RUN_ENV) exec $(PY) -m gunicorn registry.wsgi --bind 127.0.0.1:$(PORT) --log-level warning

test: lint test-sqlite test-postgres  ## Run every check and every test, on SQLite and on PostgreSQL

lint: .venv/dev.stamp  ## Check style, types, templates and missing migrations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m djlint . --lint --quiet
	$(LINT_ENV) $(PY) manage.py makemigrations --check --dry-run
	$(LINT_ENV) $(PY) -m mypy

test-sqlite: .venv/dev.stamp  ## Run all tests on SQLite, those in a browser included
	$(PY) tests/tools/ensure_chromium.py
	env -u DATABASE_URL $(PYTEST)

test-postgres: .venv/dev.stamp  ## Run the tests that ask a database on a private, throwaway PostgreSQL
	$(PY) tests/tools/postgres.py -- $(PYTEST) -m "database and not (browser or once)"

bench: .venv/dev.stamp  ## Measure loading, and pages on a million deadlines (BENCH_DEADLINES=… for fewer)
	$(PY) -m tests.bench.run
	$(PY) -m tests.bench.reading

faults: .venv/dev.stamp  ## Kill and freeze workers, loads and databases under load (FAULTS_FREEZE=60 for longer)
	$(PY) -m tests.faults.run

drill: .venv/dev.stamp  ## Rehearse the loss of a PostgreSQL: restore it to a moment and to the end, compare every row
	$(PY) -m tests.tools.drill

clean:  ## Remove what make and the tools have made; data in var/ stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
	@for python in python3 python3.13 python3.12 python3.11; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue; \
		"$$python" -c 'import ensurepip, venv' 2>/dev/null || { \
			echo "$$python cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv" >&2; \
			exit 1; \
		}; \
		exec "$$python" -m venv --clear .venv; \
	done; \
	echo "Python 3.11 or newer is needed; none of python3, python3.13, python3.12, python3.11 is." >&2; exit 1

# The stamps remember what is installed: the second start runs no pip. An interrupted first start may lack pip itself,
# and after an upgrade of Python .venv may point to one that is gone: then it is made anew.
.venv/run.stamp: requirements.txt $(shell test -x $(PY) || echo venv)
	@$(PY) -m pip --version >/dev/null 2>&1 || $(PY) -m ensurepip >/dev/null
	@echo "Installing packages into .venv; this takes a minute, once"
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/run.stamp
	@echo "Installing packages for tests into .venv; this takes a minute, once"
	@$(PIP_INSTALL) -r requirements-dev.txt
	@touch $@

# Written aside and moved: an interrupted start leaves no half a key.
var/secret-key:
	@umask 077; mkdir -p var; $(PY) -c 'import secrets; print(secrets.token_urlsafe(64))' >$@.new; mv $@.new $@
