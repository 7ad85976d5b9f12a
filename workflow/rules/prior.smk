"""The generative prior of GIAS and GIFD, trained on the images of the other clients."""


rule prior:
    input:
        data=ancient(DATA),
    output:
        prior=PRIOR,
        picture=report(
            SAMPLES,
            caption="../report/prior.rst",
            category="Figures",
            labels={"name": "prior", "shows": "samples of the generator"},
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
        mem_mb=growing(6000),
        runtime=growing(600),
        gpu=GPUS,
    params:
        code=code_of("prior.py"),
        config=prior_config(job_config.NOT_COMPILED),
    message:
        "Training the generative prior (seed {wildcards.seed})"
    shell:
        "python scripts/prior.py --config {params.config:q} --seed {wildcards.seed} --data {input.data}"
        " --out {output.prior} --picture {output.picture} > {log} 2>&1"


rule prior_untrained:
    input:
        data=ancient(DATA),
    output:
        prior=UNTRAINED,
        picture=UNTRAINED_SAMPLES,
    log:
        f"logs/{SCALE}/seed_{{seed}}/prior_untrained.log",
    localrule: True
    conda:
        "../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=3000,
        runtime=10,
    params:
        code=code_of("prior.py"),
        config=prior_config(job_config.ON_THE_CPU),
    message:
        "The generator without training (seed {wildcards.seed})"
    shell:
        "python scripts/prior.py --config {params.config:q} --seed {wildcards.seed} --data {input.data}"
        " --out {output.prior} --picture {output.picture} --untrained > {log} 2>&1"
