"""credit: what does an attack owe to its settings, and what to its generator?"""

from collections.abc import Mapping, Sequence

from flatgia.plotting.shown import REPORTED, Attacks, Config, Metrics, Needs, Source
from flatgia.studies.study import Study


def needs(config: Config) -> Needs:
    """Its attacks at the first round of the table: their metrics, and themselves for the distances that they reached."""
    methods, attacks = (config["studies"]["credit"][key] for key in ("methods", "attacks"))
    files: Mapping[str, Sequence[Source]] = {
        "metrics": [Metrics(methods, attacks, ["start"])],
        "attacks": [Attacks(methods, attacks, config["rounds"]["table"][:1])],
        "reported": [REPORTED],
    }
    return Needs(methods, attacks, files)


STUDY = Study(
    "credit",
    "what settings and the generator add",
    "flatgia.studies.credit.table:make",
    needs,
    takes=("metrics", "attacks", "reported"),
)
