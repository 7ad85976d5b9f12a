"""The learning rate of every optimiser on every network, and its trainings."""

from flatgia.studies import xsam
from flatgia.studies.xsam.section import for_one, grid

XSAM = config["studies"]["xsam"]


def xsam_code(wildcards):
    """The source files of a training with an optimiser on a network."""
    network = network_class(XSAM["networks"][wildcards.network]["network"])
    kind = XSAM["optimisers"][wildcards.optimiser]["kind"]
    return code_of("studies/xsam.py", optimiser_class(kind), network)


def xsam_config(wildcards):
    """The parameters of such a training."""
    cut = for_one(config, wildcards.network, wildcards.optimiser)
    return job_config.for_job(cut, ["compute", "data"], job_config.ON_THE_CPU, studies=["xsam"])


def xsam_grid(wildcards):
    """The chosen learning rate, where there is a choice: by the first seed."""
    first = seeds_of(config, ["xsam"])[0]
    more = len(grid(XSAM, wildcards.optimiser)) > 1
    return expand(f"{STUDIES}/xsam/{xsam.TUNED}", seed=first, network=wildcards.network, optimiser=wildcards.optimiser) if more else []


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
        code=xsam_code,
        config=xsam_config,
    message:
        "Central learning rate of {wildcards.optimiser} on {wildcards.network} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/xsam.py --config {params.config:q} --network {wildcards.network}'
        " --optimiser {wildcards.optimiser} --tune --seed {wildcards.seed} --data {input} --out {output} > {log} 2>&1"


rule xsam_trained:
    input:
        data=DATA,
        tuned=xsam_grid,
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
        code=xsam_code,
        config=xsam_config,
    message:
        "Central training of {wildcards.network} with {wildcards.optimiser} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/xsam.py --config {params.config:q} --network {wildcards.network}'
        " --optimiser {wildcards.optimiser} --tuned {input.tuned} --seed {wildcards.seed} --data {input.data}"
        " --out {output} > {log} 2>&1"
