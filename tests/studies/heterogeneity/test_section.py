"""At each alpha the run's config has a Dirichlet federation, and a section that cannot be is refused in words."""

import json

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.settings.config import PAPER, check, load, overlay
from flatgia.studies.heterogeneity.split import config_at, laid_over, name_of

CONFIG = load(PAPER)


def test_an_alpha_replaces_the_division_and_nothing_else():
    config = overlay(
        CONFIG, {"studies": {"heterogeneity": {"federation": {"local_epochs": 2}, "targets": {"images": 3}}}}
    )
    found = laid_over(config, 10)
    changed = {"partition": "dirichlet", "alpha": 10.0, "local_epochs": 2, "images_per_client": 50000}
    assert found["federation"] == CONFIG["federation"] | changed and found["targets"] == {"client": 0, "images": 3}
    assert found["model"] == CONFIG["model"]
    assert [name_of(alpha) for alpha in (0.1, 10, 10.0)] == ["0.1", "10", "10"]
    assert json.loads(config_at(config, "0.1", ["federation"]))["federation"]["alpha"] == 0.1


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"alphas": [0]}, "studies.heterogeneity.alphas.0: 0 is less than the minimum of 0.01"),
        ({"alphas": [-1.0]}, "studies.heterogeneity.alphas.0: -1.0 is less than"),
        ({"alphas": []}, "studies.heterogeneity.alphas: [] "),
        ({"alphas": [0.5, 0.5]}, "studies.heterogeneity.alphas: [0.5, 0.5] has non-unique"),
        ({"minimum": 0}, "studies.heterogeneity.minimum: 0 is less than"),
        ({"minimum": 9}, "minimum: a client may hold 9 images, and 10 are attacked (targets.images); raise it"),
        ({"minimum": 60000}, "minimum: clients are to hold 60000 images at least, and 50000 at most"),
        ({"federation": {"epochs": 1}}, "studies.heterogeneity: config key federation.epochs: unknown"),
        ({"federation": {"clients": 4}}, "federation.clients_per_round: 5 clients are asked for, and there are 4"),
        ({"targets": {"client": 10}}, "federation.clients: 11 clients are asked for, and there are 10"),
        ({"hessian": {"probes": 1}}, "studies.heterogeneity: config key hessian.probes: 1 is less than"),
        ({"attacks": ["gifd"]}, "gifd searches in the generator"),
        ({"methods": ["fedsam"]}, "the first, fedsam, does not have the rule fedavg"),
        ({"methods": ["fedavg", "fedsai"]}, "fedsai starts on auxiliary images"),
    ],
)
def test_a_section_that_cannot_be_is_refused(section, words):
    with pytest.raises(FlatgiaError) as raised:
        check(overlay(CONFIG, {"studies": {"heterogeneity": section}}))
    assert words in str(raised.value)
