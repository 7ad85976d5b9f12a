# make demo: one picture. make quick: the paper's tables and figures, at a small scale. make test: the tests. All begin with the environment, in .venv.
PYTHON ?= python3
CORES ?= $(shell nproc 2>/dev/null || echo 2)
SCALE ?= workstation
BIN := .venv/bin
# A file's tests share what they set up; the slow files come first (tests/conftest.py). Workers share the cores, so one thread each.
# Hundreds of processes load the package: it is compiled once, also where the environment forbids it.
PYTEST = PYTHONDONTWRITEBYTECODE= OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses $(CORES) --dist loadfile --no-loadscope-reorder
IMAGES := results/shared/cifar10.safetensors
READY := .venv/.ready
ACCOUNTING ?=
SLURM_TESTS ?= tests/slurm
SLOW_TESTS ?= tests
SLURM_PACKAGES := slurm-wlm munge $(if $(ACCOUNTING),slurmdbd mariadb-server)
SLURM_COMMANDS := slurmctld munged $(if $(ACCOUNTING),slurmdbd mariadbd)

.PHONY: demo quick test test-slow test-all slurm-test slurm-packages restore verify bench lint format env clean

demo: env $(IMAGES)
	$(BIN)/python scripts/demo.py --data $(IMAGES)

$(IMAGES): | env
	$(BIN)/python scripts/data.py --out $@

quick: env
	$(BIN)/snakemake --cores $(CORES) --configfile config/quick.yaml --quiet reason -- tables figures compare controls
	@echo "Tables and figures: paper_figures/quick/   everything else: results/quick/"

# What takes minutes, or needs the network or SLURM, is left to test-all.
test: env
	$(PYTEST)

test-slow: env
	$(PYTEST) -m "slow and not network and not slurm" $(SLOW_TESTS)

test-all: env
	$(PYTEST) -m "not slurm"
	$(MAKE) slurm-test

# A SLURM of one node, brought up and taken down again: as root, on Debian. ACCOUNTING=yes gives it a database (sacct).
slurm-test: env slurm-packages
	SLURM_ACCOUNTING=$(ACCOUNTING) $(BIN)/python -m pytest -m slurm --durations=0 $(SLURM_TESTS)

slurm-packages:
	missing=; for command in $(SLURM_COMMANDS); do command -v $$command > /dev/null || missing=yes; done; \
	  test -z "$$missing" || { apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(SLURM_PACKAGES); }

# The results of record into results/: what is all among them needs no more than drawing.
restore: env
	$(BIN)/python scripts/keep.py --scale paper --restore
	$(BIN)/snakemake --cores $(CORES) --quiet all -- shared

# A finished run against the numbers and hashes that are in this repository.
verify: env
	$(BIN)/python scripts/record.py --scale $(SCALE) --check

# Speed beside peers, each in an environment of its own; about twenty minutes on a machine with nothing else to do.
bench: env
	PYTHON=$(PYTHON) benchmarks/peers.sh
	$(BIN)/python benchmarks/all.py

lint: env
	$(BIN)/ruff check scripts tests benchmarks
	$(BIN)/ruff format --check scripts tests benchmarks
	$(BIN)/mypy
	$(BIN)/snakefmt --check --compact-diff Snakefile workflow
	$(BIN)/snakemake --lint --configfile config/quick.yaml

format: env
	$(BIN)/ruff check --fix scripts tests benchmarks
	$(BIN)/ruff format scripts tests benchmarks
	$(BIN)/snakefmt Snakefile workflow

env: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo "error: $(PYTHON): Python 3.11, 3.12 or 3.13 is needed; name one, as in: make PYTHON=python3.12 $(MAKECMDGOALS)."; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

clean:
	rm -rf .venv .snakemake logs paper_figures/quick benchmarks/.venvs
	find results -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +
