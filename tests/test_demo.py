"""The picture of `make demo`, of a few steps on synthetic images."""

import pytest
from PIL import Image

import demo
from flatgia.core.errors import FlatgiaError


def test_the_picture_is_drawn_from_images_that_come_near(data_file, tmp_path, monkeypatch):
    rows = []
    draw = demo.draw
    monkeypatch.setattr(demo, "draw", lambda out, found: (rows.extend(found), draw(out, found)))
    demo.main(["--data", str(data_file), "--steps", "40", "10", "30", "--out", str(tmp_path / "demo.png")])
    with Image.open(tmp_path / "demo.png") as picture:
        assert picture.size == (1000, 980) and len(set(picture.convert("L").getdata())) > 50
    truth, plain, naive, aware = (pictures for _, pictures in rows)
    far = {name: (found - truth).abs().mean() for name, found in (("plain", plain), ("naive", naive), ("aware", aware))}
    # So few steps are too few for who models SAM to overtake the naive attacker; noise is at 0.3.
    assert far["plain"] < far["naive"] < 0.15 and far["aware"] < 0.15
    assert [path.name for path in tmp_path.iterdir()] == ["demo.png"]


def test_missing_data_are_told(tmp_path):
    with pytest.raises(FlatgiaError, match="none: no such file"):
        demo.main(["--data", str(tmp_path / "none"), "--out", str(tmp_path / "demo.png")])
