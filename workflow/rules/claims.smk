"""The claims of the paper beside what this run has so far: what is there is taken, what is not is said to be missing."""

CLAIMED = {
    "metrics": made(
        METRICS,
        method=config["methods"],
        gradient=["method", "plain"],
        attacker=["naive", "adaptive"],
        attack=list(dict.fromkeys(config["report"]["attacks"] + config["studies"]["published"]["attacks"])),
        batch=config["report"]["batch"]["sizes"],
        rounds=GROUPS,
    ),
    "hessian": made(HESSIAN, method=config["methods"], round=padded(ROUNDS)),
    "checkpoints": made(CHECKPOINT, method=config["methods"], round=padded(ROUNDS)),
}


rule claims:
    input:
        **CLAIMED,
        reported=[in_repository("config/reported/table1.csv")],
        notes=notes_for_claims,
    output:
        document=CLAIMS,
        table=f"{FIGURES}/claims.csv",
        cells=f"{FIGURES}/cells.md",
        pictures=multiext(f"{FIGURES}/claims", ".png", ".pdf"),
    log:
        f"logs/{SCALE}/report/claims.log",
    localrule: True
    conda:
        "../../environment.yml"
    params:
        code=code_of("claims.py"),
        config=job_config.prune(
            config,
            ["attacks", "federation", "methods", "report", "rounds", "scale", "studies"],
            studies=["controls", "published"],
        ),
        files=given_files,
        folder=subpath(output.table, parent=True),
    message:
        "Writing {output.document}"
    shell:
        'python "$FLATGIA_SCRIPTS"/claims.py --config {params.config:q} --notes {input.notes} --out {output.document}'
        " --out-dir {params.folder} {params.files} > {log} 2>&1"
