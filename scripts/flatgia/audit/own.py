"""Attacks on a user's own checkpoint, with an image of theirs or a gradient that was shared."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor
from torch.func import grad, vmap

from flatgia.attacks import load_attack
from flatgia.attacks.observe import observe, server_view
from flatgia.attacks.run import load_generator
from flatgia.attacks.select import Reconstruction, best_restart
from flatgia.attacks.victim import Victim
from flatgia.audit.answer import draw_answer
from flatgia.core import artifacts
from flatgia.core.errors import FlatgiaError
from flatgia.datasets.inputs import to_inputs
from flatgia.federated.methods.base import Method
from flatgia.gradients.choice import choose_backend
from flatgia.metrics.mse import mse
from flatgia.metrics.psnr import psnr
from flatgia.metrics.ssim import ssim
from flatgia.networks.checkpoint import load_broadcast, load_checkpoint
from flatgia.networks.forward import logits
from flatgia.networks.network import Params, load_network
from flatgia.settings.sections import AttackEntry, Data
from flatgia.settings.settings import Settings

WRITTEN = ("overview.png", "reconstruction.png", "cost.csv", "result.safetensors", "metrics.csv")


def read_image(path: Path | str, size: int) -> Tensor:
    """An image file as uint8 (3, size, size): the middle square, resized. Raises `FlatgiaError` if it is no image."""
    try:
        with Image.open(path) as file:
            image = file.convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        what = "no such file" if isinstance(error, FileNotFoundError) else "not a whole image file"
        raise FlatgiaError(path, what, "give a PNG or JPEG") from None
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side)).resize((size, size), Image.Resampling.LANCZOS)
    return torch.from_numpy(np.asarray(square).copy()).permute(2, 0, 1)


def read_gradient(path: Path | str, params: Params) -> tuple[Tensor, ...]:
    """A shared gradient, one tensor (1, ...) a parameter, from safetensors with the parameters' names."""
    tensors, _ = artifacts.load_tensors(path)
    fits = tensors.keys() == params.keys() and all(tensors[name].shape == params[name].shape for name in params)
    if not fits:
        raise FlatgiaError(path, "not a gradient of this network", "save one tensor a parameter under its name")
    for name, tensor in tensors.items():
        if not tensor.isfinite().all():
            raise FlatgiaError(path, f"{name} holds NaN or infinity", "share the gradient again")
    if not any(tensor.any() for tensor in tensors.values()):
        raise FlatgiaError(path, "all zeros, so it tells nothing of an image", "share the gradient of an image")
    return tuple(tensors[name][None].to(params[name]) for name in params)


def open_client(settings: Settings, method: Method | None, checkpoint: Path | str, size: int, device: str) -> Victim:
    """A client of `method` at a checkpoint. Raises `FlatgiaError` if its network takes no images of size x size."""
    backend = choose_backend(load_network(settings.model.network), settings.compute.compile, device)
    state = {name: value.to(device) for name, value in load_checkpoint(checkpoint, backend.network)[0].items()}
    broadcast = load_broadcast(checkpoint, backend.network)
    broadcast = broadcast and {name: value.to(device) for name, value in broadcast.items()}
    client = Victim(backend, state, method, broadcast)
    _classes(client, size)
    _check_gradient(client, size)
    return client


def shared_of(client: Victim, image: Tensor, label: int, data: Data) -> tuple[Tensor, ...]:
    """The gradient that the client shares of an image uint8 (3, H, W); raises `FlatgiaError` if it has no such class."""
    classes = _classes(client, image.shape[-1])
    if not 0 <= label < classes:
        raise FlatgiaError("--label", f"{label} is no class of this network", f"give 0 to {classes - 1}")
    device = next(iter(client.params.values())).device
    return observe(client, to_inputs(image, data)[None, None].to(device), torch.tensor([[label]], device=device))


