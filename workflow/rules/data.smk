"""The inputs from outside (data, auxiliary, weights) and what is picked from them (targets, notes).

All run on the submit host: it reaches the network where a cluster's nodes may not, and the picking takes a second. data, auxiliary and weights
name no code: pinned hashes say what they write, so a change of code is no reason to fetch again. For the same reason what lies
under results/shared is `ancient` wherever it is an input: fetched again it has a newer time and the same bytes. Snakemake asks
nothing more of a job whose ancient input is about to be made, so a code here would hide that of FedSAI's training.
"""


rule data:
    output:
        DATA,
    log:
        "logs/shared/data.log",
    localrule: True
    conda:
        "../../environment.yml"
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        dataset=config["data"]["dataset"],
    message:
        "Fetching and checking the images of {params.dataset}"
    shell:
        'python "$FLATGIA_SCRIPTS"/data.py --dataset {params.dataset} --out {output} 2>&1 | tee {log}'


rule auxiliary:
    input:
        data=ancient(DATA),
    output:
        AUXILIARY,
    log:
        "logs/shared/auxiliary_{choice}.log",
    localrule: True
    conda:
        "../../environment.yml"
    resources:
        mem_mb=4000,
        runtime=30,
    message:
        "Preparing FedSAI's auxiliary images ({wildcards.choice})"
    shell:
        'python "$FLATGIA_SCRIPTS"/auxiliary.py --choice {wildcards.choice} --data {input.data} --out {output} 2>&1 | tee {log}'


rule weights:
    output:
        VGG,
    log:
        "logs/shared/weights.log",
    localrule: True
    conda:
        "../../environment.yml"
    resources:
        mem_mb=4000,
        runtime=30,
    message:
        "Fetching and checking the VGG16 weights of LPIPS"
    shell:
        'python "$FLATGIA_SCRIPTS"/weights.py --out {output} 2>&1 | tee {log}'


rule targets:
    input:
        data=ancient(DATA),
    output:
        TARGETS,
    log:
        f"logs/{SCALE}/seed_{{seed}}/targets.log",
    localrule: True
    conda:
        "../../environment.yml"
    resources:
        mem_mb=4000,
        runtime=10,
    params:
        code=code_of("targets.py"),
        config=job_config.for_job(
            config, ["compute", "federation", "targets"], job_config.ON_THE_CPU | job_config.NO_TRAINING
        ),
    message:
        "Picking the images that are attacked"
    shell:
        'python "$FLATGIA_SCRIPTS"/targets.py --config {params.config:q} --seed {wildcards.seed} --data {input.data}'
        " --out {output} > {log} 2>&1"


rule notes:
    output:
        f"{RESULTS}/notes.json",
    log:
        f"logs/{SCALE}/notes.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        code=code_of("notes.py"),
        config=job_config.prune(config, NOTED),
    message:
        "Writing what is to be said under each figure"
    shell:
        'python "$FLATGIA_SCRIPTS"/notes.py --config {params.config:q} --out {output} > {log} 2>&1'


rule notes_fedsai:
    input:
        auxiliary=ancient(expand(AUXILIARY, choice=config["data"]["auxiliary"])),
    output:
        f"{RESULTS}/notes_fedsai.json",
    log:
        f"logs/{SCALE}/notes_fedsai.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        code=code_of("notes.py"),
        config=job_config.prune(config, NOTED),
    message:
        "Writing what is to be said under each figure with FedSAI"
    shell:
        'python "$FLATGIA_SCRIPTS"/notes.py --config {params.config:q} --auxiliary {input.auxiliary}'
        " --out {output} > {log} 2>&1"
