# Two commands need nothing but Python 3.11+ and a package registry: `make tag` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
IN ?= tests/cases/pages

.DEFAULT_GOAL := help
.PHONY: help tag test lint fix data language-model cleaning-model model bench clean

help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 18

$(VENV)/.installed: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check $$($(BIN)/python scripts/dev_requirements.py)
	@touch $@

tag: $(VENV)/.installed  ## Tag the sample pages, or your own: make tag IN=path
	@$(BIN)/mtag tag $(IN) --format table

test: $(VENV)/.installed-dev lint  ## Lint, types, import contracts, compiled data, tests
	$(BIN)/pytest

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/mtag taxonomy check taxonomy/

fix: $(VENV)/.installed-dev  ## Let ruff repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

data: $(VENV)/.installed  ## Compile taxonomy/ into the table that ships with the library
	$(BIN)/mtag taxonomy compile taxonomy/ src/mtag/data/taxonomy.jsonl

language-model: $(VENV)/.installed-dev  ## Fit the language detector: make language-model ARCHIVES=dir SENTENCES=file
	OMP_NUM_THREADS=1 $(BIN)/python -m mtag.training.language_model --packages $(ARCHIVES) --sentences $(SENTENCES) --seeds seeds/documents

cleaning-model: $(VENV)/.installed-dev  ## Fit the cleaning classifier: make cleaning-model WCXB=dir
	OMP_NUM_THREADS=1 $(BIN)/python -m mtag.training.cleaning_model --pages $(WCXB) --labelled seeds/pages

model: $(VENV)/.installed-dev  ## Train the classifiers on seeds/documents (the same bytes each time)
	OMP_NUM_THREADS=1 $(BIN)/mtag train seeds/documents src/mtag/data/model/tagging --splits seeds/splits.json

bench: $(VENV)/.installed-dev  ## Time the whole path beside its peers (those that are installed)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@for peer in lxml_html_clean justext trafilatura pycld2 ahocorasick-rs fasttext-wheel spacy annif matplotlib; do \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check $$peer || true; done
	$(BIN)/python benchmarks/throughput/run.py

clean:  ## Remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
