"""The names of the attacks. Only names: what a name stands for is in its own file."""

REGISTRY = {
    "idlg": "flatgia.attacks.idlg:IDLG",
    "gi": "flatgia.attacks.gi:GI",
    "ig": "flatgia.attacks.ig:IG",
    "gias": "flatgia.attacks.gias:GIAS",
    "gifd": "flatgia.attacks.gifd:GIFD",
    "quasi_newton": "flatgia.attacks.quasi_newton:QuasiNewton",
    "lm": "flatgia.attacks.lm:LM",
}
WITH_PRIOR = {"gias", "gifd"}  # known without importing them, for the workflow
