"""More images of the client than Table 1 has, at the same checkpoints."""

from flatgia.studies import images
from flatgia.studies.rounds import rounds_of

MANY = {"targets": {"images": config["studies"]["images"]["images"]}}


rule images_case:
    input:
        data=ancient(DATA),
        checkpoints=expand(CHECKPOINT, round=padded(rounds_of(config, "images")), allow_missing=True),
        vgg=ancient(VGG) if "lpips" in config["metrics"] else [],
    output:
        f"{STUDIES}/images/{images.CASE}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/images/{{method}}_{{gradient}}-{{attacker}}_{{attack}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/images/{{method}}_{{gradient}}-{{attacker}}_{{attack}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(120),
        gpu=GPUS,
    params:
        code=lambda wildcards: [code_of("targets.py"), attack_code(wildcards), code_of("evaluate.py")],
        config=lambda wildcards: job_config.for_job(
            config,
            ["compute", "data", "federation", "metrics", "model", "scale", "targets"],
            job_config.NO_TRAINING | MANY,
            methods=[wildcards.method],
            attacks=[wildcards.attack],
        ),
        scratch=subpath(output[0], strip_suffix=".csv"),
        answers=lambda wildcards, input, output: [
            f"{output[0].removesuffix('.csv')}.{place}.safetensors" for place in range(len(input.checkpoints))
        ],
    message:
        "{wildcards.attack} on many images of {wildcards.method} (gradient {wildcards.gradient},"
        " attacker {wildcards.attacker}, seed {wildcards.seed})"
    shell:
        '(python "$FLATGIA_SCRIPTS"/targets.py --config {params.config:q} --seed {wildcards.seed} --data {input.data}'
        " --out {params.scratch}.targets.safetensors"
        ' && python "$FLATGIA_SCRIPTS"/attack.py --config {params.config:q} --attack {wildcards.attack}'
        " --method {wildcards.method} --gradient {wildcards.gradient} --attacker {wildcards.attacker}"
        " --seed {wildcards.seed} --targets {params.scratch}.targets.safetensors --checkpoint {input.checkpoints}"
        " --out {params.answers}"
        ' && python "$FLATGIA_SCRIPTS"/evaluate.py --config {params.config:q} --attack {params.answers}'
        " --targets {params.scratch}.targets.safetensors --vgg {input.vgg} --out {output}) > {log} 2>&1"
