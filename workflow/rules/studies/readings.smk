"""Round 0 under other readings of the paper, each from its initial model to its metrics in one job."""

from flatgia.studies import readings


wildcard_constraints:
    inputs="normalised|raw",
    init="dlg|pytorch",


rule readings_case:
    input:
        data=ancient(DATA),
        targets=TARGETS,
    output:
        f"{STUDIES}/readings/{readings.CASE}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/readings/{{inputs}}-{{init}}_{{method}}_{{attack}}.log",
    group:
        "readings"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(15),
        gpu=GPUS,
        turn=turn,
    params:
        code=case_code,
        config=lambda wildcards: case_config(wildcards, readings.changes(wildcards)),
        scratch=subpath(output[0], strip_suffix=".csv"),
    message:
        "Reading: {wildcards.attack} on {wildcards.method}, {wildcards.inputs} inputs, {wildcards.init} weights"
    shell:
        '(python "$FLATGIA_SCRIPTS"/train.py --config {params.config:q} --method {wildcards.method} --round 0'
        " --seed {wildcards.seed} --data {input.data} --out {params.scratch}.model.safetensors"
        ' && python "$FLATGIA_SCRIPTS"/attack.py --config {params.config:q} --attack {wildcards.attack}'
        " --method {wildcards.method} --seed {wildcards.seed} --targets {input.targets}"
        " --checkpoint {params.scratch}.model.safetensors --out {params.scratch}.safetensors"
        ' && python "$FLATGIA_SCRIPTS"/evaluate.py --config {params.config:q} --attack {params.scratch}.safetensors'
        " --targets {input.targets} --out {output}) > {log} 2>&1"
