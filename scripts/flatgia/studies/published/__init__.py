"""published: do the attacks with the settings that their authors published give the numbers of the paper?"""

from collections.abc import Iterator

from flatgia.plotting.shown import REPORTED, Config, Metrics, Needs
from flatgia.studies.study import Mistake, Study


def needs(config: Config) -> Needs:
    """Its attacks at the rounds of the table, and the paper's numbers."""
    methods, attacks = (config["studies"]["published"][key] for key in ("methods", "attacks"))
    return Needs(methods, attacks, {"metrics": [Metrics(methods, attacks, ["table"])], "reported": [REPORTED]})


def checks(config: Config) -> Iterator[Mistake]:
    """Attacks with settings of ours do not belong here."""
    for name in config["studies"]["published"]["attacks"]:
        if config["attacks"][name].get("preset") == "ours":
            what = f"{name} has settings of ours"
            yield "studies.published.attacks", what, "name entries whose preset is published, adapted or inferred"


STUDY = Study(
    "published",
    "published settings beside the paper's",
    "flatgia.studies.published.table:make",
    needs,
    takes=("metrics", "reported"),
    checks=checks,
)
