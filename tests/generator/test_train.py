"""Training: it learns, it repeats, it goes on where it was killed, and it says when it fails."""

from dataclasses import asdict, replace

import pytest
import torch

from flatgia.core.errors import FlatgiaError
from flatgia.generator import train
from flatgia.generator.precision import usable_precision
from flatgia.generator.samples import sample
from flatgia.generator.store import untrained_generator
from flatgia.generator.train import train_generator
from flatgia.settings.sections import Generator

TINY = Generator(
    channels=(6, 6, 4, 4), discriminator_channels=(6, 6, 4, 4), latent=6, mapping_layers=2, images=48, batch_size=8,
    learning_rate=0.002, r1=0.05, r1_every=2, ema=0.9, style_mixing=0.5, precision="bf16",
)  # fmt: skip


@pytest.fixture(scope="module")
def images():
    return torch.randint(0, 256, (20, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))


@pytest.fixture(scope="module")
def whole(images):
    return train_generator(images, TINY, 0)


def same(one, two) -> bool:
    return one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


def test_same_seed_same_bytes_another_seed_others(images, whole):
    torch.manual_seed(99)
    assert same(train_generator(images, TINY, 0)[0], whole[0])
    assert not same(train_generator(images, TINY, 1)[0], whole[0])


def test_facts(whole):
    used = asdict(TINY) | {"precision": usable_precision("bf16", "cpu")}
    assert whole[1] == {"generator": used, "seed": 0, "images_seen": 48, "training_images": 20}
    assert all(tensor.dtype == torch.float32 for tensor in whole[0].values())


@pytest.mark.parametrize("precision", ["bf16", "fp32"])
def test_killed_and_resumed_ends_in_the_same_bytes(images, tmp_path, monkeypatch, precision):
    config, resume = replace(TINY, precision=precision), tmp_path / "generator.safetensors.resume"
    expected, _ = train_generator(images, config, 0)
    steps = []

    def dying(state, *rest):
        steps.append(state.step)
        if len(steps) == 5:
            raise KeyboardInterrupt
        return train_advance(state, *rest)

    train_advance = train.advance
    monkeypatch.setattr(train, "advance", dying)
    with pytest.raises(KeyboardInterrupt):
        train_generator(images, config, 0, resume=resume, save_every=3)
    assert resume.is_file()
    result, _ = train_generator(images, config, 0, resume=resume, save_every=3)
    assert steps == [0, 1, 2, 3, 4, 3, 4, 5]
    assert same(result, expected)


def test_a_resume_file_of_another_training_is_not_used(images, tmp_path, whole):
    resume = tmp_path / "resume"
    train_generator(images, replace(TINY, learning_rate=0.01), 0, resume=resume, save_every=3)
    assert resume.is_file()
    assert same(train_generator(images, TINY, 0, resume=resume)[0], whole[0])


def test_a_damaged_resume_file_is_not_used(images, tmp_path, whole):
    resume = tmp_path / "resume"
    resume.write_bytes(b"no safetensors")
    assert same(train_generator(images, TINY, 0, resume=resume)[0], whole[0])


def test_divergence_is_told_with_its_step(images):
    with pytest.raises(FlatgiaError, match=r"step .*not finite.*learning_rate"):
        train_generator(images, replace(TINY, learning_rate=1e30), 0)


def test_it_learns_the_colour_of_the_images():
    red = torch.zeros(16, 3, 32, 32, dtype=torch.uint8)
    red[:, 0] = 200
    config = replace(TINY, images=400, batch_size=4, learning_rate=0.02, precision="fp32")
    state, _ = train_generator(red, config, 0)
    generator = untrained_generator(*config.sizes, 0)
    before = sample(generator, 16, 0).mean((0, 2, 3))
    generator.load_state_dict(state)
    after = sample(generator, 16, 0).mean((0, 2, 3))
    target = torch.tensor([200 / 255, 0, 0])
    assert (after - target).abs().sum() < (before - target).abs().sum() / 2
