"""One attack on checkpoints of the pipeline."""

import pytest
import torch

from flatgia.attacks import run
from flatgia.attacks.run import Case, attack_checkpoints
from flatgia.attacks.view import Attack, Attempt
from flatgia.core.artifacts import Provenance, load_tensors, save_tensors
from flatgia.core.errors import FlatgiaError
from flatgia.datasets.inputs import to_inputs
from flatgia.networks.checkpoint import save_checkpoint
from flatgia.networks.lenet import LeNet
from flatgia.networks.network import initial_params
from flatgia.settings.settings import Settings


class Peek(Attack):
    """Keeps the view it was given and answers with nothing but grey."""

    restarts = 1
    seen = None

    def run(self, view):
        Peek.seen = view
        grey = torch.zeros(view.targets, *view.shape)
        return Attempt(grey, torch.zeros(view.targets), torch.zeros(1, view.targets))


@pytest.fixture
def files(tmp_path):
    images = torch.randint(0, 256, (4, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([3, 1, 7, 0])
    tensors = {"images": images, "labels": labels, "indices": torch.arange(4)}
    save_tensors(tmp_path / "targets", tensors, {}, Provenance("targets", {}))
    params, sent = (initial_params(LeNet(), "dlg", seed) for seed in (0, 1))
    for name, broadcast in (("fedavg", None), ("fedsam", None), ("fedgf", sent)):
        save_checkpoint(tmp_path / name, params, broadcast, {"method": name, "round": 20}, Provenance("train", {}))
    return tmp_path


@pytest.fixture
def observed(files, tiny, monkeypatch):
    """`observed(method, gradient, attacker, batch)`: what the attacker was shown, and the artifact."""
    monkeypatch.setattr(run, "load_attack", lambda entry: Peek())
    tiny["attacks"]["ig"]["retries"] = 0

    def call(method, gradient="method", attacker="naive", batch=1):
        case = Case("ig", method, gradient, attacker, batch, 0)
        ((tensors, facts),) = attack_checkpoints(Settings(tiny), case, [files / method], files / "targets", None)
        return Peek.seen, tensors, facts

    return call


def same(a, b):
    return all(torch.allclose(x, y, atol=1e-6) for x, y in zip(a, b, strict=True))


def test_the_artifact_says_what_was_done(observed):
    view, tensors, facts = observed("fedsam")
    assert facts == {
        "run": "tiny", "round": 20, "attack": "ig", "method": "fedsam", "gradient": "method", "attacker": "naive",
        "batch": 1, "seed": 0,
    }  # fmt: skip
    assert tensors["truth_index"].tolist() == [[0], [1], [2], [3]] and tensors["labels"].tolist() == [
        [3],
        [1],
        [7],
        [0],
    ]
    assert {name: tuple(tensors[name].shape) for name in ("reconstruction", "cost", "chosen", "curve")} == {
        "reconstruction": (4, 1, 3, 32, 32), "cost": (4, 1), "chosen": (4,), "curve": (1, 4),
    }  # fmt: skip
    assert view.label == "IG on FedSAM, round 20"


def test_the_plain_gradient_is_the_same_for_all_methods_of_the_same_weights(observed):
    plain = [observed(name, "plain")[0].observed for name in ("fedavg", "fedsam", "fedgf")]
    shared = [observed(name)[0].observed for name in ("fedavg", "fedsam", "fedgf")]
    assert same(plain[0], plain[1]) and same(plain[0], plain[2]) and same(plain[0], shared[0])
    assert not same(shared[0], shared[1]) and not same(shared[1], shared[2])


@pytest.mark.parametrize("method", ["fedsam", "fedgf"])
def test_the_adaptive_attacker_models_what_is_shared_and_the_naive_does_not(observed, method, files, tiny):
    truth = to_inputs(load_tensors(files / "targets")[0]["images"], Settings(tiny).data)
    for gradient, attacker, exact in (
        ("method", "adaptive", True), ("method", "naive", False), ("plain", "adaptive", True), ("plain", "naive", True),
    ):  # fmt: skip
        view, _, _ = observed(method, gradient, attacker)
        modelled = view.gradient(truth[:1], view.labels[0]).values()
        assert same(modelled, [tensor[0] for tensor in view.observed]) == exact


def test_the_attacker_is_told_no_label(observed, monkeypatch):
    real = run.observe
    monkeypatch.setattr(run, "observe", lambda *given: tuple(tensor.roll(1, 0) for tensor in real(*given)))
    view, _, _ = observed("fedsam")
    assert view.labels.tolist() == [[0], [3], [1], [7]]  # what the gradients say, not what the targets are


def test_batches_get_their_labels_and_single_images_do_not(observed):
    view, tensors, _ = observed("fedavg", batch=2)
    assert view.labels.tolist() == [[3, 1], [1, 7], [7, 0], [0, 3]] and view.shape == (2, 3, 32, 32)
    assert tensors["truth_index"].tolist() == [[0, 1], [1, 2], [2, 3], [3, 0]]


def test_the_starts_depend_on_the_attack_and_the_seed_not_on_the_method(observed):
    views = [observed(method, gradient)[0] for method, gradient in (("fedavg", "plain"), ("fedsam", "method"))]
    assert torch.equal(views[0].noise(1, (5,)), views[1].noise(1, (5,)))


@pytest.mark.parametrize("gradient, attacker", [("method", "naive"), ("method", "adaptive"), ("plain", "naive")])
def test_checkpoints_together_are_as_one_after_the_other(files, tiny, gradient, attacker):
    checkpoints = [files / "fedgf", files / "another"]
    params, sent = (initial_params(LeNet(), "dlg", seed) for seed in (2, 3))
    save_checkpoint(checkpoints[1], params, sent, {"method": "fedgf", "round": 30}, Provenance("train", {}))
    case = Case("ig", "fedgf", gradient, attacker, 2, 0)
    given = Settings(tiny), case, checkpoints, files / "targets", None
    for one, many in zip(attack_checkpoints(*given), attack_checkpoints(*given, together=True), strict=True):
        assert one[1] == many[1]
        for name, value in one[0].items():
            # In float32 the steps grow the rounding; test_together.py is exact.
            torch.testing.assert_close(many[0][name], value, rtol=0.01, atol=0.005)


def test_a_checkpoint_without_broadcast_is_not_put_together_with_one_that_has_it(files, tiny):
    save_checkpoint(
        files / "first",
        initial_params(LeNet(), "dlg", 0),
        None,
        {"method": "fedgf", "round": 0},
        Provenance("train", {}),
    )
    case = Case("ig", "fedgf", "method", "adaptive", 1, 0)
    given = Settings(tiny), case, [files / "first", files / "fedgf"], files / "targets", None
    for one, many in zip(attack_checkpoints(*given), attack_checkpoints(*given, together=True), strict=True):
        assert torch.equal(one[0]["reconstruction"], many[0]["reconstruction"])


def test_the_checkpoint_of_another_method_is_refused(tiny, files):
    case = Case("ig", "fedsam", "method", "naive", 1, 0)
    with pytest.raises(FlatgiaError, match="a checkpoint of fedavg, not of fedsam"):
        next(attack_checkpoints(Settings(tiny), case, [files / "fedavg"], files / "targets", None))
