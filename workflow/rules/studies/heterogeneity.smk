"""Clients with different classes: at every alpha who holds what, then models, Hessians and attacks by the run's own commands."""

import re

from flatgia.studies import heterogeneity
from flatgia.studies.heterogeneity.split import config_at, name_of

OF_HETEROGENEITY = f"{STUDIES}/heterogeneity"
LOGS_OF_HETEROGENEITY = f"logs/{SCALE}/seed_{{seed}}/studies/heterogeneity"
# A folder an alpha: in the estimate all alphas are one kind of work.
TIMES_OF_HETEROGENEITY = f"{RESULTS}/benchmarks/seed_{{seed}}/studies/heterogeneity/{{alpha}}"
HETEROGENEOUS = config["studies"]["heterogeneity"]


wildcard_constraints:
    alpha="|".join(re.escape(name_of(alpha)) for alpha in HETEROGENEOUS["alphas"]),


rule heterogeneity_clients:
    input:
        data=ancient(DATA),
    output:
        f"{OF_HETEROGENEITY}/{heterogeneity.CLIENTS}",
    log:
        f"{LOGS_OF_HETEROGENEITY}/clients.log",
    localrule: True
    conda:
        "../../../environment.yml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        code=code_of("studies/heterogeneity_clients.py"),
        config=study_config("heterogeneity", "compute", "federation"),
    message:
        "Dividing the classes among the clients (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/heterogeneity_clients.py --config {params.config:q} --seed {wildcards.seed}'
        " --data {input.data} --out {output} > {log} 2>&1"


rule heterogeneity_targets:
    input:
        data=ancient(DATA),
        clients=ancient(rules.heterogeneity_clients.output),  # each holds enough
    output:
        f"{OF_HETEROGENEITY}/{heterogeneity.TARGETS}",
    log:
        f"{LOGS_OF_HETEROGENEITY}/{{alpha}}_targets.log",
    localrule: True
    conda:
        "../../../environment.yml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        code=code_of("targets.py"),
        config=lambda wildcards: config_at(
            config,
            wildcards.alpha,
            ["compute", "federation", "targets"],
            job_config.ON_THE_CPU | job_config.NO_TRAINING,
        ),
    message:
        "Picking the images that are attacked at alpha {wildcards.alpha}"
    shell:
        'python "$FLATGIA_SCRIPTS"/targets.py --config {params.config:q} --seed {wildcards.seed} --data {input.data}'
        " --out {output} > {log} 2>&1"


rule heterogeneity_train:
    input:
        data=ancient(DATA),
        clients=ancient(rules.heterogeneity_clients.output),
    output:
        expand(
            f"{OF_HETEROGENEITY}/{heterogeneity.CHECKPOINT}", round=padded(HETEROGENEOUS["rounds"]), allow_missing=True
        ),
    log:
        f"{LOGS_OF_HETEROGENEITY}/{{alpha}}_train_{{method}}.log",
    benchmark:
        f"{TIMES_OF_HETEROGENEITY}/train_{{method}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(120),
        gpu=GPUS,
    params:
        code=training_code,
        config=lambda wildcards: config_at(
            config, wildcards.alpha, ["compute", "data", "federation", "model"], methods=[wildcards.method]
        ),
        rounds=padded(HETEROGENEOUS["rounds"]),
    message:
        "Training by {wildcards.method} at alpha {wildcards.alpha} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/train.py --config {params.config:q} --method {wildcards.method} --round {params.rounds}'
        " --seed {wildcards.seed} --data {input.data} --out {output} > {log} 2>&1"


rule heterogeneity_hessian:
    input:
        checkpoints=expand(
            f"{OF_HETEROGENEITY}/{heterogeneity.CHECKPOINT}", round=padded(HETEROGENEOUS["rounds"]), allow_missing=True
        ),
        data=ancient(DATA),
    output:
        expand(f"{OF_HETEROGENEITY}/{heterogeneity.HESSIAN}", round=padded(HETEROGENEOUS["rounds"]), allow_missing=True),
    log:
        f"{LOGS_OF_HETEROGENEITY}/{{alpha}}_hessian_{{method}}.log",
    benchmark:
        f"{TIMES_OF_HETEROGENEITY}/hessian_{{method}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
        gpu=GPUS,
    params:
        code=code_of("curvature.py", NETWORK),
        config=lambda wildcards: config_at(config, wildcards.alpha, ["compute", "data", "hessian", "model"]),
    message:
        "Curvature of {wildcards.method} at alpha {wildcards.alpha} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/curvature.py --config {params.config:q} --seed {wildcards.seed}'
        " --checkpoint {input.checkpoints} --data {input.data} --out {output} > {log} 2>&1"


rule heterogeneity_attack:
    input:
        checkpoints=expand(
            f"{OF_HETEROGENEITY}/{heterogeneity.CHECKPOINT}", round=padded(HETEROGENEOUS["rounds"]), allow_missing=True
        ),
        targets=f"{OF_HETEROGENEITY}/{heterogeneity.TARGETS}",
    output:
        f"{OF_HETEROGENEITY}/{heterogeneity.METRICS}",
    log:
        f"{LOGS_OF_HETEROGENEITY}/{{alpha}}_{{attack}}_{{method}}.log",
    benchmark:
        f"{TIMES_OF_HETEROGENEITY}/{{attack}}_{{method}}.tsv"
    conda:
        "../../../environment.yml"
    threads: THREADS
    resources:
        mem_mb=growing(4000),
        runtime=growing(60),
        gpu=GPUS,
    params:
        code=lambda wildcards: studied_code("heterogeneity", wildcards.method, [wildcards.attack]),
        config=lambda wildcards: studied_config(wildcards.method, [wildcards.attack], more=["scale"]),
        axes=lambda wildcards: ["-".join(axes) for axes in heterogeneity.axes_of(config, wildcards.method)],
    message:
        "{wildcards.attack} on a client of {wildcards.method} at alpha {wildcards.alpha} (seed {wildcards.seed})"
    shell:
        'python "$FLATGIA_SCRIPTS"/studies/heterogeneity.py --config {params.config:q} --attack {wildcards.attack}'
        " --method {wildcards.method} --axes {params.axes} --seed {wildcards.seed} --targets {input.targets}"
        " --checkpoint {input.checkpoints} --out {output} > {log} 2>&1"
