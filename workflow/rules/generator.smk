"""The generator of GIAS and GIFD, trained on the images of the other clients."""

# In the report if they are there: beside results that came with a clone they are not, and a report of Fig 7 would end there.
SAMPLES_MADE = all(Path(path).exists() for path in expand(SAMPLES, seed=all_seeds(config)))


rule generator:
    input:
        data=ancient(DATA),
    output:
        generator=GENERATOR,
        picture=(
            report(
                SAMPLES,
                caption="../report/generator.rst",
                category="Figures",
                labels={"name": "generator", "shows": "samples of the generator"},
            )
            if SAMPLES_MADE
            else SAMPLES
        ),
    log:
        f"logs/{SCALE}/seed_{{seed}}/generator.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/generator.tsv"
    priority: 10
    conda:
        "../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(6000),
        runtime=growing(600),
        gpu=GPUS,
    params:
        code=code_of("generator.py"),
        config=generator_config(job_config.NOT_COMPILED),
    message:
        "Training the generator (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/generator.py --config {params.config:q} --seed {wildcards.seed} --data {input.data}'
        " --out {output.generator} --picture {output.picture} > {log} 2>&1"


rule generator_untrained:
    input:
        data=ancient(DATA),
    output:
        generator=UNTRAINED,
        picture=UNTRAINED_SAMPLES,
    log:
        f"logs/{SCALE}/seed_{{seed}}/generator_untrained.log",
    localrule: True
    conda:
        "../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=3000,
        runtime=10,
    params:
        code=code_of("generator.py"),
        config=generator_config(job_config.ON_THE_CPU),
    message:
        "The generator without training (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/generator.py --config {params.config:q} --seed {wildcards.seed} --data {input.data}'
        " --out {output.generator} --picture {output.picture} --untrained > {log} 2>&1"
