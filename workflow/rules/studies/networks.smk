"""Other networks on other images: each case trained, measured and attacked by the commands of the run itself."""

from flatgia.studies import networks
from flatgia.studies.networks.case import config_of_case, images_of, network_of

OF_STUDY = f"{STUDIES}/networks"
ROUNDS_OF_CASES = padded(config["studies"]["networks"]["rounds"])
OTHER_IMAGES = {case.get("data", {}).get("dataset") for case in config["studies"]["networks"]["cases"]}


wildcard_constraints:
    case="|".join(case["name"] for case in config["studies"]["networks"]["cases"]),
    mode="eval|train",
    images="|".join(sorted(OTHER_IMAGES - {None, "folder", IMAGES})) or "none",


rule networks_images:
    output:
        "results/shared/{images}.safetensors",
    log:
        "logs/shared/{images}.log",
    localrule: True
    conda:
        "../../../environment.yml"
    resources:
        mem_mb=4000,
        runtime=30,
    message:
        "Fetching and checking the images of {wildcards.images}"
    shell:
        'python "$FLATGIA_SCRIPTS"/data.py --dataset {wildcards.images} --out {output} 2>&1 | tee {log}'


rule networks_targets:
    input:
        data=lambda wildcards: ancient(f"results/shared/{images_of(config, wildcards.case)}.safetensors"),
    output:
        f"{OF_STUDY}/{networks.TARGETS}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/networks/{{case}}_targets.log",
    localrule: True
    conda:
        "../../../environment.yml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        code=code_of("targets.py"),
        config=lambda wildcards: config_of_case(
            config, wildcards, ["compute", "federation", "targets"], job_config.ON_THE_CPU | job_config.NO_TRAINING
        ),
    message:
        "Picking the images that are attacked in {wildcards.case}"
    shell:
        'python "$FLATGIA_SCRIPTS"/targets.py --config {params.config:q} --seed {wildcards.seed} --data {input.data}'
        " --out {output} > {log} 2>&1"


rule networks_train:
    input:
        data=lambda wildcards: ancient(f"results/shared/{images_of(config, wildcards.case)}.safetensors"),
    output:
        expand(f"{OF_STUDY}/{networks.CHECKPOINT}", round=ROUNDS_OF_CASES, allow_missing=True),
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/networks/{{case}}_train_{{method}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/networks/{{case}}_train_{{method}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(120),
        gpu=GPUS,
    params:
        code=lambda wildcards: code_of(
            "train.py", method_class(RULE_OF[wildcards.method]), network_of(config, wildcards.case)
        ),
        config=lambda wildcards: config_of_case(
            config, wildcards, ["compute", "data", "federation", "model"], methods=[wildcards.method]
        ),
        rounds=ROUNDS_OF_CASES,
    message:
        "Training {wildcards.case} by {wildcards.method} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/train.py --config {params.config:q} --method {wildcards.method} --round {params.rounds}'
        " --seed {wildcards.seed} --data {input.data} --out {output} > {log} 2>&1"


rule networks_hessian:
    input:
        checkpoints=expand(f"{OF_STUDY}/{networks.CHECKPOINT}", round=ROUNDS_OF_CASES, allow_missing=True),
        data=lambda wildcards: ancient(f"results/shared/{images_of(config, wildcards.case)}.safetensors"),
    output:
        expand(f"{OF_STUDY}/{networks.HESSIAN}", round=ROUNDS_OF_CASES, allow_missing=True),
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/networks/{{case}}_hessian_{{method}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/networks/{{case}}_hessian_{{method}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
        gpu=GPUS,
    params:
        code=lambda wildcards: code_of("curvature.py", network_of(config, wildcards.case)),
        config=lambda wildcards: config_of_case(config, wildcards, ["compute", "data", "hessian", "model"]),
    message:
        "Hessian of {wildcards.case} by {wildcards.method} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/curvature.py --config {params.config:q} --seed {wildcards.seed}'
        " --checkpoint {input.checkpoints} --data {input.data} --out {output} > {log} 2>&1"


rule networks_attack:
    input:
        checkpoints=expand(f"{OF_STUDY}/{networks.CHECKPOINT}", round=ROUNDS_OF_CASES, allow_missing=True),
        targets=f"{OF_STUDY}/{networks.TARGETS}",
    output:
        f"{OF_STUDY}/{networks.METRICS}",
    log:
        f"logs/{SCALE}/seed_{{seed}}/studies/networks/{{case}}_{{mode}}_{{attack}}_{{method}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/seed_{{seed}}/studies/networks/{{case}}_{{mode}}_{{attack}}_{{method}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        gpu=GPUS,
    params:
        code=lambda wildcards: code_of(
            "studies/networks.py",
            attack_class(config["attacks"][wildcards.attack]["kind"]),
            method_class(RULE_OF[wildcards.method]),
            network_of(config, wildcards.case),
        ),
        config=lambda wildcards: config_of_case(
            config,
            wildcards,
            ["compute", "data", "model", "scale"],
            job_config.NOT_COMPILED,  # that takes longer than the attack
            methods=[wildcards.method],
            attacks=[wildcards.attack],
        ),
        axes=lambda wildcards: ["-".join(axes) for axes in networks.axes_of(config, wildcards.method)],
    message:
        "{wildcards.attack} on {wildcards.case}, {wildcards.mode} mode, by {wildcards.method} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/networks.py --config {params.config:q} --attack {wildcards.attack}'
        " --method {wildcards.method} --axes {params.axes} --seed {wildcards.seed} --targets {input.targets}"
        " --checkpoint {input.checkpoints} --out {output} > {log} 2>&1"
