#!/usr/bin/env bash
# The run of record, in the order of what its readers miss most. It takes days of two cores and may be stopped at any moment:
# started again, in this clone or in a fresh one, it goes on where it was, from the archives if need be.
#
#     setsid workflow/record.sh > record.log 2>&1 &      # computes, and yields to whatever else runs
#     python scripts/keep.py                             # archives what is new; commit paper_figures/archive
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
CORES=${CORES:-2}
ALL="fedavg fedsam fedasam fedgf fedsai"

make_all() {
    snakemake --cores "$CORES" --keep-going --rerun-incomplete --quiet progress -- "$@"
}

# A table of metrics at a time: what is archived is tables, so a run that is stopped for good loses half an hour at most.
metrics() { # seed, methods, attacks, groups of rounds
    for attack in $3; do for method in $2; do
        make_all $(printf "results/paper/seed_$1/metrics/$method/method-naive/$attack/b1/%s.csv\n" $4)
    done; done
}

train() { # seed, methods, round, more targets
    make_all $(printf "results/paper/seed_$1/checkpoints/%s/round_$3.safetensors\n" $2) ${4:-}
}

# Linux gives every session its own share of the processor, whatever `nice` says.
echo 19 2> /dev/null > /proc/self/autogroup
snakemake --unlock --quiet all 2> /dev/null
python scripts/keep.py --restore --portable || exit
metrics 0 "$ALL" "ig idlg gi" "table curve"
train 0 fedavg 1000 results/paper/seed_0/generator.safetensors
metrics 0 "$ALL" "gifd gias" "table curve"
metrics 0 fedavg "idlg gi ig gias gifd" long
for seed in 1 2; do
    train $seed "$ALL" 0200
    metrics $seed "$ALL" "ig idlg gi gifd gias" table
    metrics $seed "fedavg fedsam" "ig_published gi_published idlg_adam" table
done
