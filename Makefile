# Two commands are enough: `make demo` and `make test`. Everything lives in .venv and demo-data.
# The first Python that runs and is new enough (a shim of a version manager may stand there and not run).
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$p; break; fi; done)
UV := $(shell command -v uv)
BIN := .venv/bin
PORT ?= 8000

.PHONY: install demo test thorough check acceptance bench docs format lock clean

install: .venv/.run

# Every wheel is checked against its hash. A lock is whole, so nothing is resolved (--no-deps): a resolver may look at
# newer releases of what an extra names, and refuse them for want of a hash.
ifdef UV
make-venv = $(UV) venv -q --allow-existing --python $(PYTHON) .venv
pip-install = $(UV) pip install -q --python $(BIN)/python
else
make-venv = $(PYTHON) -m venv .venv
pip-install = $(BIN)/python -m pip install -q --disable-pip-version-check
endif

.venv/.run: requirements/run.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Trialwright needs Python 3.11 or newer. Install it, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python"; exit 3; }
	@$(make-venv)
	@$(pip-install) --no-deps --require-hashes -r requirements/run.lock
	@$(pip-install) --no-build-isolation --no-deps -e .
	@touch $@

.venv/.dev: requirements/dev.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Trialwright needs Python 3.11 or newer. Install it, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python"; exit 3; }
	@$(make-venv)
	@$(pip-install) --no-deps --require-hashes -r requirements/dev.lock
	@$(pip-install) --no-build-isolation --no-deps -e .
	@touch $@ .venv/.run

# Prints how long installing and building took, each by itself, then serves. UNTIL=2025-09-22: a trial in full course.
demo:
	@$(or $(PYTHON),python3) tools/timed.py "Installed" $(MAKE) --no-print-directory install
	@$(BIN)/trialwright demo --port $(PORT) $(if $(UNTIL),--data demo-data-$(UNTIL) --until $(UNTIL))

test: .venv/.dev check
	@$(BIN)/python tools/run_tests.py

# As `make test`, with all of what may be drawn without end; CONTRIBUTING.md says what that is.
thorough: export TRIALWRIGHT_THOROUGH = 1
thorough: test

check: .venv/.dev
	@$(BIN)/ruff format --check -q src tests tools benchmarks
	@$(BIN)/ruff check -q src tests tools benchmarks
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/sizes.py
	@$(BIN)/python tools/reference_docs.py --check

acceptance: .venv/.dev
	@$(BIN)/pytest tests/acceptance

# Peers to measure against stand in a lock of their own: no test needs them.
.venv/.bench: .venv/.dev requirements/bench.lock
	@$(pip-install) --no-deps --require-hashes -r requirements/bench.lock
	@touch $@

bench: .venv/.bench
	@$(BIN)/python -m benchmarks

docs: .venv/.dev
	@$(BIN)/python tools/reference_docs.py

format: .venv/.dev
	@$(BIN)/ruff format -q src tests tools benchmarks
	@$(BIN)/ruff check -q --fix src tests tools benchmarks

# Renews the lock files from pyproject.toml (needs uv in the environment).
lock: .venv/.dev
	@$(BIN)/python -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra stats --extra report -o requirements/run.lock requirements/build.in
	@$(BIN)/python -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra stats --extra report --extra dev -o requirements/dev.lock requirements/build.in
	@$(BIN)/python -m uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra bench -c requirements/dev.lock -o requirements/bench.lock requirements/build.in

clean:
	rm -rf .venv demo-data demo-data-*
