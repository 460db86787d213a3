# `make help` says what there is. Python 3.13 is all it needs; two virtual environments hold the rest:
# .venv for the project, .venv-aws for the embedded AWS and the SAM CLI, which pin a botocore of their own.

PYTHON_VERSION := 3.13
PY := .venv/bin/python
SAM := SAM_CLI_TELEMETRY=0 PATH="$(CURDIR)/.venv-aws/bin:$$PATH" sam
ARCHITECTURE ?= x86_64

# Each worker runs whole files: those of tests/stack deploy an office each. Four at most, for the memory of that.
PYTEST := $(PY) -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile

# Under `sam build` the layers' Makefiles read PYTHON and ARCHITECTURE from the environment.
SAM_BUILD := PYTHON=$(CURDIR)/$(PY) ARCHITECTURE=$(ARCHITECTURE) $(SAM) build --cache-dir .aws-sam/cache-$(ARCHITECTURE)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run send test test-browser test-api check format build deploy bench bench-compare lock clean .venv .venv-aws .venv-compare .venv-api

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv .venv-aws ## the whole system on this machine, with a morning's messages (FRESH=1: forget the last run)
	@$(PY) -m local.run $(if $(FRESH),--fresh)

send: .venv ## one more citizen writes to the running system (TEXT=…, VIA=douyin.text)
	@$(PY) -m local.send "$(TEXT)" $(if $(VIA),--via $(VIA))

test: check ## everything that can be checked: `make check`, then all tests but those in a browser
	@$(PYTEST) -m "not browser" $(TESTS)

test-browser: .venv .venv-aws ## the pages in headless Chromium, on the deployed stack: some minutes, and a quiet machine
	@$(PY) -m pytest -m browser tests/browser

test-api: .venv .venv-aws .venv-api ## the API against its own OpenAPI document, on the deployed stack, by Schemathesis: some minutes
	@$(PY) -m tests.openapi

check: .venv .venv-aws ## formatting, lint, types, import rule, template and state machine
	@mkdir -p .build
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy
	@.venv/bin/lint-imports --no-cache > .build/imports.txt || { cat .build/imports.txt; exit 1; }
	@.venv/bin/cfn-lint template.yaml
	@$(SAM) validate --lint --region us-east-1 > .build/sam.txt 2>&1 || { cat .build/sam.txt; exit 1; }
	@sed 's/[$$]{Partition}/aws/; s/[$$]{[A-Za-z]*}/name/' statemachines/escalation.asl.json > .build/escalation.asl.json
	@.venv/bin/statelint .build/escalation.asl.json

format: .venv ## let ruff put the files in order
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

build: .venv .venv-aws ## build for AWS (ARCHITECTURE=x86_64 or arm64)
	@$(SAM_BUILD) --parameter-overrides Architecture=$(ARCHITECTURE)

deploy: build ## deploy with samconfig.toml to the account of your AWS credentials
	@$(SAM) deploy --parameter-overrides Architecture=$(ARCHITECTURE) $(PARAMETERS)

bench: .venv .venv-aws ## measure calls, capacity and cold starts against their budgets
	@$(PY) -m bench

bench-compare: .venv-compare ## triage beside scikit-learn and fastText, matters beside MinHash and others (DATA=the folder)
	@.venv-compare/bin/python -m bench.triage_compare --data "$(DATA)"
	@.venv-compare/bin/python -m bench.matters_compare --data "$(DATA)"

lock: .venv ## resolve requirements anew, with hashes
	@for name in layers/dependencies/requirements layers/dependencies/pictures layers/dependencies/documents requirements/dev requirements/aws requirements/compare requirements/api; do \
		.venv/bin/uv pip compile --quiet --upgrade $$name.in --output-file $$name.txt --universal \
			--generate-hashes --no-emit-index-url --no-header --python-version $(PYTHON_VERSION) || exit 1; \
	done

clean: ## remove what was built; the environments and the last run stay
	@rm -rf .build .aws-sam .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# ── The environments ──────────────────────────────────────────────────────────────────────────────────────────────────

.venv: .venv/editable
.venv-aws: .venv-aws/installed
.venv-compare: .venv-compare/editable
.venv-api: .venv-api/installed

# The project itself, and its command `jiesu`.
.venv/editable: .venv/installed pyproject.toml
	@$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed: requirements/dev.txt
	$(call make_environment,.venv,requirements/dev.txt)
	@touch $@

.venv-aws/installed: requirements/aws.txt
	$(call make_environment,.venv-aws,requirements/aws.txt)
	@touch $@

.venv-compare/editable: .venv-compare/installed pyproject.toml
	@.venv-compare/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv-compare/installed: requirements/compare.txt
	$(call make_environment,.venv-compare,requirements/compare.txt)
	@touch $@

.venv-api/installed: requirements/api.txt
	$(call make_environment,.venv-api,requirements/api.txt)
	@touch $@

# A command named python3.13 may be a shim that only says where the real one is: what counts is that it runs.
define find_python
	for candidate in "$$PYTHON" python$(PYTHON_VERSION) python3 python \
			$${PYENV_ROOT:-$$HOME/.pyenv}/versions/$(PYTHON_VERSION)*/bin/python3 \
			$$HOME/.local/share/uv/python/cpython-$(PYTHON_VERSION)*/bin/python3; do \
		if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit("%d.%d" % sys.version_info[:2] != "$(PYTHON_VERSION)")' \
				> /dev/null 2>&1; then \
			found=$$candidate; break; \
		fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "Jiesu needs Python $(PYTHON_VERSION) (with venv), and none was found." >&2; \
		echo "Get it by \`pyenv install $(PYTHON_VERSION)\`, \`uv python install $(PYTHON_VERSION)\` or from python.org," >&2; \
		echo "or say where it is: make PYTHON=/path/to/python$(PYTHON_VERSION) ..." >&2; \
		exit 1; \
	fi
endef

define make_environment
@$(find_python); \
	echo "installing $(2) into $(1) (once)"; \
	"$$found" -m venv --clear $(1) && \
	$(1)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(2)
endef
