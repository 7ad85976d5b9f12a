"""The Hessian of each checkpoint; one job measures `rounds_per_job.hessian` checkpoints of a method."""


def hessian_config(names):
    """The parameters of a job: of the rounds to be measured exactly only its own."""

    def parameters(wildcards):
        own = [int(name.format(**wildcards)) for name in names]
        exact = [number for number in config["hessian"].get("exact", []) if number in own]
        return job_config.for_job(config, ["compute", "data", "hessian", "model"], {"hessian": {"exact": exact}})

    return parameters


for names in jobs_of("hessian"):

    rule:
        name:
            rule_of("hessian", names)
        input:
            checkpoints=expand(CHECKPOINT, round=names, allow_missing=True),
            data=ancient(DATA),
        output:
            expand(HESSIAN, round=names, allow_missing=True),
        log:
            f"logs/{SCALE}/seed_{{seed}}/hessian/{{method}}_{names[-1]}.log",
        benchmark:
            f"{RESULTS}/benchmarks/seed_{{seed}}/hessian/{{method}}_{names[-1]}.tsv"
        conda:
            "../../environment.yml"
        threads: THREADS
        resources:
            mem_mb=growing(12000),
            runtime=growing(60 * len(names)),
            gpu=GPUS,
        params:
            code=code_of("curvature.py", NETWORK),
            config=hessian_config(names),
        message:
            "Hessian of {wildcards.method} (seed {wildcards.seed}): {output}"
        shell:
            'python "$FLATGIA_SCRIPTS"/curvature.py --config {params.config:q} --seed {wildcards.seed}'
            " --checkpoint {input.checkpoints} --data {input.data} --out {output} > {log} 2>&1"
