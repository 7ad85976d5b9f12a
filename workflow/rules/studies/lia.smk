"""The rounds of secure aggregation of each question and seed."""

from flatgia.studies import lia


rule lia_rounds:
    input:
        data=ancient(DATA),
    output:
        f"{STUDIES}/lia/{lia.ROUNDS}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/lia/{{part}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/lia/{{part}}.tsv"
    wildcard_constraints:
        part="|".join([*lia.PARTS, lia.ALL]),
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        code=code_of(
            "studies/lia.py",
            *(network_class(name) for name in config["studies"]["lia"]["networks"]),
            *(method_class(RULE_OF[name]) for name in config["studies"]["lia"]["methods"]),
        ),
        config=study_config("lia", "compute", "data", methods=config["studies"]["lia"]["methods"]),
    message:
        "Labels through secure aggregation: {wildcards.part} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/lia.py --config {params.config:q} --data {input.data}'
        " --part {wildcards.part} --seed {wildcards.seed} --out {output} > {log} 2>&1"
