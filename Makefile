# All that is needed beforehand: Python 3.11 or later with its venv module, and make; for Kafka also Java and Maven, for comparing the gateway Node.

.DEFAULT_GOAL := help
.PHONY: help up test check format pages lock bench bench-long province faults clean

BIN := .venv/bin
FEED := $(or $(ZEREN_FEED),direct)
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet install

# A stamp says that a lock is installed, and where: a virtual environment does not survive being moved.
HERE := $(shell pwd -P | cksum | cut -d ' ' -f 1)
RUNTIME := .venv/.runtime-$(HERE)
TOOLS := .venv/.tools-$(HERE)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: $(RUNTIME) ## start everything on http://127.0.0.1:8080 (ZEREN_PORT), with FEED=kafka over Kafka; Ctrl-C ends it
	@if [ "$(FEED)" = kafka ] && [ -z "$$ZEREN_KAFKA" ]; then sh deploy/kafka/jars.sh; fi
	@ZEREN_FEED=$(FEED) $(BIN)/zeren up

# Without Kafka or Node all other tests run, and the run fails at its end by itself.
test: $(TOOLS) ## run every test, on a real PostgreSQL and Kafka (ZEREN_WITHOUT_KAFKA=1, ZEREN_WITHOUT_NODE=1: without)
	@[ "$$ZEREN_WITHOUT_KAFKA" = 1 ] || [ -n "$$ZEREN_KAFKA" ] || sh deploy/kafka/jars.sh || :
	@[ "$$ZEREN_WITHOUT_NODE" = 1 ] || sh tests/gateway/node/install.sh || :
	@$(BIN)/python -m pytest

check: $(TOOLS) ## lint, format, types, import contracts, generated pages
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m zeren.pages --check

format: $(TOOLS) ## put the code into its one form
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

pages: $(RUNTIME) ## write the generated pages anew
	@$(BIN)/python -m zeren.pages

bench: $(TOOLS) ## measure against the limits of this machine
	@$(BIN)/python -m tests.bench

bench-long: $(TOOLS) ## the same, with the log grown to 10 million events (40 GB of disk, else 3 million)
	@$(BIN)/python -m tests.bench --long

province: $(TOOLS) ## load and ask a province: 100 000 units, a million tasks, up to 10 million events (an hour, 25 GB of disk)
	@$(BIN)/python -m tests.bench.province

faults: $(TOOLS) ## kill, cut, stop and fill up until COUNT faults (1000) are in docs/faults; goes on where it was broken off
	@sh deploy/kafka/jars.sh
	@$(BIN)/python -m tests.faults $(or $(COUNT),1000)

lock: ## choose versions anew and record their hashes (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv (pip install uv)." >&2; exit 1; }
	@uv pip compile pyproject.toml --group build --universal --upgrade --generate-hashes --no-emit-index-url --quiet \
		--custom-compile-command "make lock" --output-file requirements.lock
	@uv pip compile pyproject.toml --group build --group dev --constraints requirements.lock --universal --upgrade \
		--generate-hashes --no-emit-index-url --no-annotate --quiet \
		--custom-compile-command "make lock" --output-file requirements-dev.lock

clean: ## remove .venv and caches; never data (.zeren)
	@rm -rf .venv tests/gateway/node/node_modules build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --only-binary: nothing is compiled, so nothing unpinned is fetched to compile with.
$(RUNTIME): requirements.lock pyproject.toml deploy/venv.sh
	@sh deploy/venv.sh
	@echo "Installing into .venv; the first time takes a minute."
	@$(PIP) --require-hashes --no-deps --only-binary :all: --requirement requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@rm -f .venv/.runtime-* .venv/.tools-* && touch $@

$(TOOLS): requirements-dev.lock $(RUNTIME)
	@$(PIP) --require-hashes --no-deps --only-binary :all: --requirement requirements-dev.lock
	@touch $@
