# Every target sets up what it needs: python3, make and the package registry suffice.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal \
	--generate-hashes --no-annotate --no-config --extra relay $(UPGRADE)

.PHONY: demo test coverage sweep fuzz bench docs fix lock sbom audit clean

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

# Half an hour: every test, traced, in every process that it starts. Those that tests kill
# leave files that are no data; coverage warns of them.
coverage: $(READY)
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n 2 --dist worksteal
	$(BIN)/coverage combine
	$(BIN)/coverage report --show-missing --skip-covered
	mkdir -p build && $(BIN)/coverage json -q --include 'cosign/*' -o build/coverage.json
	$(BIN)/python -c 'import json, sys; \
	percent = json.load(open("build/coverage.json"))["totals"]["percent_branches_covered"]; \
	print(f"branches of cosign/: {percent:.2f} %"); sys.exit(percent < 95)'

# Every bit of every record, large ones too: a quarter of an hour of CPU.
sweep: $(READY)
	EVERY_BIT=1 $(BIN)/pytest -n 2 --dist worksteal tests/reject/test_records.py -k flipped_bit

fuzz: $(READY)
	$(BIN)/python -m tests.fuzz

bench: $(READY)
	$(BIN)/python -m tests.bench

docs: $(READY)
	$(BIN)/python -m docs.reference
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

fix: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python -m tests.vectors.generate
	$(BIN)/python -m docs.reference

# After any change of dependencies in pyproject.toml. Versions stay as they are where they
# can; UPGRADE=--upgrade takes the newest ones.
lock:
	test -x $(BIN)/uv || { $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv; }
	$(LOCK) --output-file requirements.lock pyproject.toml
	$(LOCK) --output-file requirements-dev.lock --constraint requirements.lock --group dev pyproject.toml

sbom: $(READY)
	$(BIN)/python -m docs.sbom build/sbom.json

# Asks the package registry what is known about each locked version.
audit: $(READY)
	$(BIN)/pip-audit --disable-pip --require-hashes --requirement requirements-dev.lock

clean:
	rm -rf $(VENV) dist build site bench.json

$(READY): pyproject.toml requirements-dev.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(READY)
