"""What the paper's bounds are made of, at the rounds of the table; a job a method."""

from flatgia.studies import bounds

TABLE_ROUNDS = padded(config["rounds"]["table"])
NO_ESTIMATE = {"hessian": {"estimator": "slq", "exact": [], "probes": 2, "error": None, "steps": 2}}


rule bounds_terms:
    input:
        checkpoints=expand(CHECKPOINT, round=TABLE_ROUNDS, allow_missing=True),
        data=ancient(DATA),
    output:
        expand(f"{STUDIES}/bounds/{bounds.TERMS}", round=TABLE_ROUNDS, allow_missing=True),
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/bounds/{{method}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/bounds/{{method}}.tsv"
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
        "Bounds of {wildcards.method} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/bounds.py --config {params.config:q} --method {wildcards.method}'
        " --seed {wildcards.seed} --checkpoint {input.checkpoints} --data {input.data} --out {output} > {log} 2>&1"
