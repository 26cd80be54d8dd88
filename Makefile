# The menu: `make` alone lists it. Needs Python 3.11 or newer, make and a network; all else lands in .venv.
# Another Python: `make PYTHON=python3.13 run`.

PYTHON ?= python3
VENV := .venv
ORACLES := .venv-oracles
DOCS := .venv-docs
ECOLOGITS := 0-11 0-9 0-8
BIN := $(VENV)/bin
LOCK := requirements-dev.txt
SET_UP := pyproject.toml $(LOCK)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# In CI a tool that a test needs is there or the test fails; elsewhere the test is skipped and says why.
ifeq ($(CI),true)
export LCA_REQUIRE_TOOLS := 1
endif

.DEFAULT_GOAL := help
.PHONY: help run test test-all lint bench units messages lock docs programs clean

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' Makefile

run: $(VENV)/.run  ## print the table of the Stable Diffusion study
	@$(BIN)/lca run scenarios/stable_diffusion.yaml

# Sail is the server of Spark Connect that our client is tested on. Both are large: their tests run where they are.
test: programs lint $(ORACLES)-sail/.made  ## set up all that the tests need, then lint and run every test
	$(ORACLES)-sail/bin/python -m pytest -p no:cacheprovider tests/test_batch_spark.py
	$(BIN)/python -m pytest -n auto --dist loadgroup --doctest-modules lca tests

# The oracles have an environment of their own: nothing of theirs is ours. What they answer is in tests/recorded/.
# So has LiteLLM, which needs an older python-dateutil than ours and is large, and Spark: their tests run there.
test-all: $(VENV)/.run $(ORACLES)/.made $(ORACLES)-litellm/.made $(ORACLES)-brightway/.made $(ORACLES)-ilcd/.made $(ORACLES)-codecarbon/.made $(ORACLES)-spark/.made $(ECOLOGITS:%=$(ORACLES)-ecologits-%/.made)  ## ask the other programs anew, write tests/recorded/, then `make test` with nothing left out
	$(ORACLES)/bin/python -W ignore tests/oracles/boavizta.py tests/recorded/boavizta.json
	for release in $(ECOLOGITS); do $(ORACLES)-ecologits-$$release/bin/python -P -W ignore tests/oracles/ecologits.py \
	tests/recorded/ecologits-$$release.json || exit 1; done
	$(ORACLES)-ecologits-0-11/bin/python -P -W ignore tests/oracles/ecologits.py tests/recorded/ecologits-video-0-11.json \
	videos
	@folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && for study in stable_diffusion chat_assistant; do \
	$(BIN)/lca export $$study --format brightway -o "$$folder/$$study.xlsx" || exit 1; done && \
	$(ORACLES)-brightway/bin/python -P -W ignore tests/oracles/brightway.py tests/recorded/brightway.json "$$folder"/*.xlsx
	$(ORACLES)-brightway/bin/python -P -W ignore tests/oracles/brightway_inventory.py tests/recorded/brightway-inventory.xlsx
	$(ORACLES)-ilcd/bin/python -P -W ignore tests/oracles/ilcd.py tests/recorded/ilcd.json tests/recorded/ilcd-epd.zip
	$(ORACLES)-codecarbon/bin/python -P tests/oracles/codecarbon.py tests/recorded/codecarbon-3-3.csv
	$(ORACLES)-litellm/bin/python -W ignore tests/oracles/litellm_logs.py tests/recorded/litellm-logs.jsonl
	$(ORACLES)-litellm/bin/python -m pytest -p no:cacheprovider tests/test_track_litellm.py
	$(ORACLES)-spark/bin/python -P -W ignore tests/oracles/spark.py tests/recorded/spark.json
	$(ORACLES)-spark/bin/python -m pytest -p no:cacheprovider tests/test_batch_spark.py
	@LCA_WHOLE=1 $(MAKE) test

lint: $(VENV)/.dev  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev $(ORACLES)-ecologits-0-11/.made  ## time what the README promises
	$(BIN)/python -m bench

units: $(VENV)/.run  ## write the table of unit texts anew
	$(BIN)/python -m lca.units

messages: $(VENV)/.dev  ## write the catalogues of our messages anew
	$(BIN)/python -m tools.catalogue

docs: $(VENV)/.run $(DOCS)/.made  ## build the site of the documentation: .site/html/index.html
	$(BIN)/python -m tools.site .site/pages
	$(DOCS)/bin/zensical build --clean --strict

lock:  ## write requirements-dev.txt anew: the newest versions that Python 3.11 takes
	@$(PYTHON) -c 'import sys; sys.version_info[:2] == (3, 11) or sys.exit("versions are locked with the oldest \
	Python we support: make PYTHON=python3.11 lock")'
	@new=$$(mktemp -d) && trap 'rm -rf "$$new"' EXIT && \
	$(PYTHON) -m venv "$$new" && \
	"$$new/bin/python" -m pip --disable-pip-version-check --quiet install --only-binary=:all: -e '.[dev]' && \
	{ echo '# Exact versions for development and CI, written by `make lock` from pyproject.toml.' && \
	"$$new/bin/python" -m pip freeze --exclude lca; } > "$$new/lock" && \
	cp "$$new/lock" $(LOCK)

clean:  ## remove what make made
	rm -rf $(VENV) $(ORACLES)* $(DOCS) .site .cache dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find lca tests -name __pycache__ -prune -exec rm -rf {} +

# LibreOffice recomputes our workbooks, so that the tests compare two independent engines; LaTeX compiles our tables.
programs:
	@CI='$(CI)' .ci/programs

# Two steps, so that `make run` waits only for what a user installs, at the versions that the tests ran with.
$(VENV)/.run: $(SET_UP)
	@command -v $(PYTHON) >/dev/null || { echo 'lca needs Python 3.11 or newer, and there is no $(PYTHON)' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("lca needs Python 3.11 or newer, and \
	$(PYTHON) is " + sys.version.split()[0] + ": name another, as in `make PYTHON=python3.13 run`")'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo '$(PYTHON) cannot make a virtual environment:' \
	'install its venv package (Debian, Ubuntu: apt-get install python3-venv)' >&2; exit 1; }
	@echo 'setting up $(VENV) …' >&2
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install -c $(LOCK) hatchling
	@$(PIP) install -c $(LOCK) --no-build-isolation -e .
	@touch $@

$(ORACLES)/.made: tests/oracles/requirements.txt
	@echo 'setting up $(ORACLES) …' >&2
	@$(PYTHON) -m venv $(ORACLES)
	@$(ORACLES)/bin/python -m pip --disable-pip-version-check --quiet install -r $<
	@touch $@

$(ORACLES)-%/.made: tests/oracles/requirements-%.txt
	@echo 'setting up $(ORACLES)-$* …' >&2
	@$(PYTHON) -m venv $(ORACLES)-$*
	@$(ORACLES)-$*/bin/python -m pip --disable-pip-version-check --quiet install -r $<
	@touch $@

$(DOCS)/.made: requirements-docs.txt
	@echo 'setting up $(DOCS) …' >&2
	@$(PYTHON) -m venv $(DOCS)
	@$(DOCS)/bin/python -m pip --disable-pip-version-check --quiet install -r $<
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@$(PIP) install -r $(LOCK)
	@touch $@
