"""A run under the name of a scale whose results are in this repository has that scale's values."""

import pytest
import yaml

from flatgia.core.errors import FlatgiaError
from flatgia.settings import config
from flatgia.settings.scales import FILES, check_scale


def read(*names):
    """config.yaml with these files of config/ laid over it, and then mappings."""
    found = config.load(config.PAPER)
    for name in names:
        change = name if isinstance(name, dict) else yaml.safe_load((config.PAPER.parent / name).read_text())
        found = config.overlay(found, change)
    return found


def test_the_files_of_the_repository_are_their_scales():
    shipped = sorted(config.PAPER.parent.glob("*.yaml"))
    assert sorted(FILES.values()) == shipped
    for path in shipped:
        check_scale(config.load(path))
    assert all(config.load(path)["scale"] == scale for scale, path in FILES.items())


@pytest.mark.parametrize(
    ("files", "key"),
    [
        ([{"targets": {"images": 2}}], "targets.images"),
        ([{"methods": {"mine": {"rule": "fedavg", "label": "Mine"}}}], "methods.mine"),
        (["quick.yaml", {"methods": {"fedsam": {"rho": 0.1}}}], "methods.fedsam.rho"),
        (["workstation.yaml", {"rounds": {"table": [0]}, "hessian": {"probes": 2}}], "rounds.table"),
        (["quick.yaml", {"scale": "paper"}], "federation.images_per_client"),
        (["quick.yaml", "workstation.yaml"], "compute.compile|federation"),
    ],
)
def test_another_value_under_the_same_name_is_refused(files, key):
    with pytest.raises(FlatgiaError, match=rf"^config key ({key})\b.*; give it a `scale:` of its own\.$"):
        check_scale(read(*files))


@pytest.mark.parametrize("name", FILES)
def test_seeds_the_folder_of_the_data_and_the_device_are_free(name):
    free = {"seeds": [0, 1], "data": {"folder": "/my/data"}, "compute": {"device": "auto"}}
    check_scale(read(FILES[name].name, free))


def test_a_scale_of_its_own_is_free():
    check_scale(read({"scale": "mine", "targets": {"images": 2}}))
