"""The table of `images`, its verdicts, and what it refuses."""

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.settings.config import PAPER, check, load, overlay

from ...plotting.conftest import HEADER
from ..conftest import rows_of

IMAGES = 50
ROUNDS = (0,)  # of those of the study the made-up config has this one


def metrics(folder, method, gradient, attacker, psnr, images=IMAGES):
    """PSNR of each image, 0.01 dB apart, none of which failed."""
    path = folder / f"images/{method}/{gradient}-{attacker}/ig.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        f"quick,0,{method},{number},{gradient},{attacker},ig,1,{image},{name},{value}"
        for number in ROUNDS
        for image in range(images)
        for name, value in (("psnr", psnr + image / 100), ("distance", 1e-7), ("distance_truth", 1e-12))
    ]
    path.write_text(HEADER + "\n".join(rows) + "\n")
    return str(path)


def cases(folder, naive=20.0, images=IMAGES):
    return [
        metrics(folder, "fedavg", "method", "naive", 50.0, images),
        metrics(folder, "fedsam", "method", "naive", naive, images),
        metrics(folder, "fedsam", "method", "adaptive", 50.2, images),
        metrics(folder, "fedsam", "plain", "naive", 50.0, images),
    ]


def test_each_case_is_judged_from_ten_and_from_all(table, write, tmp_path):
    few = write("few", "fedavg", "ig", 49.0)
    text = table("images", "--images", *cases(tmp_path), "--metrics", few)
    head, *rows = rows_of(text)[0:1] + rows_of(text)[2:]
    assert head[4:] == ["Mean of 10", "Median of 10", "Mean of 50", "Median of 50", "Sets of 10"]
    assert len(rows) == 4 * len(ROUNDS) and [row[2:4] for row in rows[:4]] == [
        ["FedAvg", "Sent, naive"], ["FedSAM", "Sent, naive"], ["FedSAM", "Sent, adaptive"], ["FedSAM", "Plain"],
    ]  # fmt: skip
    assert rows[0][4].startswith("50.04 [") and rows[0][6].startswith("50.24 [")
    assert "2 of these reconstructions are of the run's own targets" in text
    claims = (tmp_path / "images_claims.md").read_text()
    lines = rows_of(claims)[2:]
    verdicts = [("reproduced",) * 2] * 2 + [("by construction",) * 2]
    assert [(line[3], line[5]) for line in lines] == [verdict for verdict in verdicts for _ in ROUNDS]
    assert lines[0][2].startswith("−30.00 dB") and lines[1][2].startswith("+0.20 dB")
    assert "Of 3 statements 3 have the same verdict" in claims
    assert (tmp_path / "images.png").stat().st_size > 10_000


def test_fewer_images_than_the_config_says_are_refused(table, write, tmp_path):
    with pytest.raises(FlatgiaError, match="a case has 11 images, and studies.images.images is 50"):
        table("images", "--images", *cases(tmp_path, images=11), "--metrics", write("few", "fedavg", "ig", 49.0))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"images": 10}, "studies.images.images: 10 are no more than targets.images, 10"),
        ({"rounds": [10]}, "studies.images.rounds: none of them is in rounds.table; take some of 0, 100, 200"),
        ({"methods": ["fedsam", "fedavg"]}, "studies.images.methods: the first, fedsam, does not have the rule fedavg"),
        ({"attacks": ["gifd"]}, "studies.images.attacks: gifd searches in the generator"),
    ],
)
def test_a_section_that_does_not_fit_is_refused(change, words):
    with pytest.raises(FlatgiaError) as raised:
        check(overlay(load(PAPER), {"studies": {"images": change}}))
    assert words in str(raised.value)


def test_ten_images_cannot_stand_beside_ten():
    with pytest.raises(FlatgiaError, match="studies.images.images: 10 are no more than the 10 of Table 1; raise it"):
        check(overlay(load(PAPER), {"studies": {"images": {"images": 10}}, "targets": {"images": 4}}))
