"""The configuration as dataclasses."""

from dataclasses import FrozenInstanceError

import pytest

from flatgia.attacks import load_attack
from flatgia.core.errors import FlatgiaError
from flatgia.federated.methods import load_method
from flatgia.settings import config
from flatgia.settings import jobs as job_config
from flatgia.settings.sections import Local, Pretraining
from flatgia.settings.settings import Settings


def test_the_sections_are_frozen_and_hold_what_was_given(tiny):
    settings = Settings(tiny)
    assert settings.federation.local == Local(1, 20, 0.01, 0.0005)
    assert settings.generator.channels == tuple(tiny["generator"]["channels"]) and settings.scale == "tiny"
    with pytest.raises(FrozenInstanceError):
        settings.hessian.images = 1
    with pytest.raises(FrozenInstanceError):
        settings.scale = "other"


def test_rho_goes_from_the_configuration_to_the_method(tiny):
    tiny["methods"]["fedsai"]["rho"] = 0.125
    method = load_method(Settings(tiny).method("fedsai"))
    assert method.rho == 0.125 and method.pretraining == Pretraining(40, 1, 20, 0.01, 0.0005, 0.2)


def test_lists_are_tuples_in_an_attack_and_what_is_no_number_of_its_is_left_out(tiny):
    entry = Settings(tiny).attack("gifd_untrained")
    assert not entry.numbers.keys() & {"kind", "label", "paper", "preset", "generator"}
    assert load_attack(entry).radii == (1000, 2000, 3000, 4000)


def test_a_section_that_was_not_given_and_an_unknown_entry_are_named(tiny):
    settings = Settings.load(job_config.prune(tiny, ["compute"], methods=["fedsam"]), "compute")
    with pytest.raises(FlatgiaError, match="the configuration text: missing hessian"):
        _ = settings.hessian
    with pytest.raises(FlatgiaError, match="method fedmax: unknown; known: fedsam"):
        settings.method("fedmax")
    assert settings.scale == "own"


def test_the_record_is_what_was_given(tiny):
    record = Settings(tiny).record("model", methods="fedgf")
    assert record == {"model": tiny["model"], "methods": {"fedgf": tiny["methods"]["fedgf"]}}


def test_what_the_paper_calls_an_attack_is_said_and_changes_no_job(tiny):
    from flatgia.settings.paper_names import by_paper_label, paper_label

    tiny["attacks"]["ig"]["label"] = "Mine (of GI)"
    assert paper_label(tiny, "ig") == "IG" and paper_label(tiny, "lm") == "LM"
    assert by_paper_label(tiny, ["gi_published", "gi", "ig"]) == {"GI": "gi_published", "IG": "ig"}
    with_it = job_config.for_job(tiny, [], {}, attacks=["ig"])
    del tiny["attacks"]["ig"]["paper"]
    assert job_config.for_job(tiny, [], {}, attacks=["ig"]) == with_it
    tiny["attacks"]["ig"]["paper"] = "ig"
    with pytest.raises(FlatgiaError, match="config key attacks.ig.paper: 'ig' is not one of"):
        config.check(tiny)
