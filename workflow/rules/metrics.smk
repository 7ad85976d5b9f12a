"""The metrics: one long table per method, attack and group of rounds, a row per image and metric."""

for group, rounds in GROUPS.items():

    rule:
        name:
            f"metrics_{group}"
        input:
            attacks=expand(ATTACK, round=padded(rounds), allow_missing=True),
            targets=TARGETS,
            vgg=ancient(VGG) if "lpips" in config["metrics"] else [],
        output:
            expand(METRICS, rounds=group, allow_missing=True),
        log:
            f"logs/{SCALE}/seed_{{seed}}/metrics/{CASE}_{group}.log",
        group:
            attack_group
        conda:
            "../../environment.yml"
        threads: THREADS
        resources:
            mem_mb=growing(3000),
            runtime=growing(10),
            turn=turn,
        params:
            code=code_of("evaluate.py"),
            group=group,
            config=job_config.for_job(config, ["compute", "metrics"], job_config.ON_THE_CPU),
        message:
            "Metrics of {wildcards.attack} on {wildcards.method}, rounds of {params.group} (seed {wildcards.seed})"
        shell:
            'python "$FLATGIA_SCRIPTS"/evaluate.py --config {params.config:q} --attack {input.attacks}'
            " --targets {input.targets} --vgg {input.vgg} --out {output} > {log} 2>&1"
