"""Learned perceptual image patch similarity (Zhang et al., 2018): the lpips package, VGG16, version 0.1."""

import warnings
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from flatgia.core.errors import FlatgiaError
from flatgia.core.roots import PortableRoots
from flatgia.core.torchvision_import import import_lpips
from flatgia.metrics.sides import check_side

BATCH = 16  # images at a time
LEAST = 16  # pixels a side: VGG16 halves them four times


def build_lpips(vgg: Mapping[str, Tensor]) -> nn.Module:
    """The lpips package's model on the given VGG16 convolutions (`features.N.weight`, `.bias`), frozen."""
    package = import_lpips()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package asks torchvision in a way that it calls outdated
        # On `meta` no memory is used and no random number drawn for weights that are replaced at once; as the
        # package comes it would fill VGG16's classifier, half a gigabyte, and could download the rest.
        with torch.device("meta"):
            model = package.LPIPS(net="vgg", version="0.1", pretrained=False, pnet_rand=True, verbose=False)
    model.scaling_layer = package.ScalingLayer()
    heads = _heads(Path(str(package.__file__)).parent / "weights" / "v0.1" / "vgg.pth")
    scaling = model.scaling_layer.state_dict(prefix="scaling_layer.")
    model.load_state_dict(heads | _trunk(model, vgg) | scaling, assign=True)
    return model.eval().requires_grad_(False)


def _heads(path: Path) -> dict[str, Tensor]:
    """The package's linear heads under both names that its model has for them, linK and lins.K."""
    heads = torch.load(path, map_location="cpu", weights_only=True)
    return heads | {name.replace("lin", "lins.", 1): value for name, value in heads.items()}


def _trunk(model: nn.Module, vgg: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """torchvision's features.N.weight under the package's net.sliceK.N.weight."""
    wanted = [name for name in model.state_dict() if name.startswith("net.")]
    return {name: vgg["features." + name.split(".", 2)[2]] for name in wanted}


def lpips(model: nn.Module, images: Tensor, truth: Tensor) -> Tensor:
    """LPIPS distance of each image, float64 (N,), 0 for equal images; both (N, 1 or 3, H, W) in [0, 1], H and W >= 16."""
    check_side("lpips", images, LEAST)
    if images.shape[1] not in (1, 3):
        what = f"it is for grey images and for three colours, and these have {images.shape[1]} channels"
        raise FlatgiaError("metric lpips", what, "take it out of `metrics`")
    images, truth = (each.expand(-1, 3, -1, -1) for each in (images, truth))
    parts = []
    with torch.no_grad(), PortableRoots():
        for first, second in zip(images.float().split(BATCH), truth.float().split(BATCH), strict=True):
            parts.append(model(2 * first - 1, 2 * second - 1).flatten())
    return torch.cat(parts).double()
