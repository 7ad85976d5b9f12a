"""Which seeds run where."""

import pytest

from flatgia.settings.seeds import all_seeds, mistakes_in_seeds, seed_of_pictures, seeds_of

METHODS = {"fedavg": {}, "fedsam": {}, "fedgf": {}}
SOME = {
    "methods": METHODS,
    "seeds": {
        "table": {"others": [0], "fedavg": [0, 1, 2], "fedsam": [2, 0]},
        "curve": [0],
        "controls": {"others": [0], "fedavg": [3, 4]},
    },
}


@pytest.mark.parametrize(
    "groups, methods, expected",
    [
        (["table"], ["fedavg"], [0, 1, 2]),
        (["table"], ["fedavg", "fedsam"], [0, 2]),
        (["table", "curve"], ["fedavg"], [0]),
        (["table"], ["fedgf"], [0]),
        (["long"], ["fedavg"], [0, 1, 2]),  # not named: as the table
        (["controls"], ["fedavg"], [3, 4]),
        (["credit"], ["fedsam"], [2, 0]),
        ([], [], [0]),
    ],
)
def test_the_seeds_that_all_have(groups, methods, expected):
    assert seeds_of(SOME, groups, methods) == expected


def test_a_list_is_for_everything():
    config = {"methods": METHODS, "seeds": [4, 2]}
    assert seeds_of(config, ["controls"], ["fedgf"]) == [4, 2]
    assert all_seeds(config) == [2, 4]
    assert seed_of_pictures(config) == 4
    assert not list(mistakes_in_seeds(config, ["table", "curve"], ["controls"]))


def test_all_seeds_and_that_of_the_pictures():
    assert all_seeds(SOME) == [0, 1, 2, 3, 4]
    assert seed_of_pictures(SOME) == 0
    assert not list(mistakes_in_seeds(SOME, ["table", "curve", "long"], ["controls", "credit"]))


@pytest.mark.parametrize(
    "seeds, key, what",
    [
        ({"table": [0], "late": [0]}, "seeds.late", "no group of rounds and no study"),
        ({"table": {"others": [0], "fedavgg": [0]}}, "seeds.table.fedavgg", "not among the methods"),
        ({"table": [0], "curve": [0, 1]}, "seeds.curve", "1 is not among the seeds of table"),
        ({"table": {"others": [0], "fedsam": [1]}}, "seeds", "none that every method has"),
    ],
)
def test_mistakes(seeds, key, what):
    config = {"methods": METHODS, "seeds": seeds}
    found = list(mistakes_in_seeds(config, ["table", "curve", "long"], ["controls"]))
    assert found and found[0][0] == key and what in found[0][1]
