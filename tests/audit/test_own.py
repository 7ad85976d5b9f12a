"""A user's own image or gradient."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from flatgia.attacks.select import Reconstruction
from flatgia.audit.own import read_gradient, read_image, write_answer
from flatgia.core.artifacts import Provenance, load_tensors, save_tensors
from flatgia.core.errors import FlatgiaError


def test_an_image_of_the_right_size_is_read_as_it_is(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(tmp_path / "x.png")
    assert torch.equal(read_image(tmp_path / "x.png", 32), torch.from_numpy(pixels).permute(2, 0, 1))


@pytest.mark.parametrize("shape", [(40, 80), (80, 40)])
def test_the_middle_square_is_taken(tmp_path, shape):
    pixels = np.zeros((*shape, 3), np.uint8)
    pixels[shape[0] // 2 - 20 : shape[0] // 2 + 20, shape[1] // 2 - 20 : shape[1] // 2 + 20] = (10, 200, 30)
    Image.fromarray(pixels).save(tmp_path / "x.png")
    found = read_image(tmp_path / "x.png", 16)
    assert found.shape == (3, 16, 16) and found[:, 8, 8].tolist() == [10, 200, 30]
    assert (found == found[:, :1, :1]).all()


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "1", "CMYK"])
def test_every_kind_of_picture_becomes_three_channels(tmp_path, mode):
    Image.new("RGB", (8, 8), (200, 200, 200)).convert(mode).save(tmp_path / "x.tiff")
    assert read_image(tmp_path / "x.tiff", 8).shape == (3, 8, 8)


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_a_broken_picture_is_told_or_read(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "broken"
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"]))
    Image.fromarray(np.arange(768, dtype=np.uint8).reshape(16, 16, 3)).save(path, kind)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    try:
        assert read_image(path, 16).shape == (3, 16, 16)
    except FlatgiaError as error:
        assert "\n" not in str(error)


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0\x90\x91h6"


@pytest.mark.parametrize("data", [b"P6 16N16 255 abc", b"P6 16", PNG + b"\0\0\0\x10\xdaX\x16\xc1" * 9])
def test_a_picture_that_pillow_stumbles_over_is_told(tmp_path, data):
    (tmp_path / "x").write_bytes(data)
    with pytest.raises(FlatgiaError, match="not a whole image file"):
        read_image(tmp_path / "x", 16)


def test_what_is_no_picture_is_told(tmp_path):
    (tmp_path / "x.png").write_text("hello")
    with pytest.raises(FlatgiaError, match=r"x\.png: not a whole image file; give a PNG or JPEG"):
        read_image(tmp_path / "x.png", 32)
    with pytest.raises(FlatgiaError, match="no such file"):
        read_image(tmp_path / "y.png", 32)


def test_a_gradient_must_fit_the_network(tmp_path):
    params = {"a.weight": torch.zeros(2, 3), "a.bias": torch.zeros(2)}
    gradient = {name: torch.randn_like(value) for name, value in params.items()}
    save_tensors(tmp_path / "g", gradient, {}, Provenance("x", {}))
    found = read_gradient(tmp_path / "g", params)
    assert torch.equal(found[0][0], gradient["a.weight"]) and found[1].shape == (1, 2)
    for wrong in ({"a.weight": torch.zeros(2, 3)}, gradient | {"a.bias": torch.zeros(3)}):
        save_tensors(tmp_path / "w", wrong, {}, Provenance("x", {}))
        with pytest.raises(FlatgiaError, match="not a gradient of this network"):
            read_gradient(tmp_path / "w", params)


@pytest.mark.parametrize(
    ("value", "words"), [(torch.nan, "a.bias holds NaN"), (torch.inf, "a.bias holds NaN or inf"), (0.0, "all zeros")]
)
def test_a_gradient_that_tells_nothing_is_refused(tmp_path, value, words):
    params = {"a.weight": torch.zeros(2, 3), "a.bias": torch.zeros(2)}
    save_tensors(tmp_path / "g", params | {"a.bias": torch.full((2,), value)}, {}, Provenance("x", {}))
    with pytest.raises(FlatgiaError, match=f"{tmp_path}/g: {words}"):
        read_gradient(tmp_path / "g", params)


def test_the_answer_is_written(tmp_path):
    truth = torch.randint(0, 256, (3, 16, 16), dtype=torch.uint8)
    image = truth.float() / 255
    found = Reconstruction(
        (image * 0.5)[None, None], torch.tensor([[2.0, 1.0]]), torch.tensor([1]), torch.tensor([[4.0], [1.0]])
    )
    write_answer(tmp_path / "out", found, truth, Provenance("attack", {}))
    read = torch.from_numpy(np.asarray(Image.open(tmp_path / "out/reconstruction.png")).copy()).permute(2, 0, 1)
    assert (read - image * 127.5).abs().max() <= 0.5
    assert (tmp_path / "out/cost.csv").read_text() == "share_of_steps,cost\n0,4\n1,1\n"
    rows = dict(line.split(",") for line in (tmp_path / "out/metrics.csv").read_text().splitlines()[1:])
    assert set(rows) == {"psnr", "ssim", "mse"}
    mse = (image.double() / 2).square().mean().item()
    assert float(rows["mse"]) == pytest.approx(mse, rel=1e-6)
    assert float(rows["psnr"]) == pytest.approx(-10 * np.log10(mse), rel=1e-6)
    assert load_tensors(tmp_path / "out/result.safetensors")[0]["cost"].tolist() == [[2, 1]]
    write_answer(tmp_path / "unknown", found, None, Provenance("attack", {}))
    assert not (tmp_path / "unknown/metrics.csv").exists()
