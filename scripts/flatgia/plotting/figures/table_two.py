"""Table 2: the federated setting, read from the config."""

from typing import Any

import pandas as pd

from flatgia.datasets.dataset import DATASETS
from flatgia.plotting.measures import figure_rounds
from flatgia.plotting.page import save_csv
from flatgia.plotting.request import Request
from flatgia.plotting.small_table import write_small_table


def settings(config: dict[str, Any]) -> list[tuple[str, str]]:
    """The paper's rows: name and value as printed."""
    federation, dataset = config["federation"], config["data"]["dataset"]
    split = "IID" if federation["partition"] == "equal" else f"{federation['alpha']:g} (Dirichlet)"
    return [
        ("Dataset", DATASETS[dataset].label),
        ("Local model", config["model"]["network"].rpartition(":")[2]),
        ("Clients", str(federation["clients"])),
        ("Clients per round", str(federation["clients_per_round"])),
        ("Rounds", str(figure_rounds(config, "table", "curve", "long")[-1])),
        ("Local epochs", str(federation["local_epochs"])),
        ("Batch size", str(federation["batch_size"])),
        ("Learning rate", f"{federation['learning_rate']:g}"),
        ("Optimizer", "SGD"),  # what every update rule here steps with
        ("Weight decay", f"{federation['weight_decay']:g}"),
        ("Non-IID α", split),
    ]


def make(request: Request) -> None:
    """Table 2: the hyperparameters and the federated setting, as the config of this run has them.

    Claim of the paper (C.1): these are its settings. At another scale than the paper's the values differ, and the
    notes say so.
    Inputs: none but the config.
    """
    rows = settings(request.config)
    save_csv(request, pd.DataFrame(rows, columns=["hyperparameter", "value"]))
    caption = "Hyperparameters and federated setting"
    heading = f"Table 2: {caption.lower()}"
    write_small_table(request, heading, caption, ("Hyperparameter", "Value"), [rows], request.notes["lines"])
