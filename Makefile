# The four words that a newcomer needs: run, test, lint, bench. Each makes .venv and installs what is missing.

BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadscope

.PHONY: run test lint bench fuzz prepare prepare-tests prepare-bench
.NOTPARALLEL:

# A sample school, a dozen telling messages, and a console to sign in to. ARGS="--exit" ends after the table.
run: prepare
	$(BIN)/schoolgate demo $(ARGS)

# Everything, with the coverage floor; FAST=1 is the pure half: detectors, policies and the pipeline (under 20 seconds).
ifdef FAST
test: prepare
	$(BIN)/ruff check --quiet .
	$(PYTEST) -q -m "not slow" tests/detectors tests/policies tests/properties tests/gateway/pipeline
else
test: prepare-tests lint
	$(PYTEST) --cov --cov-report=term:skip-covered
endif

lint: prepare
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: prepare-bench
	$(BIN)/python -m bench $(ARGS)

# Bends files and looks for one that breaks a reader. ARGS="--seconds 600 pdf ole" for longer and fewer.
fuzz: prepare
	$(BIN)/python -m bench.fuzz $(ARGS)

prepare:
	@deploy/prepare deploy/debian-packages.txt

# The peers that are measured beside us, and what the tests need to run them.
prepare-bench:
	@deploy/prepare deploy/debian-packages.txt deploy/debian-test-packages.txt deploy/debian-bench-packages.txt

prepare-tests:
	@deploy/prepare deploy/debian-packages.txt deploy/debian-test-packages.txt
