#!/usr/bin/env bash
# The run of record, in the order of what its readers miss most. It takes days of two cores and may be stopped at any moment:
# started again, in this clone or in a fresh one, it goes on where it was, from the archives if need be.
#
#     workflow/record.sh                      # computes; lay it low with: echo 19 > /proc/self/autogroup
#     python scripts/keep.py                  # archives what is new; commit paper_figures/archive
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
CORES=${CORES:-2}
ALL="fedavg fedsam fedasam fedgf fedsai"

make_all() {
    snakemake --cores "$CORES" --keep-going --rerun-incomplete --quiet progress -- "$@"
}

metrics() { # seed, methods, attacks, groups of rounds, gradient-attacker
    for method in $2; do for attack in $3; do for group in $4; do
        echo "results/paper/seed_$1/metrics/$method/${5:-method-naive}/$attack/b1/$group.csv"
    done; done; done
}

checkpoints() { # seed, methods, round
    for method in $2; do echo "results/paper/seed_$1/checkpoints/$method/round_$3.safetensors"; done
}

snakemake --unlock --quiet all 2> /dev/null
compgen -G "paper_figures/archive/*" > /dev/null && python scripts/keep.py --restore
make_all $(metrics 0 "$ALL" "idlg gi ig" "table curve")
make_all results/paper/seed_0/generator.safetensors $(checkpoints 0 fedavg 1000)
make_all $(metrics 0 "$ALL" "gifd gias" "table curve")
make_all $(metrics 0 fedavg "idlg gi ig gias gifd" long)
for seed in 1 2; do
    make_all $(checkpoints $seed "$ALL" 0200)
    make_all $(metrics $seed "$ALL" "idlg gi ig gias gifd" table)
    make_all $(metrics $seed "fedavg fedsam" "idlg_adam gi_published ig_published" table)
done
