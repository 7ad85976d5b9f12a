"""The command that trains: rounds, checkpoints, and going on after a kill."""

import json

import pytest
import torch

import train
from flatgia.core.artifacts import Provenance, load_tensors, provenance_path, save_tensors, sha256
from flatgia.core.errors import FlatgiaError
from flatgia.federated import training
from flatgia.networks.lenet import LeNet


@pytest.fixture
def go(tiny, data_file, tmp_path):
    """`go(name, round, ...)` trains to tmp_path / name and returns that path; `before` changes the configuration."""

    def call(name, number, *more, method="fedavg", settings=None):
        words = ["--config", json.dumps(settings or tiny), "--method", method, "--round", str(number), *more]
        train.main([*words, "--data", str(data_file), "--out", str(tmp_path / name)])
        return tmp_path / name

    return call


def stop_after(monkeypatch, rounds):
    """Lets `rounds` rounds be played, then the process is as good as killed."""
    played, play = [], training.play_round

    def playing(*arguments):
        if len(played) == rounds:
            raise KeyboardInterrupt
        played.append(1)
        return play(*arguments)

    monkeypatch.setattr(training, "play_round", playing)
    return played


def test_a_checkpoint_and_what_is_said_about_it(go, data_file):
    path = go("x.safetensors", 1, method="fedsam")
    tensors, facts = load_tensors(path)
    assert sum(tensor.numel() for tensor in tensors.values()) == 15826
    known = {"method": "fedsam", "seed": 0, "round": 1}
    assert {key: facts[key] for key in known} == known
    assert 0 <= facts["accuracy"] <= 1 and facts["loss"] > 0
    provenance = json.loads(provenance_path(path).read_text())
    assert provenance["inputs"] == {str(data_file): sha256(data_file)} and provenance["parameters"]["round"] == 1
    assert sorted(file.name for file in path.parent.iterdir()) == [path.name, provenance_path(path).name]


def test_round_zero_is_the_initial_model(go):
    tensors, facts = load_tensors(go("x.safetensors", 0))
    assert facts["round"] == 0 and tensors["conv1.weight"].abs().max() <= 0.5


@pytest.mark.parametrize("method", ["fedavg", "fedgf"])
def test_a_chain_of_checkpoints_is_the_straight_way(go, method):
    straight = go("straight.safetensors", 2, method=method)
    zero = go("0.safetensors", 0, method=method)
    one = go("1.safetensors", 1, "--previous", str(zero), method=method)
    two = go("2.safetensors", 2, "--previous", str(one), method=method)
    assert two.read_bytes() == straight.read_bytes()
    assert ("broadcast.head.bias" in load_tensors(two)[0]) == (method == "fedgf")


def test_several_rounds_at_once_are_a_chain(go, tiny, data_file, tmp_path):
    words = ["--config", json.dumps(tiny), "--method", "fedgf", "--data", str(data_file)]
    outs = [str(tmp_path / "a"), str(tmp_path / "b")]
    train.main([*words, "--round", "0", "2", "--out", *outs])
    zero = go("0", 0, method="fedgf")
    two = go("2", 2, "--previous", str(zero), method="fedgf")
    assert (tmp_path / "a").read_bytes() == zero.read_bytes() and (tmp_path / "b").read_bytes() == two.read_bytes()
    provenance = json.loads(provenance_path(tmp_path / "b").read_text())
    assert list(provenance["inputs"]) == [str(data_file), outs[0]] and provenance["parameters"]["round"] == 2


@pytest.mark.parametrize(
    ("rounds", "outs", "said"),
    [("2 1", "a b", "do not ascend"), ("1 1", "a b", "do not ascend"), ("0 1", "a", "1 names for 2 rounds")],
)
def test_rounds_that_do_not_fit_are_refused(tiny, data_file, tmp_path, rounds, outs, said):
    words = ["--config", json.dumps(tiny), "--method", "fedavg", "--data", str(data_file)]
    with pytest.raises(FlatgiaError, match=said):
        train.main([*words, "--round", *rounds.split(), "--out", *(str(tmp_path / name) for name in outs.split())])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("method", ["fedavg", "fedgf"])
