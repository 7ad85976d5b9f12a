"""Pictures as a viewer shows them."""

import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from flatgia.audit.pictures import open_picture, save_picture, to_colours, to_pixels
from flatgia.core.errors import FlatgiaError

GREY = np.arange(0, 240, 4, dtype=np.uint8).reshape(6, 10)
COLOURS = np.random.default_rng(0).integers(0, 256, (6, 10, 3), dtype=np.uint8)


def read(path, shape):
    return to_pixels(open_picture(path), shape)


def test_a_picture_of_the_right_size_is_read_as_it_is(tmp_path):
    Image.fromarray(COLOURS).save(tmp_path / "x.png")
    assert torch.equal(read(tmp_path / "x.png", (3, 6, 10)), torch.from_numpy(COLOURS).permute(2, 0, 1))


DEPTHS = {
    "8 bits": lambda path: Image.fromarray(GREY).save(path, "PNG"),
    "16 bits, PNG": lambda path: Image.fromarray(GREY.astype(np.uint16) * 257).save(path, "PNG"),
    "16 bits, TIFF": lambda path: Image.fromarray(GREY.astype(np.uint16) * 257).save(path, "TIFF"),
    "32 bits": lambda path: Image.fromarray(GREY.astype(np.int32) * 257).save(path, "TIFF"),
    "floating point": lambda path: Image.fromarray((GREY / 255).astype(np.float32)).save(path, "TIFF"),
    "a palette": lambda path: Image.fromarray(GREY).convert("P").save(path, "PNG"),
    "grey and opaque": lambda path: Image.fromarray(GREY).convert("LA").save(path, "PNG"),
    "colours": lambda path: Image.fromarray(GREY).convert("RGB").save(path, "PNG"),
}


@pytest.mark.parametrize("kind", DEPTHS)
@pytest.mark.parametrize("channels", [1, 3])
def test_every_depth_shows_the_same(tmp_path, kind, channels):
    DEPTHS[kind](tmp_path / "x")
    found = read(tmp_path / "x", (channels, 6, 10))
    assert found.shape == (channels, 6, 10) and all(np.array_equal(one.numpy(), GREY) for one in found)


def test_grey_values_that_nothing_explains_are_told(tmp_path):
    Image.fromarray(GREY.astype(np.float32) * 7).save(tmp_path / "x", "TIFF")
    with pytest.raises(FlatgiaError, match="grey values from 0 to 1652, .*save it with 8 or 16 bits"):
        open_picture(tmp_path / "x")


def test_it_is_upright(tmp_path):
    image, tags = Image.fromarray(COLOURS), Image.Exif()
    tags[0x0112] = 6  # the camera was turned: a viewer turns it by 90 degrees
    image.save(tmp_path / "x.png", exif=tags)
    found = read(tmp_path / "x.png", (3, 10, 6))
    assert torch.equal(found, torch.from_numpy(np.rot90(COLOURS, -1).copy()).permute(2, 0, 1))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_is_white(tmp_path, mode):
    image = Image.new("RGBA", (4, 4), (10, 10, 10, 0))
    image.paste((10, 10, 10, 255), (0, 0, 2, 4))
    image.convert(mode).save(tmp_path / "x.png")
    found = read(tmp_path / "x.png", (3, 4, 4))
    assert (found[:, :, :2] == 10).all() and (found[:, :, 2:] == 255).all()


def test_a_transparent_colour_of_a_palette_is_white(tmp_path):
    image = Image.fromarray(np.array([[0, 1]], dtype=np.uint8), "P")
    image.putpalette([50, 60, 70, 0, 0, 0])
    image.save(tmp_path / "x.png", transparency=1)
    assert read(tmp_path / "x.png", (3, 1, 2))[:, 0].T.tolist() == [[50, 60, 70], [255, 255, 255]]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "CMYK", "YCbCr", "LAB"])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_kind_has_the_channels_of_the_network(tmp_path, mode, channels):
    image = Image.new("LAB", (8, 8)) if mode == "LAB" else Image.new("RGB", (8, 8), (200, 200, 200)).convert(mode)
    image.save(tmp_path / "x.tiff")
    assert read(tmp_path / "x.tiff", (channels, 8, 8)).shape == (channels, 8, 8)


def test_a_colour_profile_is_followed(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(COLOURS).save(tmp_path / "x.png", icc_profile=profile)
    assert (read(tmp_path / "x.png", (3, 6, 10)) - torch.from_numpy(COLOURS).permute(2, 0, 1).int()).abs().max() <= 1
    Image.fromarray(COLOURS).save(tmp_path / "y.png", icc_profile=b"no profile")
    assert torch.equal(read(tmp_path / "y.png", (3, 6, 10)), torch.from_numpy(COLOURS).permute(2, 0, 1))


@pytest.mark.parametrize(("height", "width"), [(16, 16), (8, 24)])
@pytest.mark.parametrize("size", [(40, 80), (80, 40)])
def test_the_middle_of_the_right_proportions_is_taken(tmp_path, size, height, width):
    pixels = np.zeros((*size, 3), np.uint8)
    pixels[size[0] // 2 - 2 : size[0] // 2 + 2, size[1] // 2 - 2 : size[1] // 2 + 2] = (10, 200, 30)
    Image.fromarray(pixels).save(tmp_path / "x.png")
    found = read(tmp_path / "x.png", (3, height, width)).float().sum(0)
    rows, columns = (torch.arange(n).float() for n in (height, width))
    assert (found.sum(1) @ rows / found.sum()).item() == pytest.approx((height - 1) / 2, abs=0.5)
    assert (found.sum(0) @ columns / found.sum()).item() == pytest.approx((width - 1) / 2, abs=0.5)


def test_channels_that_are_no_colours(tmp_path):
    Image.fromarray(COLOURS).save(tmp_path / "x.png")
    with pytest.raises(FlatgiaError, match="images of 5 channels, and a picture has one or three; .*--gradient"):
        read(tmp_path / "x.png", (5, 6, 10))
    assert to_colours(torch.rand(5, 2, 3)).shape == (3, 2, 15)


def test_what_is_saved_is_what_was_found(tmp_path):
    images = torch.rand(2, 3, 4, 5)
    save_picture(tmp_path / "x", images)
    found = np.asarray(Image.open(tmp_path / "x")).astype(float) / 255
    assert np.abs(found[:, :5].transpose(2, 0, 1) - images[0].numpy()).max() <= 0.5 / 255 + 1e-6
    assert np.abs(found[:, 5:].transpose(2, 0, 1) - images[1].numpy()).max() <= 0.5 / 255 + 1e-6


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_a_broken_picture_is_told_or_read(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "broken"
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"]))
    buffer = io.BytesIO()
    Image.fromarray(np.arange(768, dtype=np.uint8).reshape(16, 16, 3)).save(buffer, kind)
    content = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        assert read(path, (3, 16, 16)).shape == (3, 16, 16)
    except FlatgiaError as error:
        assert "\n" not in str(error)


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0\x90\x91h6"


@pytest.mark.parametrize("data", [b"hello", b"P6 16N16 255 abc", b"P6 16", PNG + b"\0\0\0\x10\xdaX\x16\xc1" * 9])
def test_what_is_no_picture_is_told(tmp_path, data):
    (tmp_path / "x.png").write_bytes(data)
    with pytest.raises(FlatgiaError, match=r"x\.png: not a whole image file; give a PNG or JPEG"):
        open_picture(tmp_path / "x.png")
    with pytest.raises(FlatgiaError, match="no such file"):
        open_picture(tmp_path / "y.png")
