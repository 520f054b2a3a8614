# Every target does its own set-up; a second call finds it done.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
export MLFLOW_DISABLE_TELEMETRY := true

.PHONY: forecast study test test-all test-fast coverage lint ui fuzz bench bench-accuracy bench-enrolment bench-rungs bench-intervals \
	bench-population bench-births bench-urbanization bench-single-years pictures-population pictures-results pictures-ui \
	bench-cluster bench-server bench-plan bench-siting bench-schools faults bench-outliers safety reconciliation-peer bench-ratios validation dictionary examples regulations audit licences test-server install wheel lock clean

install: .venv/installed

forecast: .venv/installed
	$(BIN)/xuewei forecast

# All bundled scenarios; a second call finds them made.
study: .venv/installed
	$(BIN)/xuewei study all_scenarios

ui: .venv/installed
	$(BIN)/xuewei ui

# Tests of a file, and those that share something slow to make, stay in one process.
PYTEST := $(BIN)/python -m pytest
SPREAD := --numprocesses auto --maxprocesses 4 --dist loadgroup

# Unit and integration tests, a browser, one kill, a few damaged files.
test: .venv/installed-dev
	$(PYTEST) $(SPREAD) -m "not campaign"

# All that, and the campaigns: kills, odd data, damaged files, clusters, the team server.
# The server's tests stop and restart one server, and so have a process of their own.
test-all: .venv/installed-dev
	$(PYTEST) $(SPREAD) --ignore=tests/deploy
	$(PYTEST) tests/deploy

test-fast: .venv/installed-dev
	$(PYTEST) -m "not slow and not campaign"

# Which lines no test of `make test` runs.
coverage: .venv/installed-dev
	$(PYTEST) $(SPREAD) -m "not campaign" --cov --cov-report=term:skip-covered

# Damaged files through every reader, in a watched process; renews their table in
# docs/reliability.md and keeps what broke a reader.
FUZZ_FILES ?= 10000
fuzz: .venv/installed-dev
	$(BIN)/python -m tests.fuzz.campaign --count $(FUZZ_FILES) --write --kept results/fuzz

# The complete forecast of 17, 170 and 2,800 counties, and its parts next to named peers.
bench: .venv/installed-cluster .venv-bench/installed
	$(BIN)/python benchmarks/bench.py

# The national forecast on one worker, on two, and on two of which one is killed, in TURNS turns.
TURNS ?= 6
bench-cluster: .venv/installed-cluster
	TURNS=$(TURNS) $(BIN)/python benchmarks/bench_cluster.py

# Renews docs/accuracy.md: our forecasts and every peer on all bundled sets.
bench-accuracy: .venv/installed .venv-bench/installed
	$(BIN)/python benchmarks/bench_accuracy.py

# Renews the measured error of each step of the data ladder.
bench-rungs: .venv/installed
	$(BIN)/python benchmarks/bench_rungs.py

# Renews docs/accuracy-intervals.md: coverage of the first grade and of others; FOLDER has more sets.
bench-intervals: .venv/installed
	$(BIN)/python benchmarks/bench_intervals.py $(FOLDER)

# Pupils of 2020 by county, provinces left out; renews the error stated with learned ratios.
bench-ratios: .venv/installed
	$(BIN)/python benchmarks/bench_ratios.py

# Time and memory of 2,000 areas next to statsforecast's AutoETS.
bench-enrolment: .venv/installed .venv-bench/installed
	$(BIN)/python benchmarks/bench_enrolment.py

# Renews what the reconciliation is compared with.
reconciliation-peer: .venv-bench/installed
	.venv-bench/bin/python benchmarks/reconciliation_peer.py tests/benchmarks/reconciliation.json

# Error of the learned migration in provinces it has not seen; renews docs/accuracy-population.md.
bench-population: .venv/installed
	$(BIN)/python benchmarks/bench_population.py

# Urban shares of 2020 foreseen from 2010.
bench-urbanization: .venv/installed
	$(BIN)/python benchmarks/bench_urbanization.py

# Errors of national births foreseen from each year since 1998, and of counties' from 2010.
bench-births: .venv/installed
	$(BIN)/python benchmarks/bench_births.py

# Time, optimality and out-of-sample cost of the layout plan; renews docs/methods-plan.md.
bench-plan: .venv/installed
	$(BIN)/python benchmarks/bench_plan.py

# Errors of methods that split age groups, where single ages are known.
bench-single-years: .venv/installed
	$(BIN)/python benchmarks/bench_single_years.py

# Siting against published optima (FOLDER=…) and generated cases, and time of access.
bench-siting: .venv/installed
	$(BIN)/python benchmarks/bench_siting.py $(FOLDER)

# Schools that share their county, beside last value and ratios, on the sets in FOLDER.
bench-schools: .venv/installed
	$(BIN)/python benchmarks/bench_schools.py $(FOLDER)

