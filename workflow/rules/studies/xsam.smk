"""The learning rate of every optimiser on every network, and its trainings."""

from flatgia.studies import xsam
from flatgia.studies.xsam.section import classes_of, for_one, grid

XSAM = config["studies"]["xsam"]


CHOSEN = f"{RESULTS}/seed_{seeds_of(config, ['xsam'])[0]}/studies/xsam/{xsam.TUNED}"  # by the first seed


rule xsam_tuned:
    input:
        DATA,
    output:
        f"{STUDIES}/xsam/{xsam.TUNED}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/xsam/tuned_{{network}}_{{optimiser}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/xsam/tuned_{{network}}_{{optimiser}}.tsv"
    wildcard_constraints:
        network="|".join(XSAM["networks"]),
        optimiser="|".join(XSAM["optimisers"]),
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(600),
    params:
        code=lambda wildcards: code_of("studies/xsam.py", *classes_of(XSAM, wildcards.network, wildcards.optimiser)),
        config=lambda wildcards: job_config.for_job(
            for_one(config, wildcards.network, wildcards.optimiser),
            ["compute", "data"],
            job_config.ON_THE_CPU,
            studies=["xsam"],
        ),
    message:
        "Central learning rate of {wildcards.optimiser} on {wildcards.network} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/xsam.py --config {params.config:q} --network {wildcards.network}'
        " --optimiser {wildcards.optimiser} --tune --seed {wildcards.seed} --data {input} --out {output} > {log} 2>&1"


rule xsam_trained:
    input:
        data=DATA,
        tuned=lambda wildcards: CHOSEN if len(grid(XSAM, wildcards.optimiser)) > 1 else [],  # where there is a choice
    output:
        f"{STUDIES}/xsam/{xsam.TRAINED}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/xsam/trained_{{network}}_{{optimiser}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/xsam/trained_{{network}}_{{optimiser}}.tsv"
    wildcard_constraints:
        network="|".join(XSAM["networks"]),
        optimiser="|".join(XSAM["optimisers"]),
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(600),
    params:
        code=lambda wildcards: code_of("studies/xsam.py", *classes_of(XSAM, wildcards.network, wildcards.optimiser)),
        config=lambda wildcards: job_config.for_job(
            for_one(config, wildcards.network, wildcards.optimiser),
            ["compute", "data"],
            job_config.ON_THE_CPU,
            studies=["xsam"],
        ),
    message:
        "Central training of {wildcards.network} with {wildcards.optimiser} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/xsam.py --config {params.config:q} --network {wildcards.network}'
        " --optimiser {wildcards.optimiser} --tuned {input.tuned} --seed {wildcards.seed} --data {input.data}"
        " --out {output} > {log} 2>&1"
