"""Federated training: one job from a listed round to the next, so that a figure trains no further than it needs."""


def previous_checkpoint(wildcards):
    """The checkpoint of the listed round before this one; none for the initial model."""
    earlier = padded(number for number in ROUNDS if number < int(wildcards.round))
    return expand(CHECKPOINT, seed=wildcards.seed, method=wildcards.method, round=earlier[-1:])


def auxiliary_images(wildcards):
    """FedSAI's initial model needs them, nothing else does."""
    return AUXILIARY if RULE_OF[wildcards.method] == "fedsai" and int(wildcards.round) == 0 else []


def training_config(wildcards):
    """The parameters that a checkpoint depends on."""
    return settings.prune(config, ["compute", "data", "federation", "model"], methods=[wildcards.method])


rule train:
    message:
        "Training {wildcards.method} to round {wildcards.round} (seed {wildcards.seed})"
    input:
        data=DATA,
        previous=previous_checkpoint,
        auxiliary=auxiliary_images,
        code=training_code,
    output:
        CHECKPOINT,
    log:
        f"logs/{SCALE}/seed_{{seed}}/train/{{method}}_{{round}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/train/{{method}}_{{round}}.tsv"
    params:
        config=training_config,
    priority: 5
    resources:
        mem_mb=4000,
        runtime=120,
    shell:
        "{PYTHON} scripts/train.py --config {params.config:q} --method {wildcards.method} --round {wildcards.round}"
        " --seed {wildcards.seed} --data {input.data} --previous {input.previous} --auxiliary {input.auxiliary}"
        " --out {output} > {log} 2>&1"
