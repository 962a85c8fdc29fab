# Every target sets up what it needs in .venv; python3, make and the package registry suffice.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
READY := $(VENV)/ready
PIP := $(BIN)/python -m pip --disable-pip-version-check install
LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal \
	--generate-hashes --no-annotate --no-config $(UPGRADE)

CARGO := $(or $(shell command -v cargo),$(wildcard $(HOME)/.cargo/bin/cargo))
WITH_CARGO := cd native && PATH="$(dir $(CARGO)):$$PATH"

.PHONY: install demo native pages test test-python coverage sweep fuzz bench docs fix lock sbom audit clean

install: $(INSTALLED)

demo: $(INSTALLED)
	$(BIN)/cosign-letter demo

test: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.vectors.generate --check
	$(BIN)/python -m docs.reference --check
	$(BIN)/pytest -n 2 --dist worksteal

# The tests once more by the core in Python, where make native installed the compiled one. A core
# computes ring proofs and checks many signatures together: what has neither is left out, as are
# commands whose outcome does not depend on it, relays, and pages, which have a core of their own.
# A test file that is not named here runs with both.
WITHOUT_A_CORE := tests/browser tests/web tests/interop/test_page.py tests/fuzz \
	$(addprefix tests/unit/,relay reports stores text wire primitives/rsa primitives/ssh) \
	$(patsubst %,tests/e2e/test_%.py,committee guides kill readme site wheel) \
	$(patsubst %,tests/cli/test_%.py,compare control_characters crowd damaged_input faults \
	fingerprint guide hints invitations issue_names operator_mistakes other_files \
	output_contract places protocol_rules reading_text refusals registrar_answers revoking \
	secrets slips storage surroundings terminal time_stamps times_and_titles values \
	voucher_lists words_of_strangers)
test-python: $(READY)
	COSIGN_LETTER_CORE=python $(BIN)/pytest -n 2 --dist worksteal \
		$(addprefix --ignore ,$(WITHOUT_A_CORE)) --ignore-glob 'tests/*/test_relay*'

# The compiled core (docs/adr/0041), where cargo is; everything else works without it.
native: $(READY)
ifeq ($(CARGO),)
	@echo "left out: the compiled core, because cargo is missing (https://rustup.rs); Python computes"
else
	$(WITH_CARGO) cargo fmt --check
	$(WITH_CARGO) cargo clippy --locked --release --all-targets -- -D warnings
	$(WITH_CARGO) cargo test --locked --release --no-default-features
	rm -rf build/native
	$(WITH_CARGO) ../$(BIN)/maturin build --release --locked --out ../build/native
	$(PIP) --no-deps --force-reinstall build/native/*.whl
endif

# The pages that the wheel holds (web/), byte for byte, with the locked packages.
pages: web/node_modules/.package-lock.json
	cd web && npm run --silent check
	cd web && node build.mjs page ../cosign/pages/reader.html
	cd web && node build.mjs member-page ../cosign/pages/member.html

web/node_modules/.package-lock.json: web/package.json web/package-lock.json
	npm ci --ignore-scripts --prefix web
	touch $@

# Every test that runs Python, traced, in every process that it starts: some 20 minutes.
coverage: $(READY)
	$(BIN)/python -m tests.branches

# Every bit of every record, large ones too: a quarter of an hour of CPU.
sweep: $(READY)
	EVERY_BIT=1 $(BIN)/pytest -n 2 --dist worksteal tests/reject/test_records.py -k flipped_bit

# For each decoder.
fuzz: FUZZ_SECONDS ?= 20
fuzz: $(READY)
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)

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
	$(LOCK) --output-file requirements-client.lock --constraint requirements.lock --extra client pyproject.toml
	$(LOCK) --output-file requirements-relay.lock --constraint requirements-client.lock --extra relay pyproject.toml
	$(LOCK) --output-file requirements-timestamps.lock --constraint requirements.lock --extra timestamps pyproject.toml
	$(LOCK) --output-file requirements-build.lock --group build
	$(LOCK) --output-file requirements-cluster.lock --constraint requirements-relay.lock \
		--constraint requirements-build.lock --extra cluster pyproject.toml
	$(LOCK) --output-file requirements-dev.lock --constraint requirements-relay.lock \
		--constraint requirements-cluster.lock --constraint requirements-build.lock \
		--extra relay --extra cluster --extra timestamps --group dev pyproject.toml

sbom: $(READY)
	$(BIN)/python -m docs.sbom build/sbom.json

# Asks the package registry what is known about each locked version.
audit: $(READY)
	$(BIN)/pip-audit --disable-pip --require-hashes --requirement requirements-dev.lock

clean:
	rm -rf $(VENV) dist build site bench.json native/target

# The program and what it runs on, built with the locked build tool.
$(INSTALLED): pyproject.toml requirements.lock requirements-build.lock
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "python 3.11 or newer is needed: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --requirement requirements.lock --requirement requirements-build.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	touch $@

# The relay, the tests and the tools as well.
$(READY): $(INSTALLED) requirements-dev.lock
	$(PIP) --require-hashes --requirement requirements-dev.lock
	touch $@
