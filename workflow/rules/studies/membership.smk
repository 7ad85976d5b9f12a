"""The pools of models on random halves, the attacks on them, and the interpolating linear model."""

from flatgia.settings.registry import optimiser_class
from flatgia.studies import membership
from flatgia.studies.membership.section import for_part

POOLS = config["studies"]["membership"]


rule membership_models:
    input:
        ancient(DATA),
    output:
        f"{STUDIES}/membership/{membership.MODELS}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/membership/{{optimiser}}_{{first}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/membership/models_{{optimiser}}.{{first}}.tsv"
    wildcard_constraints:
        optimiser="|".join(POOLS["optimisers"]),
        first=r"\d\d\d+",
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(3000),
        runtime=growing(60),
    params:
        code=lambda wildcards: code_of(
            "studies/membership.py",
            optimiser_class(POOLS["optimisers"][wildcards.optimiser]["kind"]),
            network_class(POOLS["network"]["network"]),
        ),
        config=lambda wildcards: job_config.for_job(
            for_part(config, wildcards.optimiser), ["compute", "data"], job_config.ON_THE_CPU, studies=["membership"]
        ),
        first=lambda wildcards: int(wildcards.first),
        models=POOLS["models_per_job"],
    message:
        "Pool of {wildcards.optimiser}: models from {params.first} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/membership.py --config {params.config:q} --optimiser {wildcards.optimiser}'
        " --first {params.first} --models {params.models} --seed {wildcards.seed} --data {input} --out {output} > {log} 2>&1"


rule membership_scores:
    input:
        [f"{STUDIES}/membership/{path}" for path in membership.models_of(POOLS)],
    output:
        scores=f"{STUDIES}/membership/{membership.SCORES}",
        curves=f"{STUDIES}/membership/{membership.CURVES}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/membership/scores.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/membership/scores.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(3000),
        runtime=growing(60),
    params:
        code=code_of("studies/membership_scores.py"),
        config=job_config.for_job(config, ["compute"], job_config.ON_THE_CPU, studies=["membership"]),
    message:
        "Pools attacked (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/membership_scores.py --config {params.config:q} --models {input}'
        " --scores {output.scores} --curves {output.curves} > {log} 2>&1"


rule membership_linear:
    input:
        ancient(DATA),
    output:
        f"{STUDIES}/membership/{membership.LINEAR}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/membership/linear.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/membership/linear.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(3000),
        runtime=growing(60),
    params:
        code=code_of("studies/membership_linear.py"),
        config=study_config("membership", "compute", "data"),
    message:
        "The interpolating linear model (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/membership_linear.py --config {params.config:q} --seed {wildcards.seed}'
        " --data {input} --out {output} > {log} 2>&1"
