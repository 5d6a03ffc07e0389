# One verb a line. Every verb first makes .venv if it is not there or not up to date; `make check` never writes.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
SERVE ?= yes
PORT ?= 8866
DATA ?= ../shared/data
BIN := .venv/bin
# Written last, so that an install broken off half-way is never taken for done.
INSTALLED := .venv/.installed
NOTEBOOKS = $(wildcard notebooks/*.ipynb)
# Kept headlines need their execution counts (nbval compares no cell without one); what JupyterLab and Papermill add goes.
STRIP := $(BIN)/nbstripout --keep-count --keep-id \
	--extra-keys "metadata.papermill metadata.language_info cell.metadata.papermill"

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help install demo test check fix headlines accuracy study bench scale gallery run serve lab lock

help: ## Show what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-16s %s\n", $$1, $$2}'

install: $(INSTALLED) ## Make .venv with the exact versions of requirements.lock

demo: $(INSTALLED) ## Demo data to rendered reports, then serve them (SERVE=no stops before)
	@$(BIN)/lsc demo $(if $(filter no,$(SERVE)),--no-serve)

test: $(INSTALLED) ## Run every test
	@$(BIN)/python -m pytest -n 2

check: $(INSTALLED) ## Style, types and the order of rooms; writes nothing
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(if $(NOTEBOOKS),$(STRIP) --verify $(NOTEBOOKS))

fix: $(INSTALLED) ## Put right what can be: style, notebook outputs, parameters/schema.json
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(if $(NOTEBOOKS),$(STRIP) $(NOTEBOOKS))
	@$(BIN)/python -c 'import json, pathlib; from lsc_analytics.parameters import schema; \
	pathlib.Path("parameters/schema.json").write_text(json.dumps(schema(), indent=2) + "\n")'

headlines: $(INSTALLED) ## Run the notebooks on fresh demo data and keep their headlines
	@set -e; demo=$$(mktemp -d); trap 'rm -rf "$$demo"' EXIT; \
	export LSC_HOME="$$demo/home" LSC_PSEUDONYM_KEY_FILE="$$demo/key"; \
	echo "a key for demo data alone" > "$$demo/key"; \
	$(BIN)/lsc demo-data "$$demo/files"; \
	$(BIN)/lsc ingest "$$demo/files"; \
	$(BIN)/jupyter nbconvert --log-level=WARN --KernelManager.transport=ipc --KernelManager.ip="$$demo/kernel" --to notebook --execute --inplace $(NOTEBOOKS); \
	$(STRIP) $(NOTEBOOKS)

accuracy: $(INSTALLED) ## Judge every forecasting method on published data (DATA=folder); results in docs/accuracy.md, half an hour
	@set -e; home=$$(mktemp -d); trap 'rm -rf "$$home"' EXIT; export LSC_HOME="$$home" OPENBLAS_NUM_THREADS=1; \
	$(BIN)/lsc ingest $(DATA)/rtt $(DATA)/dm01; \
	$(BIN)/lsc accuracy --output docs/accuracy.md

study: $(INSTALLED) ## Recount the limits of mutual aid in three thousand random systems; the tests take three hundred
	@LSC_RANDOM_SYSTEMS=3000 $(BIN)/python -m pytest -q tests/models/test_mutual_aid.py --durations=3

bench: $(INSTALLED) ## Measure the batch and the site on the reports in LSC_HOME; the batch's results in docs/performance.md
	@PYTHONPATH=. $(BIN)/python tests/batch/bench_batch.py
	@PYTHONPATH=. $(BIN)/python tests/site/bench_site.py --stock

scale: $(INSTALLED) ## Measure reading and reporting from four trusts to England (DATA=folder); results in docs/scale.md, an hour
	@PYTHONPATH=. $(BIN)/python tests/batch/bench_scale.py --data $(DATA)

gallery: $(INSTALLED) ## Take the pictures of docs/gallery.md again, of the demo's reports in LSC_HOME
	@PYTHONPATH=. $(BIN)/python tests/site/gallery.py

run: $(INSTALLED) ## Run the reports that are due on the data in LSC_HOME
	@$(BIN)/lsc run

serve: $(INSTALLED) ## Serve the rendered reports (PORT=8866)
	@$(BIN)/lsc serve --port $(PORT)

lab: $(INSTALLED) ## Open the notebooks in JupyterLab
	@$(BIN)/lsc lab

lock: ## Renew requirements.lock from pyproject.toml (maintainers; needs uv)
	uv pip compile pyproject.toml --extra cluster --group dev --universal --generate-hashes --no-emit-index-url \
		--no-annotate --no-header --python-version 3.11 -o requirements.lock

$(INSTALLED): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { \
		echo "$(PYTHON) was not found: install Python 3.11 or later, or name one: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "This needs Python 3.11 or later and $(PYTHON) \
	is %d.%d: name another with make PYTHON=/path/to/python3.11" % sys.version_info[:2])'
	@echo "Installing into .venv; the first time takes a few minutes."
	@test -e $@ || fresh=--clear; rm -f $@; $(PYTHON) -m venv $$fresh .venv
	@$(BIN)/pip install -qq --require-hashes -r requirements.lock
	@$(BIN)/pip install -qq --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q lsc_analytics # once, not by every process where Python is told to keep nothing
	@touch $@
