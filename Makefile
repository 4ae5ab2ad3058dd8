# Two commands for everyone: `make refresh` and `make test`. Each prepares .venv from requirements.lock by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: refresh test ui site pictures ui-pictures checks-page bench drift faults nights fuzz lint types tests tests-duckdb2 consumers dictionary methodology contradictions sources-page readme-samples recorded-rows lock score-identity kills clean

refresh: $(READY)
	$(BIN)/almanac refresh

# Types beside tests: checking them keeps one processor busy, and leaves the others nothing to do.
test: lint
	@$(MAKE) --no-print-directory --jobs=2 types tests

ui: $(READY)
	$(BIN)/almanac ui

site: $(READY)
	$(BIN)/almanac site

# Six pages of the newest edition's site as pictures for the docs; needs Chromium.
pictures: $(READY)
	$(BIN)/python scripts/site_pictures.py

# Four views of the Dagster UI over a home, as pictures for the docs; needs Chromium.
ui-pictures: $(READY)
	$(BIN)/python scripts/ui_pictures.py

bench: $(READY)
	$(BIN)/python -m bench

# What small edits of the fixtures, and of recorded documents beside the checkout, leave readable, and what they turn wrong.
drift: $(READY)
	$(BIN)/python -m bench.drift

# Every fault on every source as a page of the docs; needs the recorded documents beside the checkout.
faults: $(READY)
	$(BIN)/python -m bench.faults

# Recorded nights, one after another, as a page of the docs; needs the recorded documents beside the checkout.
nights: $(READY)
	$(BIN)/python -m bench.nights

# Longer runs of the fuzzing tests, then the coverage-guided fuzzer of the readers where it installs.
fuzz: $(READY)
	ALMANAC_FUZZ=200 $(BIN)/python -m pytest tests/sources/test_fuzz.py tests/warehouse/test_name_fuzz.py
	$(BIN)/python -m bench.fuzz --seconds 300

# Nights of a small world killed at random points, 200 times; takes an hour.
kills: $(READY)
	$(BIN)/python -m scripts.kill_nights

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

tests: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadscope --no-loadscope-reorder

# The same tests on DuckDB 2.x, which the lock does not pin: its files cannot be opened by 1.x clients.
tests-duckdb2: requirements.lock
	sh scripts/prepare.sh "$(PYTHON)" .venv-duckdb2
	.venv-duckdb2/bin/python -m pip install --quiet --disable-pip-version-check --no-deps 'duckdb>=2,<3'
	.venv-duckdb2/bin/python -m pytest

# What an edition holds, in the programs that read it: LiteLLM, genai-prices, the frictionless validator. They have an
# environment of their own; without it their tests are skipped.
consumers: $(READY) .venv-consumers/.ready
	$(BIN)/python -m pytest tests/consumers

.venv-consumers/.ready: tests/consumers/requirements.lock
	@sh scripts/prepare-consumers.sh "$(PYTHON)" .venv-consumers
	@touch $@

score-identity: $(READY)
	$(BIN)/python -m tests.score_identity

# The data dictionary, from the declarations; a test holds it current.
dictionary: $(READY)
	$(BIN)/python -m warehouse.dictionary > docs/data-dictionary.md

# The rules of what comparisons say, from reference/rules.yaml; a test holds it current.
methodology: $(READY)
	$(BIN)/python -m warehouse.methodology > docs/methodology.md

# Every check and how bad it is, from reference/checks.yaml; a test holds it current.
checks-page: $(READY)
	$(BIN)/python -m warehouse.checking.watched > docs/checks.md

# Proof over every pair of the newest night that no two statements contradict each other.
contradictions: $(READY)
	$(BIN)/python -m warehouse.checking.contradictions

# The page of sources, from their declarations; a test holds it current.
sources-page: $(READY)
	$(BIN)/python -m sources.listing docs/recorded-rows.csv > docs/sources.md

# The README's samples, as the recorded nights print them; needs the recorded documents beside the checkout.
readme-samples: $(READY)
	$(BIN)/python -m tests.readme_samples

# How many rows recorded documents have, and what became of them; needs the recorded documents beside the checkout.
recorded-rows: $(READY)
	$(BIN)/python -m tests.recorded

# Pins with hashes and no address. DuckDB stays at the release whose files every 1.x client opens.
lock: $(READY)
	printf 'duckdb==1.5.5\n' > $(VENV)/constraints.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group dev --extra store \
		--extra lake --extra workers --constraint $(VENV)/constraints.txt pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --group build --extra store \
		--extra lake --extra workers --extra kubernetes --constraint requirements.lock pyproject.toml -o deploy/requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		tests/consumers/requirements.in -o tests/consumers/requirements.lock

$(READY): requirements.lock pyproject.toml
	@sh scripts/prepare.sh "$(PYTHON)" "$(VENV)"
	@touch $(READY)

clean:
	rm -rf $(VENV) .venv-duckdb2 .venv-consumers build *.egg-info
