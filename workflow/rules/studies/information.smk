"""The spectrum of J = dg/dx at every checkpoint of the study."""

from flatgia.studies import information


rule information_spectra:
    input:
        checkpoint=CHECKPOINT,
        targets=TARGETS,
    output:
        f"{STUDIES}/information/{information.SPECTRA}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/information/{{method}}_{{round}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/information/{{method}}_{{round}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(6000),
        runtime=growing(30),
        gpu=GPUS,
    params:
        code=lambda wildcards: studied_code("information", wildcards.method),
        config=lambda wildcards: studied_config(wildcards.method),
        directions=config["studies"]["information"]["directions"],
        images=config["studies"]["information"]["images"],
    message:
        "Spectra of {wildcards.method}, round {wildcards.round} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/information.py --config {params.config:q} --method {wildcards.method}'
        " --directions {params.directions} --images {params.images} --seed {wildcards.seed}"
        " --checkpoint {input.checkpoint} --targets {input.targets} --out {output} > {log} 2>&1"
