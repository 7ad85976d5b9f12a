"""What a data set is, and the ones there are: a value each, and how it is found by its name or in the facts of a file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flatgia.core.errors import FlatgiaError
from flatgia.core.plugins import load_class
from flatgia.settings.sections import Data

if TYPE_CHECKING:
    from torch import Tensor

Tensors = dict[str, "Tensor"]  # train_images uint8 (N, C, H, W), train_labels int64 (N,), test_images, test_labels


@dataclass(frozen=True)
class Dataset:
    """Images of `shape` (C, H, W) in `classes`; `mean` and `std` are a channel's, of the training images in [0, 1].

    `loader` is `module:function`, by name: what is computed from images does not depend on how they are fetched. What only
    the images tell is left out here, and is in the facts of the file that scripts/data.py writes.
    """

    label: str
    loader: str
    shape: tuple[int, int, int] = (0, 0, 0)
    classes: int = 0
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    mirror: bool = False  # whether a mirrored image is one of the same class
    official: bool = True  # whether it is always the same images

    def load(self, folder: Path | None, scratch: Path) -> tuple[Tensors, str]:
        """The tensors and the source's name, from the user's folder, if one is given; downloads go to `scratch`."""
        found: tuple[Tensors, str] = load_class(self.loader, f"data set {self.label}")(folder, scratch)
        return found

    def facts_of(self, tensors: Tensors) -> dict[str, Any]:
        """What the images tell: nothing that is not known beforehand of those that are always the same."""
        if self.official:
            return {}
        images = tensors["train_images"].double() / 255
        classes = int(max(tensors["train_labels"].max(), tensors["test_labels"].max())) + 1
        mean, std = images.mean((0, 2, 3)), images.std((0, 2, 3)).clamp(min=0.01)
        shape = list(images.shape[1:])
        return {"shape": shape, "classes": classes, "mean": mean.tolist(), "std": std.tolist()}


DATASETS = {
    "cifar10": Dataset(
        "CIFAR-10",
        "flatgia.datasets.cifar10:load_cifar10",
        (3, 32, 32),
        10,
        mean=(0.4914, 0.4822, 0.4465),
        std=(0.2470, 0.2435, 0.2616),
        mirror=True,
    ),
    "cifar100": Dataset(
        "CIFAR-100",
        "flatgia.datasets.cifar100:load_whole",
        (3, 32, 32),
        100,
        mean=(0.5071, 0.4865, 0.4409),
        std=(0.2673, 0.2564, 0.2762),
        mirror=True,
    ),
    "mnist": Dataset("MNIST", "flatgia.datasets.mnist:load_mnist", (1, 28, 28), 10, mean=(0.1307,), std=(0.3081,)),
    "folder": Dataset("own images", "flatgia.datasets.folder:load_folder", official=False),
    "synthetic": Dataset(  # for tests; mean and deviation are CIFAR-10's
        "synthetic images",
        "flatgia.datasets.synthetic:load_synthetic",
        (3, 32, 32),
        10,
        mean=(0.4914, 0.4822, 0.4465),
        std=(0.2470, 0.2435, 0.2616),
        mirror=True,
    ),
}


def dataset_named(name: str) -> Dataset:
    """The data set of that name. Raises `FlatgiaError` if there is none."""
    if name not in DATASETS:
        raise FlatgiaError(f"data set {name}", "unknown", f"known: {', '.join(DATASETS)}")
    return DATASETS[name]


def may_mirror(facts: Mapping[str, Any]) -> bool:
    """Whether mirrored images of a file with these facts are of the same class; of a file that tells nothing they are."""
    return dataset_named(facts.get("dataset", "cifar10")).mirror


def described(data: Data, facts: Mapping[str, Any], where: Path | str) -> Dataset:
    """The data set of a config, with what the `facts` of a file of its images say of it.

    Raises `FlatgiaError` if the file is of another data set, or of none that says what its images are.
    """
    if facts.get("dataset", data.dataset) != data.dataset:
        what = f"it belongs to the data set {facts['dataset']}, not to {data.dataset}"
        raise FlatgiaError(where, what, "give the right file, or mend data.dataset")
    found = dataset_named(data.dataset)
    if not found.official:
        if "shape" not in facts:
            raise FlatgiaError(where, f"it does not say what images {found.label} are", "make it again")
        shape, mean, std = (tuple(facts[name]) for name in ("shape", "mean", "std"))
        found = replace(found, classes=facts["classes"], shape=shape, mean=mean, std=std)
    return replace(found, mean=tuple(data.mean) or found.mean, std=tuple(data.std) or found.std)


def facts_kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What of a file's facts says which images they are, for the facts of what is made from it.

    All but the name belongs to images that say their own shape; another kind of file has `classes` too.
    """
    names = ("dataset", "shape", "classes", "mean", "std") if "shape" in facts else ("dataset",)
    return {name: facts[name] for name in names if name in facts}
