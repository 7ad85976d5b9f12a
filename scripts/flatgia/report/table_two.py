"""Table 2: the federated setting, read from the config."""

from typing import Any

import pandas as pd

from flatgia.artifacts import artifact
from flatgia.report.measures import figure_rounds
from flatgia.report.page import save_csv
from flatgia.report.request import Request
from flatgia.report.tables import latex, markdown, tabular

DATASETS = {"cifar10": "CIFAR-10"}


def settings(config: dict[str, Any]) -> list[tuple[str, str]]:
    """The paper's rows: name and value as printed."""
    federation, dataset = config["federation"], config["data"]["dataset"]
    split = "IID" if federation["partition"] == "equal" else f"{federation['alpha']:g} (Dirichlet)"
    return [
        ("Dataset", DATASETS.get(dataset, dataset)),
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
    """Writes table2.csv, table2.md and table2.tex."""
    rows = settings(request.config)
    header, remarks = ("Hyperparameter", "Value"), request.notes["lines"]
    save_csv(request, pd.DataFrame(rows, columns=["hyperparameter", "value"]))
    title = "Hyperparameters and federated setting"
    text = f"# Table 2: {title.lower()}\n\n{markdown(header, rows)}" + "".join(f"\n{line}\n" for line in remarks)
    body = tabular("lr", [" & ".join(header) + r" \\"], [[[latex(cell) for cell in row] for row in rows]])
    foot = "".join(rf"{latex(line)}\\" + "\n" for line in remarks)
    block = f"\\begin{{flushleft}}\\footnotesize\n{foot}\\end{{flushleft}}\n" if remarks else ""
    code = f"\\begin{{table}}\n\\centering\n\\caption{{{title}}}\n{body}{block}\\end{{table}}\n"
    for kind, content in (("md", text), ("tex", code)):
        with artifact(request.out_dir / f"{request.name}.{kind}", request.record) as temporary:
            temporary.write_text(content, encoding="utf-8")
