"""controls: is it flatness that protects, or does the attacker model the wrong gradient?"""

from flatgia.plotting.shown import TABLE, Checkpoints, Config, Metrics, Needs
from flatgia.studies.axes import AXES
from flatgia.studies.study import Study


def needs(config: Config) -> Needs:
    """Its attacks along all axes at the rounds of the table, and the accuracy of the models."""
    methods, attacks = (config["studies"]["controls"][key] for key in ("methods", "attacks"))
    metrics = [
        Metrics(methods, attacks, ["table"], gradient=gradient, attacker=attacker) for gradient, attacker in AXES
    ]
    return Needs(methods, attacks, {"metrics": metrics, "checkpoints": [Checkpoints(methods, ["table"])]})


STUDY = Study(
    "controls",
    "what is sent, who attacks",
    "flatgia.studies.controls.table:make",
    needs,
    takes=("metrics", "checkpoints"),
    writes=("png", "pdf", *TABLE),
)
