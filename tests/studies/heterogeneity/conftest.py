"""Made-up results of three methods at two alphas."""

import pytest
import yaml

import draw
from flatgia.core.artifacts import Provenance, save_json, save_tensors
from flatgia.settings.config import overlay

from ...plotting.conftest import HEADER, made  # noqa: F401

ALPHAS, ROUNDS, METHODS = ("0.1", "10"), (0, 3), ("fedavg", "fedsam", "fedgf")
AXES = {"naive": ("method", "naive"), "adaptive": ("method", "adaptive"), "plain": ("plain", "naive")}
# PSNR of each setting; at alpha 10 FedGF protects from nobody, and FedSAM's plain gradient gives more.
PSNR = {("fedavg", "naive"): 30.0} | {
    (method, setting): {"naive": 20.0, "adaptive": 30.2, "plain": 30.0}[setting]
    for method in ("fedsam", "fedgf")
    for setting in AXES
}
OTHERWISE = {("10", "fedgf", "naive"): 32.0, ("10", "fedsam", "plain"): 34.0}
ACCURACY = {"0.1": {"fedavg": 0.2, "fedsam": 0.4, "fedgf": 0.2}, "10": {"fedavg": 0.5, "fedsam": 0.5, "fedgf": 0.8}}
LOG_DET = {"fedavg": -30.0, "fedsam": -5000.0, "fedgf": 7000.0}


@pytest.fixture
def drawn(made, tmp_path):  # noqa: F811
    """Draws the study from files of every alpha; gives the table and the verdicts, as Markdown."""
    section = {"methods": list(METHODS), "attacks": ["ig"], "alphas": [0.1, 10], "rounds": list(ROUNDS), "minimum": 4}
    config = tmp_path / "config.yaml"
    config.write_text(yaml.safe_dump(overlay(made.config, {"studies": {"heterogeneity": section}})))
    folder = tmp_path / "heterogeneity"
    given = {"metrics": [], "checkpoints": [], "hessian": [], "clients": [str(folder / "clients.csv")]}
    for alpha in ALPHAS:
        for method in METHODS:
            given["metrics"].append(metrics(folder, alpha, method))
            for number in ROUNDS:
                path = folder / alpha / "checkpoints" / method / f"round_{number:04d}.safetensors"
                facts = {"method": method, "round": number, "seed": 0, "accuracy": ACCURACY[alpha][method], "loss": 2.0}
                save_tensors(path, {}, facts, Provenance("train", {}, []))
                given["checkpoints"].append(str(path))
                path = folder / alpha / "hessian" / method / f"round_{number:04d}.json"
                facts = {"method": method, "round": number, "seed": 0, "log_det": LOG_DET[method]}
                save_json(path, facts | HESSIAN, Provenance("hessian", {}, []))
                given["hessian"].append(str(path))
    (folder / "clients.csv").write_text(
        "alpha,seed,client,images,classes,largest\n"
        "0.1,0,0,700,3,0.9\n0.1,0,1,40,2,0.9\n0.1,1,0,800,5,0.9\n0.1,1,1,90,1,0.9\n10,0,0,500,10,0.1\n10,0,1,500,10,0.1\n"
    )
    files = [word for kind, paths in given.items() for word in (f"--{kind}", *paths)]
    common = ["--config", str(config), "--notes", f"{made.root}/notes.json", "--out-dir", str(tmp_path)]

    def drawn(left_out=" "):
        draw.main(["heterogeneity", *common, *(file for file in files if left_out not in file)])
        return [(tmp_path / f"heterogeneity{ending}.md").read_text() for ending in ("", "_claims")]

    return drawn


HESSIAN = {
    "estimator": "exact", "images": 4, "parameters": 10, "damping": 0.001, "floor": -34.5, "lambda_max": 5.0,
    "lambda_min": -1.0, "trace": 30.0, "count_above": 4.0, "trace_se": 0.0, "count_above_se": 0.0, "log_det_se": 0.0,
    "quadrature_error": 0.0,
}  # fmt: skip


def metrics(folder, alpha, method):
    """PSNR of four images 0.1 dB apart in every setting of a method; the last search of the first round failed."""
    path = folder / alpha / "metrics" / "ig" / f"{method}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for setting, axes in AXES.items():
        if (method, setting) in PSNR:
            psnr = OTHERWISE.get((alpha, method, setting), PSNR[method, setting])
            for number in ROUNDS:
                facts = f"quick,0,{method},{number},{','.join(axes)},ig,1"
                for image in range(4):
                    distance = 0.3 if (number, image) == (0, 3) else 1e-9
                    values = {"psnr": psnr + image / 10, "distance": distance, "distance_truth": 1e-12}
                    lines += [f"{facts},{image},{metric},{value}" for metric, value in values.items()]
    path.write_text(HEADER + "\n".join(lines) + "\n")
    return str(path)
