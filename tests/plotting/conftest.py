"""Made-up results with the layout of real ones: only to test that tables and figures say what the files say."""

import math
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
import yaml

from flatgia.core.artifacts import Provenance, save_json, save_tensors
from flatgia.settings.config import PAPER, load

LEVEL = {"idlg": 22.6, "gi": 22.5, "ig": 33.7, "gias": 36.3, "gifd": 39.8}
GAP = {"fedavg": 0, "fedsam": 9, "fedasam": 12, "fedgf": 8.5, "fedsai": 8, "fedsam_rho005": 2, "fedsam_rho010": 4.5}
QUICK = {"table": [0, 2, 4], "curve": [1], "long": [6]}
HEADER = "run,seed,method,round,gradient,attacker,attack,batch,image,metric,value\n"


@dataclass(frozen=True)
class Made:
    """A folder of made-up results and the config they follow."""

    root: Path
    config: dict

    @property
    def common(self) -> list[str]:
        """The arguments that every command takes."""
        return ["--config", f"{self.root}/config.yaml", "--notes", f"{self.root}/notes.json"]

    def metrics(self, methods, attacks, rounds, batches=(1,)) -> list[str]:
        """Paths of metric tables, written where they are missing."""
        keys = [(m, a, r, b) for m in methods for a in attacks for r in rounds for b in batches]
        return [str(self.metric(*key)) for key in keys]

    def metric(self, method, attack, number, batch) -> Path:
        path = self.root / f"metrics/{method}/method-naive/{attack}/b{batch}/round_{number:04d}.csv"
        if not path.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(HEADER + "".join(self.rows(method, attack, number, batch)))
        return path

    def controls(self, methods, attacks, rounds) -> list[str]:
        """Paths of the same for an adaptive attacker, 4 dB above the naive one, and for the plain gradient, 5 above."""
        paths = []
        for path in map(Path, self.metrics(methods, attacks, rounds)):
            for gradient, attacker, shift in (("method", "adaptive", 4), ("plain", "naive", 5)):
                table = pd.read_csv(path).assign(gradient=gradient, attacker=attacker)
                table.loc[table["metric"] == "psnr", "value"] += shift
                place = path.parents[3] / f"{gradient}-{attacker}" / path.relative_to(path.parents[2])
                place.parent.mkdir(parents=True, exist_ok=True)
                table.to_csv(place, index=False)
                paths.append(str(place))
        return paths

    def rows(self, method, attack, number, batch):
        random = np.random.default_rng(zlib.crc32(f"{method}{attack}{number}{batch}".encode()))
        last = max(self.config["rounds"]["table"] + [1])
        middle = LEVEL[attack] - 9 * (1 - math.exp(-3 * number / last)) - GAP.get(method, 7) - 2 * (batch - 1)
        for image in range(self.config["targets"]["images"]):
            psnr = middle + random.normal(0, 3)
            values = {"psnr": psnr, "mse": 10 ** (-psnr / 10), "ssim": 1 / (1 + math.exp((15 - psnr) / 5))}
            values["lpips"] = 0.7 * (1 - values["ssim"])
            for metric in self.config["metrics"]:
                row = (self.config["scale"], 0, method, number, "method", "naive", attack, batch, image, metric)
                for _ in range(batch):  # an image stands in as many batches as a batch has images
                    yield ",".join(map(str, (*row, values[metric]))) + "\n"

    def hessian(self, methods, rounds) -> list[str]:
        """Paths of Hessian results, written where they are missing."""
        paths = [self.root / f"hessian/{m}/round_{r:04d}.json" for m in methods for r in rounds]
        for path in paths:
            if not path.is_file():
                method, number = path.parent.name, int(path.stem[-4:])
                log_det = -51400 - 1700 * (1 - math.exp(-number / 20)) - 60 * GAP.get(method, 7)
                value = {"method": method, "round": number, "seed": 0, "estimator": "slq", "parameters": 15826,
                         "damping": 0.001, "images": 100, "log_det": log_det, "log_det_se": 60.0,
                         "quadrature_error": 30.0, "lambda_max": 100.0 - GAP.get(method, 7), "lambda_min": -2.0, "trace": 500.0,
                         "trace_se": 20.0, "count_above": 900.0, "count_above_se": 40.0,
                         "floor": 15826 / 2 * math.log(0.001)}  # fmt: skip
                save_json(path, value, Provenance("hessian", {}))
        return [str(path) for path in paths]

    def checkpoints(self, methods, rounds) -> list[str]:
        """Paths of checkpoints, written where they are missing."""
        paths = [self.root / f"checkpoints/{m}/round_{r:04d}.safetensors" for m in methods for r in rounds]
        for path in paths:
            if not path.is_file():
                method, number = path.parent.name, int(path.stem[-4:])
                accuracy = 0.1 + 0.35 * (1 - math.exp(-number / 30)) - 0.002 * GAP.get(method, 7) * (number > 0)
                facts = {"method": method, "round": number, "seed": 0, "accuracy": accuracy, "loss": 1.0}
                save_tensors(path, {"weight": torch.zeros(2)}, facts, Provenance("train", {}))
        return [str(path) for path in paths]

    def targets(self) -> str:
        """Path of the attacked images: a colourful ramp each."""
        path, count = self.root / "targets.safetensors", self.config["targets"]["images"]
        if not path.is_file():
            images = torch.stack([ramp(place) for place in range(count)])
            tensors = {"images": (255 * images).round().to(torch.uint8), "labels": torch.arange(count)}
            save_tensors(path, tensors | {"indices": torch.arange(count)}, {}, Provenance("targets", {}))
        return str(path)

    def attacks(self, methods, attacks, number) -> list[str]:
        """Paths of reconstructions: the truth with noise that grows with the method's gap."""
        paths = []
        for method in methods:
            for attack in attacks:
                path = self.root / f"attacks/{method}/method-naive/{attack}/b1/round_{number:04d}.safetensors"
                if not path.is_file():
                    count = self.config["targets"]["images"]
                    noise = torch.Generator().manual_seed(zlib.crc32(f"{method}{attack}".encode()))
                    truth = torch.stack([ramp(place) for place in range(count)])[:, None]
                    size = 10 ** (-(LEVEL[attack] - GAP.get(method, 7)) / 20)
                    guess = (truth + size * torch.randn(truth.shape, generator=noise)).clamp(0, 1)
                    tensors = {"reconstruction": guess, "truth_index": torch.arange(count)[:, None]}
                    save_tensors(path, tensors, {}, Provenance("attack", {}))
                paths.append(str(path))
        return paths


