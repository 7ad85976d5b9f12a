"""Each number of `heterogeneity` stands in its own place, and each statement is judged from its own numbers."""

import pytest

from flatgia.core.errors import FlatgiaError

from ..conftest import rows_of


def test_the_numbers_and_the_verdicts(drawn, tmp_path):
    text, claims = drawn()
    head, _, *rows = rows_of(text)
    assert head[1:4] == ["Images", "Classes", "Attacked"] and len(rows) == 2 * 2 * 3
    about = ["0.1", "40–800", "1–5", "3–5", "IG", "0"]  # over both clients and draws; the attacked one is client 0
    assert rows[0] == [*about, "FedAvg", "20.0", "−0.0030", "30.15 (1)", "", ""]
    assert rows[1] == [*about, "FedSAM", "40.0", "−0.5000", "20.15 (1)", "30.35 (1)", "30.15 (1)"]
    last = ["10", "500", "10", "10", "IG", "3", "FedGF", "80.0", "0.7000", "32.15", "30.35", "30.15"]
    assert rows[-1] == last
    assert "4 images, one draw at each α; 14 of 112 searches failed." in text
    assert "Local epochs: 1; clients a round: 5 of 10." in text
    assert (tmp_path / "heterogeneity.png").stat().st_size > 10_000

    found = {(line[0], line[1]): line[3] for line in rows_of(claims)[2:]}
    both, refused = ["reproduced"] * 2, ["not reproduced"] * 2

    def verdicts(method, said):
        return [found[f"{method}: {said}", f"α = {alpha}"] for alpha in ("0.1", "10")]

    assert verdicts("FedSAM", "its model's test accuracy lies above FedAvg's") == ["reproduced", "by construction"]
    assert verdicts("FedSAM", "log det H lies below FedAvg's") == both
    assert verdicts("FedGF", "log det H lies below FedAvg's") == refused
    naive = "what it sends gives a naive attacker less than FedAvg's does"
    assert verdicts("FedSAM", naive) == both and verdicts("FedGF", naive) == ["reproduced", "not reproduced"]
    assert f"FedGF: {naive}: not reproduced 1, reproduced 1" in claims
    assert verdicts("FedSAM", "who knows the method gets what FedAvg's gradient gives") == both
    plain = verdicts("FedSAM", "its model's plain gradient gives less than FedAvg's")
    assert plain == ["by construction", "not reproduced"]
    grows = "{}: its accuracy less FedAvg's is larger where clients differ more".format
    assert found[grows("FedSAM"), "α = 0.1 beside 10"] == "reproduced"  # +20 points beside 0
    assert found[grows("FedGF"), "α = 0.1 beside 10"] == "not reproduced"  # 0 beside +30
    assert len(found) == 2 * 2 * 5 + 2


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        ("0.1/metrics", "--metrics: none is of alpha 0.1"),
        ("10/hessian/fedgf", "no log_det of fedgf at round 0, alpha 10"),
        ("checkpoints/fedsam/round_0003", "no accuracy of fedsam at round 3, alpha 0.1"),
    ],
)
def test_a_file_that_is_missing_is_named(drawn, left_out, words):
    with pytest.raises(FlatgiaError) as raised:
        drawn(left_out)
    assert words in str(raised.value)
