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

# Naive, knowing, and on the plain gradient.
controls() { # seed, methods, attack
    for method in $2; do
        make_all $(printf "results/paper/seed_$1/metrics/$method/%s/$3/b1/table.csv\n" method-naive method-adaptive plain-naive)
    done
}

hessians() { # methods, rounds
    for method in $1; do make_all $(printf "results/paper/seed_0/hessian/$method/round_%s.json\n" $2); done
}

train() { # seed, methods, round, more targets
    make_all $(printf "results/paper/seed_$1/checkpoints/%s/round_$3.safetensors\n" $2) ${4:-}
}

# Linux gives every session its own share of the processor, whatever `nice` says.
echo 19 2> /dev/null > /proc/self/autogroup
snakemake --unlock --quiet all 2> /dev/null
python scripts/keep.py --restore --portable || exit
metrics 0 "$ALL" ig "table curve"
controls 0 "$ALL" ig
make_all lia # no training of the run
# The headline over seeds comes before the curves of one: a conclusion waits for it, and the studies wait for its checkpoints.
for seed in 1 2; do
    train $seed "$ALL" 0200 # a method's rounds come one after another: two methods at once
    controls $seed "$ALL" ig
done
for seed in 3 4; do
    train $seed "fedavg fedsam" 0200
    controls $seed "fedavg fedsam" ig
done
metrics 0 "$ALL" "idlg gi" "table curve"
hessians "$ALL" "$(seq -f %04g 10 10 90) $(seq -f %04g 110 10 190)"
train 0 fedavg 1000 results/paper/seed_0/generator.safetensors
metrics 0 fedavg "ig idlg gi" long
hessians fedavg "$(seq -f %04g 300 100 1000)"
for study in images information bounds privacy lavp membership; do
    make_all $study
done
for seed in 0 1 2; do
    metrics $seed "$ALL" "idlg gi" table
    controls $seed "$ALL" ig_published
    metrics $seed "fedavg fedsam" "gi_published idlg_adam" table
done
for seed in 3 4; do
    controls $seed "fedavg fedsam" ig_published
done
for round in 0000 0100 0200; do hessians "$ALL" $round; done # exact as well
metrics 0 "$ALL" "gifd gias" "table curve"
metrics 0 fedavg "gias gifd" long
for seed in 1 2; do
    metrics $seed "$ALL" "gifd gias" table
done
for method in fedavg fedsam; do
    make_all results/paper/seed_0/metrics/$method/plain-naive/ig_published/b1/curve.csv
done
make_all results/paper/seed_0/metrics/fedsai_mnist/method-naive/{ig,idlg,gi,gifd,gias}/b1/table.csv
snakemake --cores "$CORES" --keep-going --rerun-incomplete --quiet progress --configfile config/rate.yaml -- controls
make_all all
