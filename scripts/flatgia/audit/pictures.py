"""Pictures as a viewer shows them, whatever the file's kind and depth."""

import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from torch import Tensor

from flatgia.audit.probe import Shape
from flatgia.core.errors import FlatgiaError

MODES = {1: "L", 3: "RGB"}  # of channels
GIVE = "give a PNG or JPEG"


def open_picture(path: Path | str) -> Image.Image:
    """The picture in 8 bits, grey or RGB, upright, on white, in sRGB. Raises `FlatgiaError` if it is no whole picture."""
    try:
        with Image.open(path) as file:
            file.load()
            return _shown(path, file)
    except FlatgiaError:
        raise
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        what = "no such file" if isinstance(error, FileNotFoundError) else "not a whole image file"
        raise FlatgiaError(path, what, GIVE) from None


def _shown(path: Path | str, file: Image.Image) -> Image.Image:
    profile = file.info.get("icc_profile")
    image = ImageOps.exif_transpose(file)
    if image.mode.startswith(("I", "F")):
        image = _eight_bits(path, image)
    if image.mode in ("CMYK", "RGB", "L") and profile:
        image = _in_srgb(image, profile)
    if image.has_transparency_data:
        over = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", over.size, "white"), over)
        grey = file.mode in ("L", "LA")
        return image.convert("L" if grey else "RGB")
    return image.convert("L" if image.mode in ("1", "L", "LA") else "RGB")


def _eight_bits(path: Path | str, image: Image.Image) -> Image.Image:
    """A grey picture of 16 bits, or of floating point in [0, 1], in 8 bits."""
    values = np.asarray(image)
    values = values.astype(values.dtype.newbyteorder("="))
    low, high = values.min(), values.max()
    most = 1.0 if values.dtype.kind == "f" else 65535.0
    if not 0 <= low <= high <= most:
        what = f"grey values from {low:g} to {high:g}, and nothing says which of them is white"
        raise FlatgiaError(path, what, "save it with 8 or 16 bits, or as floating point in [0, 1]")
    return Image.fromarray((values.astype(np.float64) / most * 255).round().astype(np.uint8))


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        found = ImageCms.profileToProfile(image, source, target, outputMode="L" if image.mode == "L" else "RGB")
        return found or image
    except (ImageCms.PyCMSError, OSError, ValueError):  # a profile of another kind: viewers ignore it
        return image


def size_of(image: Image.Image) -> tuple[int, int]:
    """Height and width."""
    return image.height, image.width


def to_pixels(image: Image.Image, shape: Shape) -> Tensor:
    """uint8 (C, H, W): the middle part of the right proportions, resized."""
    channels, height, width = shape
    if channels not in MODES:
        what = f"the network takes images of {channels} channels, and a picture has one or three"
        raise FlatgiaError("--image", what, "attack a gradient of yours with --gradient")
    wide = min(image.width, round(image.height * width / height))
    high = min(image.height, round(image.width * height / width))
    left, top = (image.width - wide) // 2, (image.height - high) // 2
    part = image.convert(MODES[channels]).crop((left, top, left + max(1, wide), top + max(1, high)))
    pixels = np.asarray(part.resize((width, height), Image.Resampling.LANCZOS)).reshape(height, width, channels)
    return torch.from_numpy(pixels.copy()).permute(2, 0, 1)


def to_colours(image: Tensor) -> np.ndarray:
    """An image (C, H, W) in [0, 1] as (3, H, W) to be shown; channels that are no colours side by side, in grey."""
    array = image.detach().cpu().float().numpy()
    if len(array) == 3:
        return array
    return np.repeat(np.concatenate(list(array), axis=1)[None], 3, 0)


def save_picture(path: Path | str, images: Tensor) -> None:
    """Writes images (B, C, H, W) in [0, 1] side by side as a PNG."""
    array = np.concatenate([to_colours(image) for image in images], axis=2).transpose(1, 2, 0)
    pixels = (array * 255).round().astype(np.uint8)
    Image.fromarray(pixels).save(path, format="PNG")
