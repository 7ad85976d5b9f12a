"""The configuration: what is read, laid over, kept and left out."""

import json
import subprocess
import sys

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.settings import config
from flatgia.settings import jobs as job_config


def test_the_paper_and_the_quick_scale_are_valid():
    paper, quick = (config.load(config.ROOT / "config" / name) for name in ("config.yaml", "quick.yaml"))
    assert (paper["scale"], quick["scale"]) == ("paper", "quick")
    assert config.all_rounds(paper) == [*range(0, 201, 10), *range(300, 1001, 100)]
    # What quick.yaml does not name is the paper's.
    assert quick["federation"]["local_epochs"] == paper["federation"]["local_epochs"] == 5
    assert quick["federation"]["images_per_client"] < paper["federation"]["images_per_client"]


def test_overlay_merges_mappings_and_replaces_the_rest():
    base = {"a": {"x": 1, "y": [1, 2]}, "b": 2}
    assert config.overlay(base, {"a": {"y": [3]}, "c": 4}) == {"a": {"x": 1, "y": [3]}, "b": 2, "c": 4}
    assert config.overlay(base, {"a": None})["a"] is None
    assert base == {"a": {"x": 1, "y": [1, 2]}, "b": 2}


def test_a_pruned_config_is_read_back_as_it_was(tiny):
    text = job_config.prune(tiny, ["compute", "federation"], methods=["fedsam"])
    found = config.load(text)
    assert found == {
        "compute": tiny["compute"],
        "federation": tiny["federation"],
        "methods": {"fedsam": tiny["methods"]["fedsam"]},
    }


def test_small_numbers_survive(tiny):
    tiny["attacks"]["gi"]["start"] = 1e-6
    assert config.load(job_config.prune(tiny, [], attacks=["gi"]))["attacks"]["gi"]["start"] == 1e-6


def test_the_users_folder_changes_no_job(tiny):
    there = config.overlay(tiny, {"data": {"folder": "/somewhere"}})
    assert job_config.prune(there, ["data"]) == job_config.prune(tiny, ["data"])
    assert there["data"]["folder"] == "/somewhere"


def test_pruning_does_not_depend_on_the_order_of_keys(tiny):
    turned = dict(reversed(tiny.items()))
    assert job_config.prune(turned, ["model", "data"]) == job_config.prune(tiny, ["data", "model"])


def test_an_unknown_entry_lists_the_known(tiny):
    with pytest.raises(FlatgiaError, match="method fedmax: unknown; known: fedavg, fedsam"):
        config.entry(tiny, "methods", "fedmax")
    with pytest.raises(FlatgiaError, match="attack dlg: unknown"):
        job_config.prune(tiny, [], attacks=["dlg"])


def test_a_method_and_an_attack_from_outside_bring_their_own_numbers(tiny):
    tiny["methods"]["mine"] = {"rule": "package.module:Class", "label": "Mine", "anything": [1]}
    tiny["attacks"]["mine"] = {"kind": "package.module:Class", "label": "Mine", "restarts": 1, "uses_generator": True}
    config.check(tiny)


def test_reading_needs_no_torch():
    code = (
        "import sys; from flatgia.settings import config; config.load(config.PAPER); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_from_text_only_the_sections_given_are_checked():
    assert config.load(json.dumps({"metrics": ["mse"]})) == {"metrics": ["mse"]}
    with pytest.raises(FlatgiaError, match="metrics"):
        config.load(json.dumps({"metrics": ["mae"]}))
