"""What a checkpoint says of its training, against a config."""

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.networks.trained import check_trained, trained_with
from flatgia.settings.settings import Settings


def told(tiny, method="fedsam", **sections):
    return trained_with(Settings(tiny | sections), method, {"dataset": "synthetic"})


def test_the_same_config_is_accepted(tiny):
    check_trained({"trained": told(tiny)}, told(tiny), "x")
    check_trained({}, told(tiny), "x")


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"methods": {"fedsam": {"rule": "fedsam", "label": "x", "rho": 0.1}}},
         "^x: trained with method rho 0.2, and the config has 0.1; give the config"),
        ({"model": {"network": "ConvNet", "init": "dlg", "norm": "group"}}, "trained with model network .*LeNet, and"),
        ({"data": {"dataset": "synthetic", "folder": None, "inputs": "raw", "auxiliary": "auto"}},
         "trained with data inputs normalised, and the config has raw"),
    ],
)  # fmt: skip
def test_another_is_told(tiny, sections, said):
    with pytest.raises(FlatgiaError, match=said):
        check_trained({"trained": told(tiny)}, told(tiny, **sections), "x")


def test_what_changes_nothing_is_no_difference(tiny):
    other = {"methods": {"fedsam": tiny["methods"]["fedsam"] | {"label": "Another", "auxiliary": "mnist"}}}
    other |= {"model": {"network": "LeNet", "init": "pytorch", "mode": "train"}}
    check_trained({"trained": told(tiny)}, told(tiny, **other), "x")
    check_trained({"trained": told(tiny)}, told(tiny, method=None), "x")
