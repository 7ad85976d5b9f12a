"""The tables and figures: each its own target, drawn on the submit host from metrics and Hessians alone."""

for name, (methods, attacks, needs) in SHOWN.items():

    rule:
        name:
            name
        input:
            **needs,
            notes=notes_for(methods),
        output:
            shown=report(
                written(name)[0],
                caption=f"../report/{stem(name)}.rst",
                category="Figures" if name.startswith("fig") else "Tables",
                labels={"output": stem(name), "scale": SCALE},
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
            "python scripts/{params.script} --config {params.config:q} --notes {input.notes}"
            " --out-dir {params.folder} {params.files} > {log} 2>&1"


rule tables:
    input:
        [written(name) for name in SHOWN if script_of(name).startswith("tables/")],


rule figures:
    input:
        [written(name) for name in SHOWN if name.startswith("fig")],


rule all:
    input:
        [written(name) for name in SHOWN],


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
