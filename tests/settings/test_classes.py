"""The parameters of classes, read from their source."""

import sys

import pytest

from flatgia.core.errors import FlatgiaError
from flatgia.core.parameters import Count, Fraction, Nonnegative, parameters_of, schema_of
from flatgia.core.plugins import load_class
from flatgia.settings import config
from flatgia.settings.classes import class_parameters
from flatgia.settings.registry import ATTACKS, METHODS

OUTSIDE = """
import dataclasses
from typing import Annotated, ClassVar, Literal

import torch

from flatgia.core.parameters import Count, Limits
from flatgia.federated.methods.fedsam import FedSAM

Word = Literal["one", "two"]


@dataclasses.dataclass(frozen=True)
class Mine(FedSAM):
    share: Annotated[float, Limits(low=0, high=1)]
    word: Word = "one"
    sizes: tuple[Count, ...] = ()
    more: torch.Tensor | None = dataclasses.field(default=None)
    needs_auxiliary: ClassVar[bool] = False


class Inherits(Mine):
    pass


class Plain:
    def __init__(self, anything): ...


class Unknown(torch.nn.Module):
    pass


raise RuntimeError("reading a class imports nothing")
"""


@pytest.fixture
def outside(tmp_path, monkeypatch):
    (tmp_path / "outside_rule.py").write_text(OUTSIDE)
    monkeypatch.syspath_prepend(tmp_path)
    class_parameters.cache_clear()


@pytest.mark.parametrize("reference", [*METHODS.values(), *ATTACKS.values()])
def test_the_source_says_what_the_class_says(reference):
    read, real = class_parameters(reference), parameters_of(load_class(reference, "x"))
    assert [(p.name, p.required, schema_of(p.kind)) for p in read] == [
        (p.name, p.required, schema_of(p.kind)) for p in real
    ]
    assert all(p.required or p.default == q.default for p, q in zip(read, real, strict=True))
    assert all(p.words.endswith(".") for p in read)


def test_a_dataclass_from_outside_with_what_it_inherits(outside):
    for name in ("Mine", "Inherits"):
        found = {p.name: p for p in class_parameters(f"outside_rule:{name}")}
        assert list(found) == ["rho", "share", "word", "sizes", "more"]
        assert [p.required for p in found.values()] == [True, True, False, False, False]
        assert found["rho"].kind == Nonnegative and found["share"].kind == Fraction
        assert schema_of(found["word"].kind) == {"enum": ["one", "two"]}
        assert found["sizes"].kind == tuple[Count, ...] and schema_of(found["more"].kind) == {}
    assert "outside_rule" not in sys.modules


@pytest.mark.parametrize(
    "reference", ["outside_rule:Plain", "outside_rule:Unknown", "outside_rule:Nobody", "no.where:X"]
)
def test_what_the_source_does_not_tell_is_left_to_the_job(outside, tiny, reference):
    assert class_parameters(reference) is None
    tiny["methods"]["mine"] = {"rule": reference, "label": "Mine", "anything": [1]}
    config.check(tiny)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ({"rho": 0.1}, "config key methods.mine: missing share"),
        ({"rho": -1, "share": 0.5}, "config key methods.mine.rho: -1 is less than the minimum of 0"),
        ({"rho": 0.1, "share": 0.5, "word": "three"}, "config key methods.mine.word: 'three' is not one of"),
        ({"rho": 0.1, "share": 0.5, "sizes": [0]}, "config key methods.mine.sizes.0: "),
        (
            {"rho": 0.1, "share": 0.5, "roh": 1},
            "config key methods.mine.roh: unknown; known here: auxiliary, label, more, rho, rule",
        ),
    ],
)
def test_the_numbers_of_a_class_from_outside_are_checked_before_it_is_imported(outside, tiny, numbers, words):
    tiny["methods"]["mine"] = {"rule": "outside_rule:Mine", "label": "Mine"} | numbers
    with pytest.raises(FlatgiaError) as caught:
        config.check(tiny)
    assert words in str(caught.value)
