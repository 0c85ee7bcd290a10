# Diurnal: every target does its own set-up; Python 3.11 and make are all it needs.
MAKEFLAGS += --no-print-directory
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
PEER   := .venv-peer/.ready
MOVEMENT := .venv-movement/.ready
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help demo test check long differential chaos bench score conform fuzz lock clean

help: ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Diurnal needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	@echo "Setting up the environment in $(VENV) (once, about a minute) ..." >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@grep -A 40 '^uv==' requirements.lock | awk 'NR==1 || /^ +--hash/ {print; next} {exit}' > $(VENV)/uv.lock
	@$(BIN)/python -m pip install --quiet --require-hashes -r $(VENV)/uv.lock
	@$(BIN)/uv pip sync --python $(BIN)/python --require-hashes requirements.lock >&2
	@$(BIN)/uv pip install --python $(BIN)/python --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)

demo: $(READY) ## a week of New York Harbor, from the raw feed to findings and a report
	@$(BIN)/diurnal demo $(ARGS)

check: $(READY) ## style, types and the borders between the packages
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check $(PEER) ## every check and the tests, on a real Kafka and a real Neo4j
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not chaos and not long and not differential" --cov --cov-report=term $(ARGS)

long: $(READY) $(PEER) ## whole installations: restored, replicated, rebuilt beside themselves, interchange
	$(BIN)/pytest -m long --timeout 900 $(ARGS)

differential: $(READY) ## every query as many askers, against databases that hold what each may know and nothing else
	$(BIN)/pytest -m differential --timeout 1500 -s $(ARGS)

chaos: $(READY) ## kill workers and servers at random while the week is loaded
	$(BIN)/pytest -m chaos --timeout 1500 $(ARGS)

$(PEER): bench/peer/requirements.lock $(READY)
	@echo "Setting up the peer in .venv-peer, beside which we are tested and measured ..." >&2
	@test -x .venv-peer/bin/python || $(PYTHON) -m venv .venv-peer
	@$(BIN)/uv pip sync --quiet --python .venv-peer/bin/python --require-hashes bench/peer/requirements.lock
	@touch $(PEER)

$(MOVEMENT): bench/peer/movement/requirements.lock $(READY)
	@echo "Setting up the peers of movement in .venv-movement, beside which stays are measured ..." >&2
	@test -x .venv-movement/bin/python || $(PYTHON) -m venv .venv-movement
	@$(BIN)/uv pip sync --quiet --python .venv-movement/bin/python --require-hashes bench/peer/movement/requirements.lock
	@touch $(MOVEMENT)

bench: $(READY) $(PEER) $(MOVEMENT) ## measure speed beside the peers and the raw limits
	@$(BIN)/python -m bench $(ARGS)

score: $(READY) ## how well the analytics do on data whose truth is known
	-@$(MAKE) $(MOVEMENT)
	@$(BIN)/python -m bench.score $(ARGS)

conform: $(READY) ## every feed on real data that may not lie here, through to RDF and its shapes
	@$(BIN)/python -m bench.conform

fuzz: $(READY) ## a million pieces of rubbish through every feed (fewer with ARGS="--inputs 20000")
	@$(BIN)/python -m bench.fuzz $(ARGS)

lock: $(READY) ## pin every dependency anew
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --group dev pyproject.toml -o requirements.lock

clean: ## remove the environment (servers and data stay in the user's own folders)
	rm -rf $(VENV) .venv-peer .venv-movement
