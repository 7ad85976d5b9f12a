"""The training state as named tensors."""

import torch

from flatgia.generator.training_state import new_state, pack, unpack
from flatgia.settings.sections import Generator

CONFIG = Generator(
    channels=(6, 6, 4, 4), discriminator_channels=(6, 6, 4, 4), latent=6, mapping_layers=2, images=8, batch_size=4,
    learning_rate=0.01, r1=0.05, r1_every=2, ema=0.9, style_mixing=0.5, precision="fp32",
)  # fmt: skip


def walk(state) -> None:
    for module, adam in ((state.generator, state.generator_adam), (state.discriminator, state.discriminator_adam)):
        for parameter in module.parameters():
            parameter.grad = torch.cos(parameter.detach() * 3)
        adam.step()


def test_packed_and_unpacked_it_walks_on_the_same_way():
    one, two = new_state(CONFIG, 0, "cpu"), new_state(CONFIG, 1, "cpu")
    walk(one)
    unpack(two, {name: tensor.detach().clone().contiguous() for name, tensor in pack(one).items()}, 5)
    assert two.step == 5
    for _ in range(3):
        walk(one)
        walk(two)
    first, second = pack(one), pack(two)
    assert first.keys() == second.keys()
    for name in first:
        assert torch.equal(first[name], second[name]), name


def test_players_and_average_start_apart_in_memory():
    state = new_state(CONFIG, 0, "cpu")
    walk(state)
    assert all(not torch.equal(state.average[name], p) for name, p in state.generator.named_parameters() if p.any())
