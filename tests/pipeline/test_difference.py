"""By how much two files differ."""

import io
import math

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save

from flatgia.pipeline.difference import difference, of_tables, relative


def png(pixels):
    Image.fromarray(pixels).save(file := io.BytesIO(), "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "state", "words"),
    [
        ("a,1.5\n", "a,1.50\n", "close", "the same numbers"),
        ("a,100\n", "a,99.95\n", "close", "1 of 1 numbers, by up to 5.0e-04 of their size"),
        ("a,100,2\n", "a,90,2\n", "different", "1 of 2 numbers, by up to 1.0e-01 of their size"),
        ("a,-1\n", "a,1\n", "different", "1 of 1 numbers, by up to 2.0e+00 of their size"),
        ("PSNR −3.0.", "PSNR 3.0.", "different", "1 of 1 numbers, by up to 2.0e+00 of their size"),
        ("a,1\n", "b,1\n", "different", "other words or rows"),
        ("a,1\n", "a,nan\n", "different", "other words or rows"),
        ("a,1\n", "a,1\na,2\n", "different", "other words or rows"),
        ("a,1e-20\n", "a,2e-20\n", "close", "1 of 1 numbers, by up to 1.0e-08 of their size"),
        ("fig2", "fig3", "different", "other words or rows"),
    ],
)
def test_texts(old, new, state, words):
    assert difference("x.csv", old.encode(), new.encode()) == (state, words)


def test_a_share_of_the_larger():
    assert relative(1, 2) == relative(-2, -1) == 0.5
    assert relative(math.nan, math.nan) == relative(0, 0) == 0
    assert relative(1, math.inf) == relative(math.nan, 1) == math.inf


def test_rows_are_found_by_their_names():
    old, new = b"k,v\na,1\nb,2\n", b"k,v\nb,2\nc,9\n"
    assert of_tables(old, new, 1) == ("different", "the same numbers; 1 rows missing; 1 rows more")
    assert of_tables(old, b"k,v\nb,2\na,1\n", 1) == ("close", "the same numbers")


def test_pictures():
    one = np.full((10, 20, 3), 100, np.uint8)
    other = one.copy()
    other[0, 0] = 101
    assert difference("x.png", png(one), png(other)).state == "close"
    assert "a pixel by up to 1 of 255" in difference("x.png", png(one), png(other)).words
    assert difference("x.png", png(one), png(255 - one)).state == "different"
    assert difference("x.png", png(one), png(one[:5])).words == "20 x 5 pixels instead of 20 x 10"


def test_tensors():
    one, other = {"a": np.array([1.0, 4.0], np.float32)}, {"a": np.array([1.0, 4.5], np.float32)}
    assert difference("x.safetensors", save(one), save(other)) == (
        "different", "1 of 2 numbers, by up to 1.1e-01 of their size")  # fmt: skip
    assert difference("x.safetensors", save(one), save({"b": one["a"]})).words == "other names or shapes"


def test_what_cannot_be_measured_is_told():
    assert difference("x.pdf", b"1", b"2").state == "other bytes"
    assert difference("x.png", b"1", b"2").words == "cannot be read (UnidentifiedImageError)"
