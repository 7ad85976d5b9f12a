"""What each table and figure shows, and the files it is drawn from. The order is that of `snakemake all`."""

METHODS = config["report"]["methods"]
ATTACKS = config["report"]["attacks"]
BASELINE = [name for name in METHODS if RULE_OF[name] == "fedavg"][:1]
RHO = config["report"]["rho"]
BATCH = config["report"]["batch"]
PICTURES = config["report"]["pictures"]
FIRST = padded(config["rounds"]["table"][:1])


def over_rounds(methods, attacks):
    """Metrics at every round of Fig 2's range."""
    return {"metrics": metrics_of(methods, attacks, ["table", "curve"])}


# Each output: methods and attacks shown, and the files it is drawn from.
SHOWN = {
    "table1": (
        METHODS,
        ATTACKS,
        {"metrics": metrics_of(METHODS, ATTACKS, ["table"]), "checkpoints": checkpoints_of(METHODS, ["table"])},
    ),
    "table2": ([], [], {}),
    "fig1": (
        BASELINE,
        ATTACKS,
        {
            "metrics": metrics_of(BASELINE, ATTACKS, ["table", "long"]),
            "hessian": hessians_of(BASELINE, ["table", "long"]),
        },
    ),
    "fig2": (METHODS, ATTACKS, over_rounds(METHODS, ATTACKS)),
    "fig3": (METHODS, [], {"hessian": hessians_of(METHODS, settings.ROUND_GROUPS)}),
    "fig4": (
        RHO["methods"],
        [RHO["attack"]],
        {"metrics": metrics_of(RHO["methods"], [RHO["attack"]], ["table"])},
    ),
    "fig5": (RHO["methods"], [], {"hessian": hessians_of(RHO["methods"], ["table"])}),
    "fig6": (
        BATCH["methods"],
        BATCH["attacks"],
        {"metrics": metrics_of(BATCH["methods"], BATCH["attacks"], ["start"], BATCH["sizes"])},
    ),
    "fig7": (
        METHODS,
        PICTURES["attacks"],
        {
            "attacks": expand(
                ATTACK,
                seed=config["seeds"][:1],
                method=METHODS,
                gradient="method",
                attacker="naive",
                attack=PICTURES["attacks"],
                batch=1,
                round=FIRST,
            ),
            "targets": expand(TARGETS, seed=config["seeds"][:1]),
        },
    ),
    "fig8": (BASELINE, ATTACKS, {"metrics": metrics_of(BASELINE, ATTACKS, settings.ROUND_GROUPS)}),
}
SHOWN |= {
    f"fig{number}": (METHODS, [attack], over_rounds(METHODS, [attack]))
    for number, attack in {9: "idlg", 10: "gi", 11: "ig", 12: "gias", 13: "gifd"}.items()
    if attack in ATTACKS
}
SHOWN["compare"] = (
    METHODS,
    ATTACKS,
    {"metrics": SHOWN["table1"][2]["metrics"], "reported": ["config/reported/table1.csv"]},
)


def stem(name):
    """fig7 is written as fig07, so that a folder lists the figures in order."""
    return f"fig{int(name[3:]):02d}" if name.startswith("fig") else name


def script_of(name):
    """The script that draws an output, under scripts/."""
    folder = {"fig": "figures/", "tab": "tables/"}.get(name[:3], "")
    return f"{folder}{stem(name)}.py"


def written(name):
    """The files of an output: the one to show in the report, and the rest."""
    endings = {"fig": ["png", "pdf", "csv"], "tab": ["md", "tex", "csv"]}.get(name[:3], ["png", "pdf", "md", "csv"])
    first, *others = [f"{FIGURES}/{stem(name)}.{ending}" for ending in endings]
    return first, others


def given_files(wildcards, input):
    """The files of an output as its script takes them: --metrics A B --hessian C ..."""
    kinds = [kind for kind in input.keys() if kind != "notes"]
    return " ".join(f"--{kind} {input[kind]}" for kind in kinds)


def unknown_output(wildcards):
    """Answers a figure or table that does not exist with those that do."""
    raise WorkflowError(f"{wildcards.unknown}: no such figure or table; ask for one of {', '.join(SHOWN)}, or all.")
