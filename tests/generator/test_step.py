"""One step: the two players' gradients are those of their own losses."""

import copy

import torch

from flatgia.core.seeds import generator as seeded
from flatgia.generator.batches import draw_fake, real_batch
from flatgia.generator.losses import discriminator_loss, generator_loss, r1_penalty
from flatgia.generator.step import advance, generate
from flatgia.generator.training_state import new_state
from flatgia.settings.sections import Generator

CONFIG = Generator(
    channels=(6, 6, 4, 4), discriminator_channels=(6, 6, 4, 4), latent=6, mapping_layers=2, images=48, batch_size=8,
    learning_rate=0.002, r1=0.05, r1_every=2, ema=0.9, style_mixing=0.5, precision="fp32",
)  # fmt: skip


def test_a_step_is_adam_on_each_players_own_loss():
    images = torch.randint(0, 256, (20, 3, 32, 32), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    state = new_state(CONFIG, 0, "cpu")
    begin = copy.deepcopy((state.generator, state.discriminator))
    assert advance(state, images, CONFIG, 0, "cpu")

    generator, discriminator = begin
    rng = seeded("prior", 0, 0)
    real = real_batch(images, 8, rng)
    fake = generate(generator, draw_fake(generator.noise_shapes, 8, 6, 8, 0.5, rng), "fp32")
    ours = torch.autograd.grad(generator_loss(discriminator(fake)), list(generator.parameters()))
    loss = discriminator_loss(discriminator(real), discriminator(fake.detach()))
    loss = loss + r1_penalty(discriminator, real) * 0.05 * 2
    theirs = torch.autograd.grad(loss, list(discriminator.parameters()))
    for module, slopes in ((state.generator, ours), (state.discriminator, theirs)):
        for parameter, slope in zip(module.parameters(), slopes, strict=True):
            torch.testing.assert_close(parameter.grad, slope, rtol=1e-4, atol=1e-6)
    assert state.step == 1
    for name, parameter in state.generator.named_parameters():
        first = dict(generator.named_parameters())[name]
        torch.testing.assert_close(state.average[name], 0.9 * first.detach() + 0.1 * parameter.detach())


def test_both_precisions_give_nearly_the_same_images():
    generator = new_state(CONFIG, 0, "cpu").generator
    fake = draw_fake(generator.noise_shapes, 8, 6, 8, 0.5, torch.Generator().manual_seed(0))
    exact, rough = generate(generator, fake, "fp32"), generate(generator, fake, "bf16")
    assert exact.dtype == rough.dtype == torch.float32
    assert 0 < (exact - rough).abs().mean() < 0.02
