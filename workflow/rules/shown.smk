"""Every figure, table and study that this config has, and where its files lie. The order is that of `snakemake all`."""

from flatgia.plotting import shown
from flatgia.studies.catalogue import catalogue

SHOWN = {name: one for name, one in catalogue().items() if one.when(config)}
NEEDS = {name: one.needs(config) for name, one in SHOWN.items()}
# What all are given of the config; a study gets its own section beside it.
READ = ["data", "federation", "hessian", "metrics", "model", "report", "rounds", "scale", "seeds", "targets"]


def paths_of(source, study):
    """The files that a figure, table or study names as a source; `study` is its name if it is one."""
    match source:
        case shown.Metrics():
            axes = source.gradient, source.attacker
            return metrics_of(source.methods, source.attacks, source.groups, study, source.batches, *axes)
        case shown.Checkpoints():
            return by_round(CHECKPOINT, source.methods, source.groups, study)
        case shown.Hessians():
            return by_round(HESSIAN, source.methods, source.groups, study)
        case shown.Attacks():
            axes = {"attack": source.attacks, "round": padded(source.rounds), "batch": 1}
            axes |= {"gradient": "method", "attacker": "naive"}
            if source.one_seed:
                return expand(ATTACK, seed=seed_of_pictures(config), method=source.methods, **axes)
            return by_seed(ATTACK, source.methods, [], study, **axes)
        case shown.Targets():
            return expand(TARGETS, seed=seed_of_pictures(config))
        case shown.Own():
            seeds = seeds_of(config, [source.study], [source.method] if source.method else [])
            return expand(f"{STUDIES}/{source.study}/{source.path}", seed=seeds)
        case shown.Shipped():
            return [in_repository(source.path)]


def drawn_from(name):
    """The inputs of an output, by option of scripts/draw.py."""
    study = name if SHOWN[name].folder == "studies" else ""
    return {
        kind: [path for one in sources for path in paths_of(one, study)] for kind, sources in NEEDS[name].files.items()
    }


def written(name, ending=""):
    """The files of an output, or those of one ending."""
    return [f"{FIGURES}/{file}" for file in SHOWN[name].files if file.endswith(ending)]


def config_of(name):
    """The config as scripts/draw.py gets it: the methods and attacks shown, and of the studies the one that is drawn."""
    own = {"studies": [name]} if SHOWN[name].folder == "studies" else {}
    needs = NEEDS[name]
    return job_config.prune(
        config, [*READ, *own], methods=needs.methods or config["methods"], attacks=needs.attacks, **own
    )


def in_report(path, name, category):
    """A file as the report shows it."""
    one = SHOWN[name]
    labels = {"name": Path(path).stem, "shows": one.title}
    return report(path, caption=str(one.caption), category=category, labels=labels)


def page_of(path):
    """A table's web page, which the report shows."""
    return f"{RESULTS}/pages/{Path(path).stem}.html"


def given_files(wildcards, input):
    """The files of an output as its script takes them: --metrics A B --hessian C ..."""
    kinds = [kind for kind in input.keys() if kind != "notes" and len(input[kind])]
    return " ".join(f"--{kind} {shlex.join(input[kind])}" for kind in kinds)


def unknown_output(wildcards):
    """Answers a target that does not exist with those that do."""
    raise WorkflowError(
        f"{wildcards.unknown}: no such figure, table or study; ask for one of {', '.join(SHOWN)}, or all."
    )


def notes_for_claims(wildcards):
    """The notes; where there is nothing to judge it ends here, before anything is fetched for them."""
    if not any(CLAIMED.values()):
        raise WorkflowError(f"claims: nothing has been run at the scale {SCALE} yet; make some of it first, as table1.")
    return notes_for(config["report"]["methods"])
