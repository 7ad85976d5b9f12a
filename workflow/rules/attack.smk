"""The attacks: one artifact a checkpoint; one job attacks `rounds_per_job.attack` checkpoints of a method.

On a cluster those of a table of metrics are one job.
"""

for names in jobs_of("attack"):

    rule:
        name:
            rule_of("attack", names)
        input:
            checkpoints=expand(CHECKPOINT, round=names, allow_missing=True),
            targets=TARGETS,
            generator=attack_generator,
        output:
            expand(ATTACK, round=names, allow_missing=True),
        log:
            f"logs/{SCALE}/seed_{{seed}}/attacks/{CASE}_{names[0]}.log",
        benchmark:
            f"{RESULTS}/benchmarks/seed_{{seed}}/attacks/{CASE}_{names[0]}.tsv"
        group:
            attack_group
        conda:
            "../../environment.yml"
        threads: THREADS
        resources:
            mem_mb=growing(4000),
            runtime=attack_minutes(len(names)),
            gpu=GPUS,
            turn=turn,
        params:
            code=attack_code,
            config=attack_config,
        message:
            "Attack {wildcards.attack} on {wildcards.method} (gradient {wildcards.gradient},"
            " attacker {wildcards.attacker}, batch {wildcards.batch}, seed {wildcards.seed}): {output}"
        shell:
            'python "$FLATGIA_SCRIPTS"/attack.py --config {params.config:q} --attack {wildcards.attack}'
            " --method {wildcards.method} --gradient {wildcards.gradient} --attacker {wildcards.attacker}"
            " --batch {wildcards.batch} --seed {wildcards.seed} --targets {input.targets} --generator {input.generator}"
            " --checkpoint {input.checkpoints} --out {output} > {log} 2>&1"
