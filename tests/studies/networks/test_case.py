"""A case is the run's config with its own network, images and training, and is checked like one."""

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.settings.config import PAPER, check, load, overlay
from flatgia.studies.networks import attacked
from flatgia.studies.networks.case import laid_over

CONFIG = load(PAPER)
GOOD = {"name": "mine", "label": "Mine", "model": {"network": "MLP", "init": "pytorch", "width": 8, "depth": 1}}


def test_a_case_replaces_the_network_and_overlays_the_rest():
    section = {
        "federation": {"local_epochs": 2},
        "cases": [GOOD | {"federation": {"learning_rate": 0.3}}],
        "activations": [],
    }
    config = overlay(CONFIG, {"model": {"network": "ConvNet", "width": 3}, "studies": {"networks": section}})
    found = laid_over(config, "mine", "train")
    assert found["model"] == {**GOOD["model"], "mode": "train"}
    assert found["federation"]["learning_rate"] == 0.3 and found["federation"]["local_epochs"] == 2
    assert found["federation"]["clients"] == CONFIG["federation"]["clients"] and found["data"] == CONFIG["data"]


def test_attacks_that_need_train_mode_run_in_train_mode_alone():
    case = GOOD | {"modes": ["eval", "train"], "train_attacks": ["gi_known"]}
    config = overlay(CONFIG, {"studies": {"networks": {"cases": [case]}}})
    assert attacked(config) == [
        ("mine", "eval", "ig_any"), ("mine", "train", "ig_any"), ("mine", "train", "gi_known"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"cases": [GOOD, GOOD]}, "studies.networks.cases: two are named mine"),
        ({"cases": [GOOD | {"model": {"network": "MLP"}}]}, "studies.networks.cases.0: config key model: missing init"),
        ({"cases": [GOOD | {"model": 5}]}, "studies.networks.cases.0.model: 5 is not of type 'object'"),
        ({"cases": [GOOD | {"model": GOOD["model"] | {"width": 0}}]}, "config key model.width: 0 is less than"),
        ({"cases": [GOOD | {"model": GOOD["model"] | {"norm": "batch"}}]}, "config key model.norm: unknown"),
        ({"cases": [GOOD | {"model": {"network": "VGG", "init": "pytorch"}}]}, "network VGG: unknown; known: LeNet"),
        ({"cases": [GOOD | {"data": {"dataset": "imagenet"}}]}, "config key data.dataset: 'imagenet' is not one of"),
        ({"cases": [GOOD | {"federation": {"clients_per_round": 11}}]}, "more clients a round than the 10 there are"),
        ({"cases": [GOOD | {"train_attacks": ["gi_known"]}]}, "no client of this case is in train mode"),
        ({"cases": [GOOD | {"train_attacks": ["dlg"], "modes": ["train"]}]}, "dlg is not among the attacks"),
        ({"attacks": ["gifd"]}, "gifd searches in the generator"),
        ({"activations": ["lenet"]}, "studies.networks.activations: one case alone"),
        ({"activations": ["lenet", "vgg"]}, "studies.networks.activations: vgg is not among the cases"),
        ({"rounds": [50]}, "studies.networks.rounds: round 0, the initial model, is missing"),
        ({"methods": ["fedavg", "fedsai"]}, "fedsai starts on auxiliary images"),
        ({"methods": ["fedsam"]}, "the first, fedsam, does not have the rule fedavg"),
    ],
)
def test_a_section_that_does_not_fit_is_refused(section, words):
    with pytest.raises(FlatgiaError) as raised:
        check(overlay(CONFIG, {"studies": {"networks": {"activations": []} | section}}))
    assert words in str(raised.value)
