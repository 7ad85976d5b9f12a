"""The tables, figures and studies: each its own target, drawn on the submit host from what others have computed."""

TABLES = {path: name for name in SHOWN for path in written(name, ".md")}

for name in SHOWN:

    rule:
        name:
            name
        input:
            **drawn_from(name),
            notes=notes_for(NEEDS[name].methods),
        output:
            shown=[in_report(path, name, "Figures") if path.endswith(".png") else path for path in written(name)],
        log:
            f"logs/{SCALE}/report/{name}.log",
        localrule: True
        conda:
            "../../environment.yml"
        params:
            code=code_of("draw.py", SHOWN[name].draw),
            config=config_of(name),
            options=str(SHOWN[name].options),
            name=name,
            files=given_files,
            folder=subpath(output[0], parent=True),
        message:
            "Writing {output[0]}"
        shell:
            'python "$FLATGIA_SCRIPTS"/draw.py {params.name} --config {params.config:q} --notes {input.notes}'
            " --out-dir {params.folder} {params.files} > {log} 2>&1"


rule pages:
    input:
        list(TABLES),
    output:
        [in_report(page_of(path), name, "Tables") for path, name in TABLES.items()],
    log:
        f"logs/{SCALE}/pages.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        code=code_of("pages.py"),
    message:
        "Writing the tables as web pages, for the report"
    shell:
        'python "$FLATGIA_SCRIPTS"/pages.py --tables {input} --out {output} > {log} 2>&1'


rule tables:
    input:
        [written(name) for name in SHOWN if name.startswith("table")],


rule figures:
    input:
        [written(name) for name in SHOWN if name.startswith("fig")],


rule studies:
    input:
        [written(name) for name in SHOWN if SHOWN[name].folder == "studies"],


rule all:
    input:
        [written(name) for name in SHOWN],
        rules.pages.output,


rule no_such_output:
    input:
        unknown_output,
    output:
        "{unknown}",
    log:
        "logs/{unknown}.log",
    wildcard_constraints:
        unknown=r"[a-z]\w*",
    conda:
        "../../environment.yml"
    shell:
        "exit 1"
