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


def attacks_at_start(methods, attacks, seeds=config["seeds"]):
    """The attacks themselves, at the first round of the table."""
    axes = {"gradient": "method", "attacker": "naive", "batch": 1}
    return expand(ATTACK, seed=seeds, method=methods, attack=attacks, round=FIRST, **axes)


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
            "attacks": attacks_at_start(METHODS, PICTURES["attacks"], config["seeds"][:1]),
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
CONTROLS = config["report"]["controls"]
SHOWN["controls"] = (
    CONTROLS["methods"],
    CONTROLS["attacks"],
    {
        "metrics": [
            path
            for axes in (("method", "naive"), ("method", "adaptive"), ("plain", "naive"))
            for path in metrics_of(CONTROLS["methods"], CONTROLS["attacks"], ["table"], (1,), *axes)
        ],
        "checkpoints": checkpoints_of(CONTROLS["methods"], ["table"]),
    },
)
CREDIT = config["report"]["credit"]
SHOWN["credit"] = (
    CREDIT["methods"],
    CREDIT["attacks"],
    {
        "metrics": metrics_of(CREDIT["methods"], CREDIT["attacks"], ["start"]),
        "attacks": attacks_at_start(CREDIT["methods"], CREDIT["attacks"]),
        "reported": [in_repository("config/reported/table1.csv")],
    },
)
PUBLISHED = config["report"]["published"]
SHOWN["published"] = (
    PUBLISHED["methods"],
    PUBLISHED["attacks"],
    {
        "metrics": metrics_of(PUBLISHED["methods"], PUBLISHED["attacks"], ["table"]),
        "reported": [in_repository("config/reported/table1.csv")],
    },
)
CASES = config["study"]
SHOWN["study"] = (
    CASES["methods"],
    CASES["attacks"],
    {
        "metrics": expand(
            STUDY,
            seed=config["seeds"],
            inputs=CASES["inputs"],
            init=CASES["init"],
            method=CASES["methods"],
            attack=CASES["attacks"],
        ),
        "reported": [in_repository("config/reported/table1.csv")],
    },
)
SHOWN["compare"] = (
    METHODS,
    ATTACKS,
    {"metrics": SHOWN["table1"][2]["metrics"], "reported": [in_repository("config/reported/table1.csv")]},
)

# What each shows, in the report's list.
TITLES = {
    "table1": "all metrics, attacks and methods",
    "table2": "hyperparameters",
    "fig1": "FedAvg: PSNR and Hessian over rounds",
    "fig2": "PSNR over rounds, all methods",
    "fig3": "Hessian over rounds, all methods",
    "fig4": "metrics against rho",
    "fig5": "Hessian against rho",
    "fig6": "metrics against batch size",
    "fig7": "reconstructions",
    "fig8": "FedAvg: metrics over rounds",
    "fig9": "metrics over rounds: iDLG",
    "fig10": "metrics over rounds: GI",
    "fig11": "metrics over rounds: IG",
    "fig12": "metrics over rounds: GIAS",
    "fig13": "metrics over rounds: GIFD",
    "controls": "what is sent, who attacks",
    "credit": "what settings and the generator add",
    "published": "published settings beside the paper's",
    "study": "readings of the paper at round 0",
    "compare": "Table 1 beside the paper's",
}
TABLES = [name for name in SHOWN if not name.startswith("fig")]


def page_of(name):
    """A table's web page, which the report shows."""
    return f"{RESULTS}/pages/{name}.html"


def stem(name):
    """fig7 is written as fig07, so that a folder lists the figures in order."""
    return f"fig{int(name[3:]):02d}" if name.startswith("fig") else name


def script_of(name):
    """The script that draws an output, under scripts/."""
    folder = "" if name == "compare" else "figures/" if name.startswith("fig") else "tables/"
    return f"{folder}{stem(name)}.py"


def written(name):
    """The files of an output: the one to show in the report, and the rest."""
    endings = ["png", "pdf", "csv"] if name.startswith("fig") else ["md", "tex", "csv"]
    endings = ["png", "pdf", "md", "csv"] if name == "compare" else endings
    first, *others = [f"{FIGURES}/{stem(name)}.{ending}" for ending in endings]
    return first, others


def given_files(wildcards, input):
    """The files of an output as its script takes them: --metrics A B --hessian C ..."""
    kinds = [kind for kind in input.keys() if kind != "notes" and len(input[kind])]
    return " ".join(f"--{kind} {shlex.join(input[kind])}" for kind in kinds)


def unknown_output(wildcards):
    """Answers a figure or table that does not exist with those that do."""
    raise WorkflowError(f"{wildcards.unknown}: no such figure or table; ask for one of {', '.join(SHOWN)}, or all.")


def notes_for_claims(wildcards):
    """The notes; where there is nothing to judge it ends here, before anything is fetched for them."""
    if not any(CLAIMED.values()):
        raise WorkflowError(f"claims: nothing has been run at the scale {SCALE} yet; make some of it first, as table1.")
    return notes_for(METHODS)
