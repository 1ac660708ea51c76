SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV ?= .venv
RUN = $(VENV)/bin/python
PORT ?= 8000
PORTAL_DATA_DIR ?= var
TEST_ARGUMENTS ?=
COVERAGE = $(VENV)/coverage.json
# In percent, what a whole `make test` reaches, rounded down; processes of their own (start, the worker of journeys) do not count.
COVERAGE_FLOOR = 97
MEASURED = -m slipcover --source operations,gpo_portal --omit 'operations/migrations/*' --json --out $(COVERAGE)
export PORT PORTAL_DATA_DIR

.PHONY: help run test test-sqlite test-postgresql check format interop torture fuzz bench bench-boards findings clean

help: ## List these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS="$$(printf '\t')" read -r name text; do printf '  make %-16s %s\n' "$$name" "$$text"; done

$(VENV)/.runtime: requirements.txt
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@echo "Installing what requirements.txt lists ..."
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.development: requirements.txt requirements-dev.txt | $(VENV)/.runtime
	@echo "Installing what requirements-dev.txt lists ..."
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

$(VENV)/.interop: requirements-interop.txt | $(VENV)/.development
	@echo "Installing what requirements-interop.txt lists ..."
	@$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-interop.txt
	@touch $@

run: $(VENV)/.runtime ## Start the portal (PORT=8000, PORTAL_DATA_DIR=var)
	@exec $(RUN) manage.py start

test: test-sqlite test-postgresql ## Run every test on SQLite and on a real PostgreSQL

test-sqlite: $(VENV)/.development ## Run the tests on SQLite
	$(RUN) $(if $(TEST_ARGUMENTS),,$(MEASURED)) -m pytest -n auto --dist loadgroup $(TEST_ARGUMENTS)

test-postgresql: $(VENV)/.development ## Run the tests on PostgreSQL
	PORTAL_TEST_DATABASE=postgresql $(RUN) -m pytest -n auto --dist loadgroup $(TEST_ARGUMENTS)

check: $(VENV)/.development ## Lint, types, import directions, migrations, deployment checks, coverage of the last make test
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	PORTAL_DATA_DIR=$(VENV)/.check $(RUN) -m mypy
	PORTAL_DATA_DIR=$(VENV)/.check $(VENV)/bin/lint-imports
	PORTAL_DATA_DIR=$(VENV)/.check $(RUN) manage.py makemigrations --check --dry-run
	PORTAL_DATA_DIR=$(VENV)/.check PORTAL_TLS=1 $(RUN) -W error manage.py check --deploy --fail-level WARNING
	@if [ -f $(COVERAGE) ]; then $(RUN) -c "import json, sys; \
	reached = json.load(open('$(COVERAGE)'))['summary']['percent_covered']; \
	print(f'Coverage {reached:.1f} %, at least $(COVERAGE_FLOOR) wanted.'); \
	sys.exit(reached < $(COVERAGE_FLOOR))"; \
	else echo "Coverage was not measured yet: make test does."; fi

format: $(VENV)/.development ## Format the code
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

interop: $(VENV)/.interop ## Drive the API with Microsoft's own Python client
	PORTAL_INTEROP=1 $(RUN) -m pytest tests/interop $(TEST_ARGUMENTS)

torture: $(VENV)/.development ## The kill test, and many writers of the trail, in their long form
	PORTAL_TORTURE=1 $(RUN) -m pytest tests/audit/test_many_writers.py tests/journeys/test_kill.py $(TEST_ARGUMENTS)
	PORTAL_TORTURE=1 PORTAL_TEST_DATABASE=postgresql $(RUN) -m pytest tests/audit/test_many_writers.py $(TEST_ARGUMENTS)

fuzz: $(VENV)/.development ## The property tests in their long form
	PORTAL_FUZZ=1 $(RUN) -m pytest tests/admx/test_compare_properties.py tests/odata/query/test_oracle.py tests/journeys/test_schema_cases.py tests/dashboards/test_charts.py $(TEST_ARGUMENTS)

bench: $(VENV)/.development ## Measure, side by side with the plain way of doing the same
	$(RUN) -m benchmarks.read_admx
	$(RUN) -m benchmarks.verify_trail
	$(RUN) -m benchmarks.audit_cost
	$(RUN) -m benchmarks.slow_clients
	$(RUN) -m benchmarks.bounded_memory

bench-boards: $(VENV)/.development ## Measure the boards with 10,000 and with a million operations
	$(RUN) -m benchmarks.boards

findings: $(VENV)/.development ## Write docs/findings.md from the table of rules
	$(RUN) -m operations.admx.present.findings_page

clean: ## Remove the virtual environment (never your data)
	rm -rf $(VENV)
