"""Membership inference at every checkpoint of the study."""

from flatgia.studies import privacy


rule privacy_scores:
    input:
        checkpoint=CHECKPOINT,
        data=ancient(DATA),
    output:
        f"{STUDIES}/privacy/{privacy.SCORES}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/privacy/{{method}}_{{round}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/privacy/{{method}}_{{round}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(10),
        gpu=GPUS,
    params:
        code=lambda wildcards: studied_code("privacy", wildcards.method),
        config=lambda wildcards: job_config.for_job(
            config, ["compute", "data", "federation", "model"], {}, methods=[wildcards.method]
        ),
    message:
        "Membership at {wildcards.method}, round {wildcards.round} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/privacy.py --config {params.config:q} --method {wildcards.method}'
        " --seed {wildcards.seed} --checkpoint {input.checkpoint} --data {input.data} --out {output} > {log} 2>&1"