# What one wrong figure does to a forecast, believed or not.
bench-outliers: .venv/installed
	$(BIN)/python benchmarks/bench_outliers.py

# Odd and faulty data through every command; EXAMPLES made up at random besides.
safety: EXAMPLES ?= 200
safety: .venv/installed-dev
	$(BIN)/python -m tests.safety.commands
	XUEWEI_SAFETY_EXAMPLES=$(EXAMPLES) $(PYTEST) tests/safety

# Renews docs/validation.md from the bundled data.
validation: .venv/installed
	$(BIN)/python -m docs.make.validation

# Renews the pictures of the interface in docs/images/ui: a real study in a real browser.
pictures-ui: .venv/installed-dev
	XUEWEI_SCREENSHOTS=docs/images/ui $(PYTEST) tests/browser/test_interface.py

# Renews the pictures of results, report, workbook and Word report (needs LibreOffice and Poppler).
pictures-results: .venv/installed-dev
	$(BIN)/xuewei forecast --out results/pictures-zh
	$(BIN)/xuewei --lang en forecast --out results/pictures-en
	$(BIN)/python -m docs.make.result_pictures results/pictures-zh results/pictures-en

# Renews the pictures of the population pipeline in docs/images.
pictures-population: .venv/installed
	$(BIN)/python -m docs.make.population_pictures

# Renews docs/data.md from the tables that are checked.
dictionary: .venv/installed
	$(BIN)/python -m docs.make.dictionary

# Renews the two made-up data folders in data/reference/examples.
examples: .venv/installed
	$(BIN)/python -m docs.make.example_packs

regulations: .venv/installed
	$(BIN)/python -m docs.make.regulations

# kill -9 at KILLS random moments of each command; each time the rerun must end as if undisturbed.
KILLS ?= 50
SEED ?= 1
faults: .venv/installed-dev
	XUEWEI_KILLS=$(KILLS) XUEWEI_KILL_SEED=$(SEED) $(PYTEST) tests/faults -s

# Known vulnerabilities of the pinned packages; fails where PyPI's advisories cannot be reached.
audit: .venv/uv
	$(BIN)/uv tool run --quiet --from pip-audit==2.10.1 pip-audit --strict --disable-pip --require-hashes -r locks/main.txt

# Renews docs/dependencies.md: version and licence of every pinned package of the main job.
licences: .venv/installed
	$(BIN)/uv tool run --quiet --from pip-licenses==5.5.5 pip-licenses --python $(BIN)/python --from=mixed --with-system --format=markdown \
		--packages $$(sed -n 's/^\([A-Za-z0-9._-]*\)==.*/\1/p' locks/main.txt) > docs/dependencies.md

# The team server as its guide sets it up; needs PostgreSQL, nginx and rsync.
test-server: .venv/installed-dev
	XUEWEI_SERVER=required $(PYTEST) tests/deploy

# 8 and then 16 colleagues who log for LOAD_SECONDS at once, and a search among 5,000 runs.
LOAD_SECONDS ?= 180
bench-server: .venv/installed-dev
	XUEWEI_SERVER=required XUEWEI_LOAD_SECONDS=$(LOAD_SECONDS) $(PYTEST) tests/deploy/test_many_writers.py -s

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# dist/*.whl: the command with its data, for machines without this checkout.
wheel: .venv/installed
	$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist
	rm -rf build

.venv/uv: locks/uv.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt
	@touch $@

.venv/installed: .venv/uv locks/main.txt pyproject.toml
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r locks/main.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/installed-dev: .venv/installed locks/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r locks/dev.txt
	@touch $@

# What a cluster of machines and a team server need besides the main job.
.venv/installed-cluster .venv/installed-server: .venv/installed-%: .venv/installed locks/%.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r locks/$*.txt
	@touch $@

# The peers want an older pandas than we do, so they have an environment of their own.
.venv-bench/installed: .venv/uv locks/bench.txt
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-bench
	$(BIN)/uv pip install --quiet --python .venv-bench --require-hashes -r locks/bench.txt
	@touch $@

# Renew the pinned locks after pyproject.toml changes.
LOCK = $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 --no-emit-index-url --custom-compile-command "make lock"
lock: .venv/uv
	echo uv | $(LOCK) - -o locks/uv.txt
	$(LOCK) pyproject.toml --group build -o locks/main.txt
	$(LOCK) pyproject.toml --extra cluster -c locks/main.txt -o locks/cluster.txt
	$(LOCK) pyproject.toml --extra server -c locks/main.txt -o locks/server.txt
	$(LOCK) pyproject.toml --all-extras --group dev -c locks/main.txt -o locks/dev.txt
	$(LOCK) --group bench -o locks/bench.txt

clean:
	rm -rf .venv results .pytest_cache .mypy_cache .ruff_cache .hypothesis
