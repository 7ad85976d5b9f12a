"""The attacks on the updates of every case at every checkpoint of the study."""

from flatgia.studies import updates
from flatgia.studies.updates.case import PATTERN

SEARCH = config["studies"]["updates"]["attacks"][0]


wildcard_constraints:
    case=PATTERN,


rule updates_scores:
    input:
        checkpoint=CHECKPOINT,
        data=ancient(DATA),
        vgg=ancient(VGG) if "lpips" in config["metrics"] else [],
    output:
        f"{STUDIES}/updates/{updates.SCORES}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/updates/{{method}}_{{round}}_{{case}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/updates/{{method}}_{{round}}_{{case}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(30),
        gpu=GPUS,
    params:
        code=lambda wildcards: studied_code("updates", wildcards.method, [SEARCH]),
        config=lambda wildcards: job_config.for_job(
            config,
            ["compute", "data", "federation", "metrics", "model", "targets"],
            {"targets": {"images": 1}},  # the client alone counts
            methods=[wildcards.method],
            attacks=[SEARCH],
        ),
        attack=SEARCH,
        images=config["studies"]["updates"]["images"],
    message:
        "Updates of {wildcards.method}, round {wildcards.round}, {wildcards.case} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/updates.py --config {params.config:q} --attack {params.attack}'
        " --method {wildcards.method} --case {wildcards.case} --images {params.images} --seed {wildcards.seed}"
        " --checkpoint {input.checkpoint} --data {input.data} --vgg {input.vgg} --out {output} > {log} 2>&1"
