"""What the paper's bounds are made of, at every checkpoint of the study."""

from flatgia.studies import bounds

NO_ESTIMATE = {"hessian": {"estimator": "slq", "exact": [], "probes": 2, "error": None, "steps": 2}}


rule bounds_terms:
    input:
        checkpoint=CHECKPOINT,
        data=ancient(DATA),
    output:
        f"{STUDIES}/bounds/{bounds.TERMS}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/bounds/{{method}}_{{round}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/bounds/{{method}}_{{round}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(3000),
        runtime=growing(30),
    params:
        code=lambda wildcards: studied_code("bounds", wildcards.method),
        config=lambda wildcards: job_config.for_job(
            config,
            ["compute", "data", "federation", "hessian", "model"],
            NO_ESTIMATE,
            studies=["bounds"],
            methods=[wildcards.method],
        ),
    message:
        "Bounds of {wildcards.method}, round {wildcards.round} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/bounds.py --config {params.config:q} --method {wildcards.method}'
        " --seed {wildcards.seed} --checkpoint {input.checkpoint} --data {input.data} --out {output} > {log} 2>&1"
