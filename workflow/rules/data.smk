"""The inputs from outside (data, auxiliary, weights) and what is picked from them (targets, notes).

Rules data and weights name no code: pinned hashes say what they write, so a change of code is no reason to fetch again.
"""


rule data:
    message:
        "Fetching and checking the images of {params.name}"
    output:
        DATA,
    log:
        "logs/shared/data.log",
    params:
        name=config["data"]["dataset"],
        config=settings.prune(config, ["compute", "data"]),
    resources:
        mem_mb=4000,
        runtime=30,
    shell:
        "{PYTHON} scripts/data.py --config {params.config:q} {FOLDER} --out {output} 2>&1 | tee {log}"


rule auxiliary:
    message:
        "Preparing FedSAI's auxiliary images"
    input:
        data=DATA,
        code=code_of("auxiliary.py"),
    output:
        AUXILIARY,
    log:
        "logs/shared/auxiliary.log",
    params:
        config=settings.prune(config, ["compute", "data"]),
    resources:
        mem_mb=4000,
        runtime=30,
    shell:
        "{PYTHON} scripts/auxiliary.py --config {params.config:q} {FOLDER} --data {input.data}"
        " --out {output} 2>&1 | tee {log}"


rule weights:
    message:
        "Fetching and checking the VGG16 weights of LPIPS"
    output:
        VGG,
    log:
        "logs/shared/weights.log",
    params:
        config=settings.prune(config, ["compute", "data"]),
    resources:
        mem_mb=4000,
        runtime=30,
    shell:
        "{PYTHON} scripts/weights.py --config {params.config:q} {FOLDER} --out {output} 2>&1 | tee {log}"


rule targets:
    message:
        "Picking the images that are attacked"
    input:
        data=DATA,
        code=code_of("targets.py"),
    output:
        TARGETS,
    log:
        f"logs/{SCALE}/seed_{{seed}}/targets.log",
    params:
        config=settings.prune(config, ["compute", "federation", "targets"]),
    resources:
        mem_mb=4000,
        runtime=10,
    shell:
        "{PYTHON} scripts/targets.py --config {params.config:q} --seed {wildcards.seed} --data {input.data}"
        " --out {output} > {log} 2>&1"


rule notes:
    message:
        "Writing what is to be said under each figure"
    input:
        code=code_of("notes.py"),
    output:
        f"{RESULTS}/notes.json",
    log:
        f"logs/{SCALE}/notes.log",
    params:
        config=settings.prune(config, NOTED),
    localrule: True
    shell:
        "{PYTHON} scripts/notes.py --config {params.config:q} --out {output} > {log} 2>&1"


rule notes_fedsai:
    message:
        "Writing what is to be said under each figure with FedSAI"
    input:
        auxiliary=AUXILIARY,
        code=code_of("notes.py"),
    output:
        f"{RESULTS}/notes_fedsai.json",
    log:
        f"logs/{SCALE}/notes_fedsai.log",
    params:
        config=settings.prune(config, NOTED),
    localrule: True
    shell:
        "{PYTHON} scripts/notes.py --config {params.config:q} --auxiliary {input.auxiliary}"
        " --out {output} > {log} 2>&1"