def attack_own(
    settings: Settings,
    attack: AttackEntry,
    believed: Victim,
    observed: tuple[Tensor, ...],
    size: int,
    generator: Path | str | None,
    seed: int,
) -> Reconstruction:
    """Attacks a shared gradient of one image of size x size, the client taken to be `believed`."""
    if generator is not None and size != 32:
        raise FlatgiaError(
            "--size", f"{size}, and the generator makes images of 32 pixels", "attack without a generator"
        )
    view = server_view(
        believed,
        observed,
        None,
        (1, 3, size, size),
        settings.data,
        settings.compute.compile,
        load_generator(generator, observed[0].device),
        ("attack", seed),
        attack.label,
    )
    return best_restart(view, load_attack(attack).run(view))


def _classes(client: Victim, size: int) -> int:
    """How many classes the network tells apart."""
    device = next(iter(client.params.values())).device
    blank = torch.zeros(1, 3, size, size, device=device)
    try:
        found = logits(client.backend.network, client.state, blank)
    except Exception as error:  # whatever the code of a user's raises
        what = f"the network takes no images of {size} pixels ({_first_line(error)})"
        raise FlatgiaError("--size", what, "give the size it was made for, or mend the network") from None
    if not isinstance(found, Tensor) or found.dim() != 2 or len(found) != 1 or not found.is_floating_point():
        gives = f"of shape {tuple(found.shape)}" if isinstance(found, Tensor) else f"of type {type(found).__name__}"
        what = f"for one image the network gives an output {gives}, not one row of numbers"
        raise FlatgiaError("--model", what, "let forward return a tensor (images, classes)")
    return found.shape[1]


def _check_gradient(client: Victim, size: int) -> None:
    """Raises `FlatgiaError` if the network's gradient cannot be taken as an attack takes it."""
    device = next(iter(client.params.values())).device
    blanks, label = torch.zeros(1, 1, 3, size, size, device=device), torch.zeros(1, dtype=torch.long, device=device)
    gradient = client._replace(method=None).gradient()

    def cost(image: Tensor) -> Tensor:
        return torch.stack([part.square().sum() for part in gradient(image, label).values()]).sum()

    try:
        vmap(grad(cost))(blanks)
    except Exception as error:  # whatever the code of a user's raises
        what = f"the gradient of the network cannot be taken ({_first_line(error)})"
        raise FlatgiaError("--model", what, "use operations that torch.func can map and differentiate twice") from None


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def write_answer(folder: Path, found: Reconstruction, truth: Tensor | None, record: artifacts.Provenance) -> None:
    """Writes reconstruction.png, overview.png, cost.csv, result.safetensors and, where the truth is known, metrics.csv."""
    image = found.images[0, 0].cpu()
    pixels = (image.permute(1, 2, 0) * 255).round().byte().numpy()
    with artifacts.artifact(folder / "reconstruction.png", record) as temporary:
        Image.fromarray(pixels).save(temporary, format="PNG")
    curve = found.curve[:, 0].tolist()
    points = [(place / max(1, len(curve) - 1), cost) for place, cost in enumerate(curve)]
    _write_csv(folder / "cost.csv", ["share_of_steps", "cost"], points, record)
    tensors = {"reconstruction": found.images, "cost": found.cost, "curve": found.curve, "chosen": found.chosen}
    artifacts.save_tensors(folder / "result.safetensors", tensors, {}, record)
    rows = _scores(image, truth) if truth is not None else []
    if rows:
        _write_csv(folder / "metrics.csv", ["metric", "value"], rows, record)
    true = truth.numpy() / 255 if truth is not None else None
    words = "   ".join(f"{name.upper()} {value:.3g}" for name, value in rows)
    draw_answer(folder / "overview.png", true, image.numpy(), curve, words, record)


def _scores(image: Tensor, truth: Tensor) -> list[tuple[str, float]]:
    ours, true = image[None].double(), truth[None].double() / 255
    scores = [("psnr", psnr), ("mse", mse)]
    scores += [("ssim", ssim)] if min(image.shape[1:]) >= 11 else []  # its window is 11 wide
    return [(name, float(score(ours, true)[0])) for name, score in scores]


def _write_csv(path: Path, header: list[str], rows: list[tuple[Any, ...]], record: artifacts.Provenance) -> None:
    with artifacts.artifact(path, record) as temporary, open(temporary, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([*(f"{v:.9g}" if isinstance(v, float) else v for v in row)] for row in rows)
