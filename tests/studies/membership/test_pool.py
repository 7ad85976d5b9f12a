"""Models of the pool: the same bytes however they are put into jobs; what is kept of them."""

import numpy as np
import pytest
import torch

from flatgia.core.artifacts import load_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.settings import jobs
from flatgia.studies.membership.pool import queries
from flatgia.studies.membership.read import read_pools
from flatgia.studies.membership.section import for_part, mistakes
from studies import membership, membership_scores


@pytest.fixture
def train(tiny, data_file, tmp_path):
    def train(first, models, name="sgd"):
        config = jobs.for_job(for_part(tiny, name), ["compute", "data"], {}, studies=["membership"])
        out = tmp_path / f"{name}_{first}_{models}.safetensors"
        membership.main(["--config", config, "--optimiser", name, "--first", str(first), "--models", str(models),
                         "--data", str(data_file), "--out", str(out)])  # fmt: skip
        return out

    return train


def test_a_model_is_the_same_in_a_job_of_its_own(train):
    together, alone = (load_tensors(train(*given))[0] for given in ((0, 3), (2, 1)))
    for name in set(together) - {"labels"}:
        assert torch.equal(together[name][2], alone[name][0]), name
    assert not torch.equal(together["phi"][0], together["phi"][1])


def test_a_pool_is_put_together_by_number(train):
    later, earlier = train(4, 4), train(0, 4)
    pool = read_pools([later, earlier], 10)["sgd"]
    assert pool["phi"].shape == (8, 40) and pool["population"].shape == (8, 10)
    assert (pool["members"].sum(0) == 4).all()
    np.testing.assert_array_equal(pool["phi"][4:], load_tensors(later)[0]["phi"].numpy())
    with pytest.raises(FlatgiaError, match="sgd has no model 0"):
        read_pools([later], 10)


def test_both_optimisers_are_measured(train, tiny, tmp_path):
    models = [str(train(0, 8, name)) for name in ("sgd", "sam")]
    config = jobs.for_job(tiny, ["compute"], {}, studies=["membership"])
    outs = [str(tmp_path / name) for name in ("scores.csv", "curves.csv")]
    membership_scores.main(["--config", config, "--models", *models, "--scores", outs[0], "--curves", outs[1]])
    text = (tmp_path / "scores.csv").read_text()
    assert "sam,2,rmia,auc,7," in text and "sgd,1,traced confidence,auc,0," in text and "nan" not in text
    with pytest.raises(FlatgiaError, match="none of sam"):
        membership_scores.main(["--config", config, "--models", models[0], "--scores", outs[0], "--curves", outs[1]])


def test_queries_move_an_image_by_two_pixels():
    image = torch.arange(36.0).view(1, 1, 6, 6)
    right, left, down, up, mirrored = queries(image, mirror=True)
    assert torch.equal(right[..., 2:], image[..., :-2]) and right[..., :2].abs().max() == 0
    assert torch.equal(left[..., :-2], image[..., 2:]) and torch.equal(mirrored, image.flip(3))
    assert torch.equal(down[..., 2:, :], image[..., :-2, :]) and torch.equal(up[..., :-2, :], image[..., 2:, :])
    assert len(queries(image, mirror=False)) == 4


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"compared": ["adam"]}, "compared"),
        ({"models_per_job": 3}, "models_per_job"),
        ({"marks": [2]}, "marks"),
        ({"traced": 41}, "traced"),
        ({"network": {"network": "Nothing"}}, "network.network"),
    ],
)
def test_what_the_schema_cannot_say(tiny, change, where):
    section = tiny["studies"]["membership"]
    assert not list(mistakes(section))
    assert [found[0] for found in mistakes(section | change)] == [f"studies.membership.{where}"]
