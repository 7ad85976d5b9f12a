"""Federated training: one job from a listed round to the next, so that a figure trains no further than it needs."""


rule train:
    input:
        data=ancient(DATA),
        previous=previous_checkpoint,
        auxiliary=auxiliary_images,
    output:
        CHECKPOINT,
    log:
        f"logs/{SCALE}/seed_{{seed}}/train/{{method}}_{{round}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/train/{{method}}_{{round}}.tsv"
    priority: 5
    group:
        training_group
    conda:
        "../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(120),
        gpu=GPUS,
        turn=turn,
    params:
        code=training_code,
        config=training_config,
    message:
        "Training {wildcards.method} to round {wildcards.round} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/train.py --config {params.config:q} --method {wildcards.method} --round {wildcards.round}'
        " --seed {wildcards.seed} --data {input.data} --previous {input.previous} --auxiliary {input.auxiliary}"
        " --out {output} > {log} 2>&1"
