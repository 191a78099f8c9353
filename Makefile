# Everything below needs make and Python 3.11 (3.12 and 3.13 do too), and nothing else.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name))))
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
READY := $(VENV)/.ready
CONSTRAINTS := config/constraints.txt
PORT ?= 3000
MLFLOW_PORT ?= 5000

export ML_ASSETS_HOME ?= $(CURDIR)/.ml_assets
export DAGSTER_HOME ?= $(ML_ASSETS_HOME)/dagster
export PYTHONDONTWRITEBYTECODE :=

# $(call is_free,NUMBER,NAME): stop when something listens on the port already.
is_free = $(BIN)/python -c 'import socket, sys; s = socket.socket(); \
	sys.exit("Port $(1) is taken: choose another one with $(2)=NUMBER" \
	if s.connect_ex(("127.0.0.1", $(1))) == 0 else 0)'

.DEFAULT_GOAL := help
.PHONY: help setup run ui mlflow-ui test test-ui lint bench lock reset

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## Make the virtual environment from pinned, hashed packages

$(READY): $(CONSTRAINTS) pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "Python 3.11, 3.12 or 3.13 is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Installing the pinned packages into $(VENV) (half a minute, by the network) ..."
	@"$(PYTHON)" -m venv $(VENV) || \
		{ echo "This Python has no venv; on Debian: apt-get install python3.11-venv"; exit 1; }
	@awk '/^uv==/ {on=1} on {print} on && !/\\$$/ {exit}' $(CONSTRAINTS) > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 10 \
		--require-hashes -r $(VENV)/uv.txt
	@$(UV) pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes \
		-r $(CONSTRAINTS)
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(DAGSTER_HOME)/dagster.yaml: config/dagster.yaml
	@mkdir -p $(@D) && cp $< $@

run: $(READY) $(DAGSTER_HOME)/dagster.yaml ## Run the whole pipeline embedded, on a real data set
	@$(BIN)/ml_assets example breast_cancer --output $(ML_ASSETS_HOME)/breast_cancer.csv
	@$(BIN)/import_table $(ML_ASSETS_HOME)/breast_cancer.csv --environment local \
		--table breast_cancer --if-exists skip
	@$(BIN)/dg launch --job breast_cancer_training
	@$(BIN)/ml_assets status --environment local
	@echo
	@echo "Assets, checks and runs    make ui         then http://127.0.0.1:$(PORT)/locations/__repository__@ml_assets/asset-groups/breast_cancer"
	@echo "Metrics, plots, models     make mlflow-ui  then http://127.0.0.1:$(MLFLOW_PORT)"
	@echo "Tables                     $(ML_ASSETS_HOME)/warehouse"

ui: $(READY) $(DAGSTER_HOME)/dagster.yaml ## Start the Dagster UI with its daemon (PORT=3000)
	@$(call is_free,$(PORT),PORT)
	@$(BIN)/dg dev --host 127.0.0.1 --port $(PORT)

mlflow-ui: $(READY) ## Start the MLflow UI (MLFLOW_PORT=5000)
	@$(call is_free,$(MLFLOW_PORT),MLFLOW_PORT)
	@MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false $(BIN)/mlflow ui --host 127.0.0.1 \
		--port $(MLFLOW_PORT) --workers 1 --backend-store-uri "sqlite:///$(ML_ASSETS_HOME)/mlflow.db"

test: $(READY) ## Run the tests
	@$(BIN)/python -m pytest -n 2 -m "not ui"

test-ui: $(READY) ## Run the tests in a real browser (needs Chromium)
	@$(BIN)/python -m pytest -m ui

lint: $(READY) ## Style, types, layers, dependencies, dead code
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports
	@$(BIN)/deptry . --no-ansi
	@$(BIN)/vulture

bench: $(READY) ## Measure speed and memory against plain scripts (takes an hour)
	@$(BIN)/python -m benchmarks

lock: ## Choose the newest packages that fit, and write their hashes down
	@$(UV) pip compile pyproject.toml --extra dagster --group dev --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
		--upgrade --quiet -o $(CONSTRAINTS)

reset: ## Delete every table, run and model of this folder
	rm -rf .ml_assets
