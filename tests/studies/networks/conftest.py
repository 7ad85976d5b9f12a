"""Made-up results of two cases, one of them with batch norm in both modes."""

import pytest
import yaml

import draw
from flatgia.core.artifacts import Provenance, save_json, save_tensors
from flatgia.settings.config import overlay

from ...plotting.conftest import HEADER, made  # noqa: F401

CASES = [
    {"name": "smooth", "label": "Smooth", "model": {"network": "LeNet", "init": "pytorch"}},
    {
        "name": "norm", "label": "Norm", "model": {"network": "ConvNet", "init": "pytorch"}, "modes": ["eval", "train"],
        "train_attacks": ["ig_ignoring"],
    },
]  # fmt: skip
ROUNDS = (0, 3)
# By method, gradient and attacker: PSNR, and how wrong the attacker is at the truth.
PSNR = {
    ("fedavg", "method", "naive"): (30.0, 0.0),
    ("fedsam", "method", "naive"): (20.0, 0.4),
    ("fedsam", "method", "adaptive"): (30.2, 0.0),
    ("fedsam", "plain", "naive"): (30.0, 0.0),
}


@pytest.fixture
def drawn(made, tmp_path):  # noqa: F811
    """Draws the study from files of every case; gives the table and the verdicts, as Markdown.

    The plain gradient of `norm` gives 4 dB more in round 3.
    """
    section = {"rounds": list(ROUNDS), "cases": CASES, "activations": ["smooth", "norm"], "attacks": ["ig_any"]}
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(overlay(made.config, {"studies": {"networks": section}})))
    folder, given = tmp_path / "networks", {"metrics": [], "checkpoints": [], "hessian": []}
    for case in CASES:
        for method in ("fedavg", "fedsam"):
            for number in ROUNDS:
                path = folder / case["name"] / "checkpoints" / method / f"round_{number:04d}.safetensors"
                facts = {"method": method, "round": number, "seed": 0, "accuracy": 0.25, "loss": 2.0}
                save_tensors(path, {}, facts, Provenance("train", {}, []))
                given["checkpoints"].append(str(path))
                flatter = method == "fedsam" and number > 0
                numbers = {
                    "estimator": "exact", "images": 4, "parameters": 10, "damping": 0.001, "floor": -34.5,
                    "lambda_max": 5.0 if flatter else 20.0, "lambda_min": -1.0, "log_det": -30.0 - flatter,
                    "trace": 30.0, "count_above": 4.0, "trace_se": 0.0, "count_above_se": 0.0, "log_det_se": 0.0,
                    "quadrature_error": 0.0,
                }  # fmt: skip
                path = folder / case["name"] / "hessian" / method / f"round_{number:04d}.json"
                save_json(path, {"method": method, "round": number, "seed": 0} | numbers, Provenance("hessian", {}, []))
                given["hessian"].append(str(path))
            for mode in case.get("modes", ["eval"]):
                for attack in ["ig_any", *(case.get("train_attacks", []) if mode == "train" else [])]:
                    path = folder / case["name"] / "metrics" / mode / attack / f"{method}.csv"
                    write(
                        path,
                        method,
                        attack,
                        (-6.0 if mode == "train" else 0.0) - (attack == "ig_ignoring"),
                        case["name"],
                    )
                    given["metrics"].append(str(path))
    files = [word for kind, paths in given.items() for word in (f"--{kind}", *paths)]
    common = ["--config", str(config), "--notes", f"{made.root}/notes.json", "--out-dir", str(tmp_path)]

    def drawn(left_out=""):
        draw.main(["networks", *common, *(file for file in files if not left_out or left_out not in file)])
        return [(tmp_path / f"networks{ending}.md").read_text() for ending in ("", "_claims")]

    return drawn


def write(path, method, attack, shift, case):
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for (name, gradient, attacker), (psnr, wrong) in PSNR.items():
        if name == method:
            for number in ROUNDS:
                more = 4.0 if (case, gradient, number) == ("norm", "plain", 3) else 0.0
                facts = f"quick,0,{method},{number},{gradient},{attacker},{attack},1"
                for image in range(4):
                    values = {"psnr": psnr + shift + more + image / 10, "distance": 0.3, "distance_truth": wrong}
                    lines += [f"{facts},{image},{metric},{value}" for metric, value in values.items()]
    path.write_text(HEADER + "\n".join(lines) + "\n")