def ramp(place: int) -> torch.Tensor:
    """A picture (3, 32, 32) in [0, 1] that tells its place."""
    down, across = torch.meshgrid(torch.linspace(0, 1, 32), torch.linspace(0, 1, 32), indexing="ij")
    return torch.stack([down, across, ((down * 4 + across * (place + 1)).floor() % 2)])


def make(root: Path, scale: str, rounds: dict | None = None, **changes) -> Made:
    """Made-up results of a scale under `root`; `rounds` as in the config."""
    config = load(PAPER) | {"scale": scale} | ({"rounds": rounds} if rounds else {}) | changes
    short = "not the paper's protocol, so only the direction of the differences can be compared with it"
    lines = [f"{scale} scale: {max(config['rounds']['table'])} rounds of training; {short}.",
             "† FedSAI: the CIFAR-10 test images stand in for CIFAR-100, which could not be reached."]  # fmt: skip
    save_json(root / "notes.json", {"scale": scale, "lines": lines, "marks": {"fedsai": "†"}}, Provenance("notes", {}))
    (root / "config.yaml").write_text(yaml.safe_dump(config))
    return Made(root, config)


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Made:
    """Results of a small scale: five rounds, four images."""
    return make(tmp_path_factory.mktemp("made"), "quick", QUICK, targets={"client": 0, "images": 4})