def test_a_killed_run_goes_on_and_gives_the_same_bytes(go, monkeypatch, method):
    monkeypatch.setattr(train, "SAVE_EVERY", 2)
    straight = go("straight.safetensors", 4, method=method)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 3)
        go("x.safetensors", 4, method=method)
    folder = straight.parent
    assert (folder / "x.safetensors.resume").is_file() and not (folder / "x.safetensors").exists()
    played = stop_after(monkeypatch, 9)
    assert go("x.safetensors", 4, method=method).read_bytes() == straight.read_bytes()
    assert len(played) == 2  # from round 2 on, not from the start
    assert not list(folder.glob("*.resume*"))


def killed(go, monkeypatch):
    monkeypatch.setattr(train, "SAVE_EVERY", 1)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        stop_after(patch, 2)
        go("x.safetensors", 3)


def test_a_resume_file_of_another_recipe_is_left_alone(go, monkeypatch, tiny):
    killed(go, monkeypatch)
    tiny["federation"]["learning_rate"] = 0.02
    played = stop_after(monkeypatch, 9)
    found = go("x.safetensors", 3, settings=tiny)
    assert len(played) == 3
    assert found.read_bytes() == go("y.safetensors", 3, settings=tiny).read_bytes()


def test_a_damaged_resume_file_is_left_alone_with_a_line(go, monkeypatch, tmp_path, capsys):
    killed(go, monkeypatch)
    resume = tmp_path / "x.safetensors.resume"
    resume.write_bytes(resume.read_bytes()[:-9])
    played = stop_after(monkeypatch, 9)
    go("x.safetensors", 3)
    assert len(played) == 3
    assert "x.safetensors.resume: damaged" in (said := capsys.readouterr().err) and "starting over" in said
    go("y.safetensors", 1)
    assert "starting over" not in capsys.readouterr().err


def test_a_resume_file_beyond_the_round_asked_for_is_left_alone(go, monkeypatch):
    killed(go, monkeypatch)
    assert load_tensors(go("x.safetensors", 1))[1]["round"] == 1


def test_another_seed_and_another_method_train_otherwise(go):
    files = [go("a", 1), go("b", 1, "--seed", "1"), go("c", 1, method="fedsam"), go("d", 1)]
    heads = [load_tensors(file)[0]["head.bias"] for file in files]
    assert torch.equal(heads[0], heads[3])
    assert not torch.equal(heads[0], heads[1]) and not torch.equal(heads[0], heads[2])


def test_divergence_is_told_and_nothing_is_written(go, tiny, tmp_path):
    tiny["federation"] |= {"learning_rate": 1e30, "weight_decay": 1e30}
    with pytest.raises(FlatgiaError, match="training diverged"):
        go("x.safetensors", 1, settings=tiny)
    assert list(tmp_path.iterdir()) == []


def test_mistakes_are_told(go, tmp_path, data_file):
    with pytest.raises(FlatgiaError, match="method fedmax: unknown"):
        go("x", 1, method="fedmax")
    with pytest.raises(FlatgiaError, match="no such file"):
        go("x", 1, "--previous", str(tmp_path / "none.safetensors"))
    with pytest.raises(FlatgiaError, match="beyond 1"):
        go("y", 1, "--previous", str(go("z", 2)))


def test_the_checkpoint_of_another_method_is_refused(go):
    with pytest.raises(FlatgiaError, match="fedavg"):
        go("y", 2, "--previous", str(go("x", 1)), method="fedsam")


def test_the_checkpoint_of_another_seed_is_refused(go):
    with pytest.raises(FlatgiaError, match="a checkpoint of seed 0; give one of seed 5"):
        go("y", 2, "--seed", "5", "--previous", str(go("x", 1)))


@pytest.mark.parametrize("number", [-1, -7])
def test_a_round_below_zero_is_refused(go, tmp_path, number):
    with pytest.raises(FlatgiaError, match=f"--round: {number} is no round"):
        go("y", number)
    assert not list(tmp_path.iterdir())


def test_a_checkpoint_that_names_no_round_is_refused(go, tmp_path):
    path = tmp_path / "bare.safetensors"
    save_tensors(path, LeNet().state_dict(), {}, Provenance("x", {}))
    with pytest.raises(FlatgiaError, match=r"bare\.safetensors"):
        go("y", 2, "--previous", str(path))


def test_missing_data_are_told(tiny, tmp_path):
    words = ["--config", json.dumps(tiny), "--method", "fedavg", "--round", "0", "--out", str(tmp_path / "x")]
    with pytest.raises(FlatgiaError, match="none: no such file"):
        train.main([*words, "--data", str(tmp_path / "none")])
