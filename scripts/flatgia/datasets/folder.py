"""A user's own images, in a folder for each class: `cats/1.png`, `dogs/2.png`, or the same below `train` and `test`."""

from pathlib import Path

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError

from flatgia.core.errors import FlatgiaError
from flatgia.datasets.dataset import Tensors
from flatgia.datasets.sources import VARIABLE, BadFolder

KINDS = {".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm"}
GREY = {"1", "L", "LA", "I", "I;16", "F"}
EVERY = 5  # of each class, by name, one in so many is for the test accuracy, where there is no folder `test`


def load_folder(folder: Path | None, scratch: Path) -> tuple[Tensors, str]:
    """The images as (N, C, H, W), C = 1 if all are grey, else 3; classes are numbered by name.

    All must be of one size. Raises `FlatgiaError` where that is not so, or a class has no image.
    """
    if folder is None:
        raise FlatgiaError(
            "config key data.folder", "missing, and the data set is a folder", f"name it, or set {VARIABLE}"
        )
    if not folder.is_dir():
        raise BadFolder(folder, "no such folder", f"mend data.folder or {VARIABLE}")
    split = (folder / "train").is_dir() and (folder / "test").is_dir()
    names = classes_in(folder / "train" if split else folder)
    if split and (odd := sorted(set(classes_in(folder / "test")) - set(names))):
        raise BadFolder(folder / "test", f"it has a class {odd[0]}, and train has none", "give both the same classes")
    paths: dict[str, list[tuple[Path, int]]] = {"train": [], "test": []}
    for label, name in enumerate(names):
        if split:
            for part, listed in paths.items():
                listed += [(path, label) for path in images_in(folder / part / name, part == "train")]
        else:
            for place, path in enumerate(images_in(folder / name, needed=True)):
                paths["test" if place % EVERY == EVERY - 1 else "train"].append((path, label))
    if not paths["test"]:
        raise BadFolder(
            folder, "no image is left for the test accuracy", f"give a class {EVERY} images, or a folder test"
        )
    return read(paths), "folder"


def classes_in(folder: Path) -> list[str]:
    """The names of the folders in a folder. Raises `BadFolder` if there are less than two."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    if len(names) < 2:
        raise BadFolder(folder, f"{len(names)} folders of classes", "give each class a folder with its images")
    return names


def images_in(folder: Path, needed: bool) -> list[Path]:
    """The images of a class, by name."""
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in KINDS)
    if needed and not found:
        raise BadFolder(folder, "no images", f"give files that end in {', '.join(sorted(KINDS))}")
    return found


def read(paths: dict[str, list[tuple[Path, int]]]) -> Tensors:
    """All images, one as the other."""
    opened = {part: [open_image(path) for path, _ in listed] for part, listed in paths.items()}
    first = paths["train"][0][0], opened["train"][0]
    grey = all(image.mode in GREY for images in opened.values() for image in images)
    tensors: Tensors = {}
    for part, listed in paths.items():
        arrays = []
        for (path, _), image in zip(listed, opened[part], strict=True):
            if image.size != first[1].size:
                sizes = " and ".join(f"{i.width} x {i.height}" for i in (image, first[1]))
                raise BadFolder(path, f"it is not of the size of {first[0]} ({sizes})", "bring all images to one size")
            arrays.append(np.atleast_3d(np.asarray(image.convert("L" if grey else "RGB"))))
        tensors[f"{part}_images"] = torch.from_numpy(np.stack(arrays).transpose(0, 3, 1, 2).copy())
        tensors[f"{part}_labels"] = torch.tensor([label for _, label in listed])
    return tensors


def open_image(path: Path) -> Image.Image:
    """The image in a file. Raises `BadFolder` if it is none."""
    try:
        with Image.open(path) as image:
            image.load()
            return image.copy()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise BadFolder(path, "not a whole image", "mend it, or take it out") from None
