"""What a training step draws."""

import torch

from flatgia.generator.batches import draw_fake, mixing_mask, real_batch


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_real_images_come_from_the_set_and_half_are_mirrored():
    images = torch.randint(0, 256, (5, 3, 32, 32), dtype=torch.uint8, generator=rng())
    batch = real_batch(images, 200, rng())
    assert batch.min() >= -1 and batch.max() <= 1
    known = images.float() / 127.5 - 1
    straight = (batch[:, None] == known).flatten(2).all(2)
    mirrored = (batch[:, None] == known.flip(3)).flatten(2).all(2)
    assert (straight.any(1) | mirrored.any(1)).all()
    assert 60 < mirrored.sum() < 140
    assert (straight | mirrored).any(0).all()


def test_mixing_takes_the_second_latent_from_a_row_on():
    mask = mixing_mask(400, 8, 0.5, rng())
    assert not mask[:, 0].any()
    assert (mask[:, 1:] >= mask[:, :-1]).all()
    assert 150 < mask[:, -1].sum() < 250
    assert mask.sum(1).unique().tolist() == list(range(8))
    assert not mixing_mask(100, 8, 0.0, rng()).any()
    assert mixing_mask(100, 8, 1.0, rng())[:, -1].all()


def test_draws_depend_on_the_seed_alone():
    one, two, other = (draw_fake([(4, 4), (8, 8)], 3, 6, 8, 0.5, rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(one.latents, two.latents) and not torch.equal(one.latents, other.latents)
    assert one.latents.shape == (2, 3, 6) and [noise.shape for noise in one.noises] == [(3, 1, 4, 4), (3, 1, 8, 8)]
