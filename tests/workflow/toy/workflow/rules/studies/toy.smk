"""The norm of each initial model."""


rule toy_norm:
    input:
        expand(CHECKPOINT, round="0000", allow_missing=True),
    output:
        f"{STUDIES}/toy/{{method}}.json",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/toy/{{method}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/toy/{{method}}.tsv"
    conda:
        "../../../environment.yml"
    params:
        code=code_of("studies/toy.py"),
        config=study_config("toy"),
    message:
        "Norm of {wildcards.method}"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/toy.py --config {params.config:q} --checkpoint {input}'
        " --out {output} > {log} 2>&1"
