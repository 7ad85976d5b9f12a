"""The predicted shift at every checkpoint of the study."""

from flatgia.studies import shift

PRIOR = config["studies"]["shift"]["attacks"][0]  # the attack whose prior it is


rule shift_predicted:
    input:
        checkpoint=CHECKPOINT,
        targets=TARGETS,
    output:
        f"{STUDIES}/shift/{shift.SHIFTS}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/shift/{{method}}_{{round}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/shift/{{method}}_{{round}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(6000),
        runtime=growing(30),
        gpu=GPUS,
    params:
        code=lambda wildcards: studied_code("shift", wildcards.method, [PRIOR]),
        config=lambda wildcards: studied_config(wildcards.method, [PRIOR]),
        attack=PRIOR,
        images=config["studies"]["shift"]["images"],
    message:
        "Shifts of {wildcards.method}, round {wildcards.round} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/shift.py --config {params.config:q} --attack {params.attack}'
        " --method {wildcards.method} --images {params.images} --seed {wildcards.seed}"
        " --checkpoint {input.checkpoint} --targets {input.targets} --out {output} > {log} 2>&1"
