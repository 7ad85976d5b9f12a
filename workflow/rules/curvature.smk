"""The Hessian of each checkpoint."""


rule hessian:
    input:
        checkpoint=CHECKPOINT,
        data=ancient(DATA),
    output:
        HESSIAN,
    log:
        f"logs/{SCALE}/seed_{{seed}}/hessian/{{method}}_{{round}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/hessian/{{method}}_{{round}}.tsv"
    conda:
        "../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(12000),
        runtime=growing(60),
        gpu=GPUS,
    params:
        code=code_of("curvature.py", config["model"]["network"]),
        config=job_config.for_job(config, ["compute", "data", "hessian", "model"], {}),
    message:
        "Hessian of {wildcards.method} at round {wildcards.round} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/curvature.py --config {params.config:q} --seed {wildcards.seed}'
        " --checkpoint {input.checkpoint} --data {input.data} --out {output} > {log} 2>&1"
