# Every target sets up what it needs: python3, make and the package registry suffice.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: demo test fuzz bench docs fix clean

demo: $(READY)
	$(BIN)/cosign-letter demo

test: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.vectors.generate --check
	$(BIN)/python -m docs.reference --check
	$(BIN)/pytest -n 2 --dist worksteal

fuzz: $(READY)
	$(BIN)/python -m tests.fuzz

bench: $(READY)
	$(BIN)/python -m tests.bench

docs: $(READY)
	$(BIN)/python -m docs.reference

fix: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m tests.vectors.generate
	$(BIN)/python -m docs.reference

clean:
	rm -rf $(VENV) dist build bench.json

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch $(READY)
