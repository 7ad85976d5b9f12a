"""The configuration cut down to what one job needs, as text: what a job is given is what it depends on."""

import json
from collections.abc import Collection, Iterable

from flatgia.core.artifacts import canonical
from flatgia.settings.config import Config, entry, overlay

# What a job may not look at, and so may not depend on; given a neutral value, since the schema wants every key.
NOT_COMPILED: Config = {"compute": {"compile": "never"}}
ON_THE_CPU: Config = {"compute": {"compile": "never", "device": "cpu"}}
NO_TRAINING: Config = {
    "federation": dict.fromkeys(["clients_per_round", "local_epochs", "batch_size", "test_images"], 1)
    | {"learning_rate": 1.0, "weight_decay": 0.0, "norms": "averaged"}
}


def prune(config: Config, sections: Iterable[str], **chosen: Collection[str]) -> str:
    """The named sections as canonical JSON; `methods=["fedsam"]` keeps just those entries of a section.

    The user's data folder is left out: where the images lie changes nothing that is made from them.
    """
    cut = {section: config[section] for section in sections}
    for section, names in chosen.items():
        if names:
            cut[section] = {name: entry(config, section, name) for name in names}
    if "data" in cut:
        cut["data"] = cut["data"] | {"folder": None}
    return canonical(cut)


def for_job(config: Config, sections: Iterable[str], neutral: Config, **chosen: Collection[str]) -> str:
    """`prune`, without what cannot change a result: labels, where auxiliary images come from, and what `neutral` holds."""
    cut = overlay(json.loads(prune(config, sections, **chosen)), neutral)
    for section in chosen:
        for name, found in cut[section].items():
            if "label" in found:  # a study has none
                found["label"] = name
            for word in ("paper", "preset", "auxiliary"):
                found.pop(word, None)
    if "data" in cut:
        cut["data"]["auxiliary"] = "auto"  # the images themselves are an input
    return canonical(cut)
