"""The generator as the attacks use it: entered between blocks, copied per image, differentiated in everything."""

import pytest
import torch
from torch.func import functional_call, grad, vmap

from flatgia.generator.generator import Generator, draw_noises


@pytest.fixture
def generator() -> Generator:
    torch.manual_seed(0)
    made = Generator(6, [5, 4, 3, 2], 2).double()
    with torch.no_grad():
        for name, parameter in made.named_parameters():
            if name.endswith("strength"):
                parameter.fill_(0.5)
    return made


def draws(generator: Generator, n: int):
    rng = torch.Generator().manual_seed(1)
    styles = torch.randn(n, generator.styles, generator.latent, generator=rng, dtype=torch.float64)
    return styles, [noise.double() for noise in draw_noises(generator.noise_shapes, n, rng)]


def test_shapes(generator):
    styles, noises = draws(generator, 3)
    assert generator.mapping(torch.randn(3, 6, dtype=torch.float64)).shape == (3, 6)
    assert generator.noise_shapes == [(4, 4), (8, 8), (8, 8), (16, 16), (16, 16), (32, 32), (32, 32)]
    assert generator(styles, noises).shape == (3, 3, 32, 32)


def test_mapping_ignores_the_length_of_z(generator):
    z = torch.randn(3, 6, dtype=torch.float64)
    torch.testing.assert_close(generator.mapping(z), generator.mapping(3 * z), rtol=1e-6, atol=1e-8)


def test_block_by_block_equals_forward_and_shapes_are_as_told(generator):
    styles, noises = draws(generator, 2)
    features, rgb = generator.start(2)
    assert rgb is None
    for i in range(generator.blocks):
        if i > 0:
            assert features.shape == (2, *generator.feature_shape(i))
        features, rgb = generator.block(i, features, rgb, styles, noises)
    assert torch.equal(rgb, generator(styles, noises))


def test_a_block_uses_exactly_the_rows_and_maps_it_names(generator):
    styles, noises = draws(generator, 1)
    for i in range(generator.blocks):
        features = torch.randn(1, *generator.feature_shape(i), dtype=torch.float64)
        rows = styles.clone().requires_grad_()
        maps = [noise.clone().requires_grad_() for noise in noises]
        out, rgb = generator.block(i, features, None, rows, maps)
        slopes = torch.autograd.grad(out.sum() + rgb.sum(), [rows, *maps], allow_unused=True)
        used = slopes[0][0].abs().sum(1).nonzero()[:, 0].tolist()
        assert used == list(generator.styles_of(i))
        assert [j for j, slope in enumerate(slopes[1:]) if slope is not None] == list(generator.noises_of(i))
    assert generator.styles_of(3)[-1] == generator.styles - 1
    assert generator.noises_of(3)[-1] == len(generator.noise_shapes) - 1


def test_earlier_picture_is_enlarged_and_added(generator):
    styles, noises = draws(generator, 1)
    features = torch.randn(1, *generator.feature_shape(2), dtype=torch.float64)
    rgb = torch.full((1, 3, 8, 8), 0.25, dtype=torch.float64)
    with_rgb = generator.block(2, features, rgb, styles, noises)[1]
    without = generator.block(2, features, None, styles, noises)[1]
    torch.testing.assert_close(with_rgb - without, torch.full_like(without, 0.25))


def test_vmap_over_private_copies_equals_a_loop_with_gradients(generator):
    torch.manual_seed(2)
    copies = [
        {name: tensor + 0.1 * torch.randn_like(tensor) for name, tensor in generator.state_dict().items()}
        for _ in range(3)
    ]
    stacked = {name: torch.stack([copy[name] for copy in copies]) for name in copies[0]}
    styles, noises = draws(generator, 3)

    def loss(parameters, style, noise):
        image = functional_call(generator, parameters, (style[None], [one[None] for one in noise]))[0]
        return image.square().sum(), image

    slopes, images = vmap(grad(loss, argnums=(0, 1, 2), has_aux=True))(stacked, styles, noises)
    for i, copy in enumerate(copies):
        noise = [one[i] for one in noises]
        expected, image = grad(loss, argnums=(0, 1, 2), has_aux=True)(copy, styles[i], noise)
        torch.testing.assert_close(images[i], image, rtol=1e-10, atol=1e-10)
        for name, slope in expected[0].items():
            torch.testing.assert_close(slopes[0][name][i], slope, rtol=1e-9, atol=1e-9)
        torch.testing.assert_close(slopes[1][i], expected[1], rtol=1e-9, atol=1e-9)
        for got, slope in zip(slopes[2], expected[2], strict=True):
            torch.testing.assert_close(got[i], slope, rtol=1e-9, atol=1e-9)


def test_gradients_are_those_of_finite_differences(generator):
    styles, noises = draws(generator, 1)
    features = torch.randn(1, *generator.feature_shape(1), dtype=torch.float64, requires_grad=True)

    def tail(features, styles):
        return generator.block(1, features, None, styles, noises)[1]

    assert torch.autograd.gradcheck(tail, (features, styles.requires_grad_()))


def test_nothing_is_changed_by_a_call(generator):
    before = {name: tensor.clone() for name, tensor in generator.state_dict().items()}
    assert not list(generator.buffers())
    generator(*draws(generator, 2)).sum().backward()
    assert all(torch.equal(before[name], tensor) for name, tensor in generator.state_dict().items())
