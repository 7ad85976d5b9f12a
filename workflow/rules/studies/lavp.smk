"""Spectra and recoveries of many images at the models of the study; networks other than the run's are trained for it."""

from flatgia.studies import lavp

LAVP = config["studies"]["lavp"]
LAVP_IMAGES = f"{STUDIES}/lavp/images.safetensors"
LAVP_MODEL = f"{STUDIES}/lavp/{{model}}/{{method}}/model_{{round}}.safetensors"


wildcard_constraints:
    model="|".join([lavp.OWN, *lavp.NETWORKS]),
    loss="|".join(lavp.LOSSES),


rule lavp_images:
    input:
        data=ancient(DATA),
    output:
        LAVP_IMAGES,
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/lavp/images.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/lavp/images.tsv"
    localrule: True
    conda:
        "../../../environment.yml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        code=code_of("targets.py"),
        config=job_config.for_job(config, ["compute", "federation", "targets"], {"targets": {"images": LAVP["images"]}}),
    message:
        "Picking the images of the study lavp (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/targets.py --config {params.config:q} --seed {wildcards.seed} --data {input.data}'
        " --out {output} > {log} 2>&1"


rule lavp_models:
    input:
        data=ancient(DATA),
    output:
        expand(LAVP_MODEL, round=padded(LAVP["other_rounds"]), allow_missing=True),
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/lavp/{{model}}_{{method}}_trained.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/lavp/{{model}}_{{method}}_trained.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        gpu=GPUS,
    params:
        code=lambda wildcards: code_of(
            "train.py",
            method_class(RULE_OF[wildcards.method]),
            network_class(lavp.network_of(config, wildcards.model)),
        ),
        config=lambda wildcards: studied_config(
            wildcards.method, changes=lavp.changes(wildcards.model), more=["federation"]
        ),
        rounds=LAVP["other_rounds"],
    message:
        "Training {wildcards.model} for the study lavp (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/train.py --config {params.config:q} --method {wildcards.method}'
        " --round {params.rounds} --seed {wildcards.seed} --data {input.data} --out {output} > {log} 2>&1"


rule lavp_spectra:
    input:
        checkpoint=lambda wildcards: (CHECKPOINT if wildcards.model == lavp.OWN else LAVP_MODEL).format(**wildcards),
        targets=LAVP_IMAGES,
    output:
        f"{STUDIES}/lavp/{lavp.SPECTRA}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/lavp/{{model}}_{{method}}_{{round}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/lavp/{{model}}_{{method}}_{{round}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(6000),
        runtime=growing(120),
        gpu=GPUS,
    params:
        code=lambda wildcards: studied_code(
            "lavp", wildcards.method, network=network_class(lavp.network_of(config, wildcards.model))
        ),
        config=lambda wildcards: studied_config(
            wildcards.method, changes=lavp.changes(wildcards.model), more=["metrics"]
        ),
        directions=LAVP["directions"],
    message:
        "Spectra of gradient matching: {wildcards.model}, round {wildcards.round} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/lavp.py spectra --config {params.config:q} --model {wildcards.model}'
        " --method {wildcards.method} --directions {params.directions} --seed {wildcards.seed}"
        " --checkpoint {input.checkpoint} --targets {input.targets} --out {output} > {log} 2>&1"


rule lavp_recoveries:
    input:
        checkpoint=lambda wildcards: (CHECKPOINT if wildcards.model == lavp.OWN else LAVP_MODEL).format(**wildcards),
        targets=LAVP_IMAGES,
        spectra=f"{STUDIES}/lavp/{lavp.SPECTRA}",
        vgg=ancient(VGG) if "lpips" in config["metrics"] else [],
    output:
        f"{STUDIES}/lavp/{lavp.RECOVERIES}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/lavp/{{model}}_{{method}}_{{round}}_{{loss}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/lavp/{{model}}_{{method}}_{{round}}_{{loss}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(6000),
        runtime=growing(120),
        gpu=GPUS,
    params:
        code=lambda wildcards: studied_code(
            "lavp", wildcards.method, network=network_class(lavp.network_of(config, wildcards.model))
        ),
        config=lambda wildcards: studied_config(
            wildcards.method, changes=lavp.changes(wildcards.model), more=["metrics"]
        ),
        vgg=f"--vgg {VGG}" if "lpips" in config["metrics"] else "",
        sigmas=LAVP["sigmas"],
        draws=LAVP["draws"],
        steps=LAVP["steps"],
        adam=LAVP["adam"],
    message:
        "Recoveries by {wildcards.loss}: {wildcards.model}, round {wildcards.round} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/lavp.py recoveries --config {params.config:q} --model {wildcards.model}'
        " --method {wildcards.method} --loss {wildcards.loss} --sigmas {params.sigmas} --draws {params.draws}"
        " --steps {params.steps} --adam {params.adam} --seed {wildcards.seed} {params.vgg} --spectra {input.spectra}"
        " --checkpoint {input.checkpoint} --targets {input.targets} --out {output} > {log} 2>&1"
