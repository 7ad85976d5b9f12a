"""Federated training: one job from a listed round to the next, so that a figure trains no further than it needs.

With `rounds_per_job.train` above 1 a job writes the checkpoints of several rounds, for scales where a start takes longest.
"""

for names in jobs_of("train"):

    rule:
        name:
            rule_of("train", names)
        input:
            data=ancient(DATA),
            previous=previous_checkpoint(names),
            auxiliary=auxiliary_images(names),
        output:
            expand(CHECKPOINT, round=names, allow_missing=True),
        log:
            f"logs/{SCALE}/seed_{{seed}}/train/{{method}}_{names[-1]}.log",
        benchmark:
            f"{RESULTS}/benchmarks/seed_{{seed}}/train/{{method}}_{names[-1]}.tsv"
        priority: 5
        group:
            training_group(names)
        conda:
            "../../environment.yml"
        threads: THREADS
        resources:
            mem_mb=growing(4000),
            runtime=growing(120 * len(names)),
            gpu=GPUS,
            turn=turn,
        params:
            code=training_code,
            config=training_config,
            rounds=names,
        message:
            "Training {wildcards.method} to round {params.rounds} (seed {wildcards.seed})"
        shell:
            'python "$FLATGIA_SCRIPTS"/train.py --config {params.config:q} --method {wildcards.method} --round {params.rounds}'
            " --seed {wildcards.seed} --data {input.data} --previous {input.previous} --auxiliary {input.auxiliary}"
            " --out {output} > {log} 2>&1"
