"""The generative prior of GIAS and GIFD, trained on the images of the other clients."""


rule prior:
    input:
        data=DATA,
    output:
        prior=PRIOR,
        picture=report(
            SAMPLES,
            caption="../report/prior.rst",
            category="Prior",
            labels={"figure": "samples of the prior"},
        ),
    log:
        f"logs/{SCALE}/seed_{{seed}}/prior.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/prior.tsv"
    priority: 10
    conda:
        "../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=6000,
        runtime=600,
        gpu=GPUS,
    params:
        code=code_of("prior.py"),
        config=settings.for_job(
            config,
            ["compute", "federation", "prior", "targets"],
            settings.NOT_COMPILED | settings.NO_TRAINING | {"targets": {"images": 1}},
        ),
    message:
        "Training the generative prior (seed {wildcards.seed})"
    shell:
        "python scripts/prior.py --config {params.config:q} --seed {wildcards.seed} --data {input.data}"
        " --out {output.prior} --picture {output.picture} > {log} 2>&1"
