"""The tables and figures: each its own target, drawn on the submit host from metrics and Hessians alone."""

for name, (methods, attacks, needs) in SHOWN.items():

    rule:
        name:
            name
        input:
            **needs,
            notes=notes_for(methods),
        output:
            shown=(
                written(name)[0]
                if name in TABLES and name != "compare"
                else report(
                    written(name)[0],
                    caption=f"../report/{stem(name)}.rst",
                    category="Figures",
                    labels={"name": stem(name), "shows": TITLES[name]},
                )
            ),
            others=written(name)[1],
        log:
            f"logs/{SCALE}/report/{name}.log",
        localrule: True
        conda:
            "../../environment.yml"
        params:
            code=code_of(script_of(name)),
            config=job_config.prune(
                config,
                [
                    "data",
                    "federation",
                    "hessian",
                    "metrics",
                    "model",
                    "report",
                    "rounds",
                    "scale",
                    "seeds",
                    "study",
                    "targets",
                ],
                methods=methods or config["methods"],
                attacks=attacks,
            ),
            script=script_of(name),
            files=given_files,
            folder=subpath(output.shown, parent=True),
        message:
            "Writing {output.shown}"
        shell:
            'python "$FLATGIA_SCRIPTS"/{params.script} --config {params.config:q} --notes {input.notes}'
            " --out-dir {params.folder} {params.files} > {log} 2>&1"


rule pages:
    input:
        [f"{FIGURES}/{name}.md" for name in TABLES],
    output:
        [
            report(
                page_of(name),
                caption=f"../report/{name}.rst",
                category="Tables",
                labels={"name": name, "shows": TITLES[name]},
            )
            for name in TABLES
        ],
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
        [written(name) for name in SHOWN if script_of(name).startswith("tables/")],


rule figures:
    input:
        [written(name) for name in SHOWN if name.startswith("fig")],


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
        unknown=r"(fig|tab)\w*",
    conda:
        "../../environment.yml"
    shell:
        "exit 1"
