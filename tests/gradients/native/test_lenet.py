"""Gradients and their derivatives against PyTorch's, in float64."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.func import functional_call, grad, jvp, vmap
from torch.nn.functional import cross_entropy

from flatgia.gradients.native import lenet
from flatgia.gradients.native.lenet import along, classes_of, derivatives, flat, gradients, like
from flatgia.networks.lenet import LeNet

NETWORKS = {classes: LeNet(classes).requires_grad_(False) for classes in (2, 10, 100)}


def case(count, *own, classes=10, dtype=torch.float64, seed=0):
    """Images, labels, weights and a direction; `own` may name those of the last two that each image has its own of."""
    draw = torch.Generator().manual_seed(seed)
    size = 8136 + 769 * classes

    def vectors(name):
        return torch.rand(*([count] if name in own else []), size, generator=draw, dtype=torch.float64) - 0.5

    images = torch.randn(count, 3, 32, 32, generator=draw, dtype=torch.float64)
    labels = torch.randint(0, classes, (count,), generator=draw)
    weights, direction = vectors("weights"), vectors("direction")
    return images.to(dtype), labels, weights.to(dtype), direction.to(dtype)


def apart(a, b):
    """The largest difference over the largest value of b."""
    return ((a - b).abs().max() / b.abs().max()).item()


def loss(weights, image, label):
    network = NETWORKS[classes_of(weights)]
    params = like(dict(network.named_parameters()), weights)
    return cross_entropy(functional_call(network, params, (image[None],)), label[None])


def reference(images, labels, weights, direction):
    """For each image: the gradient by the weights, the derivative of the loss by the image, the Hessian times the direction."""

    def each(weights, direction, image, label):
        both = grad(loss, argnums=(0, 1))
        (gradient, _), (product, by_image) = jvp(lambda w: both(w, image, label), (weights,), (direction,))
        return gradient, by_image, product

    count = len(labels)
    return vmap(each)(
        weights.expand(count, weights.shape[-1]), direction.expand(count, direction.shape[-1]), images, labels
    )


@settings(max_examples=12)
@given(count=st.integers(1, 35), own=st.sets(st.sampled_from(["weights", "direction"])), seed=st.integers(0, 99))
def test_gradients_and_derivatives_of_any_number_of_images(count, own, seed):
    images, labels, weights, direction = case(count, *own, seed=seed)
    gradient, by_image, product = reference(images, labels, weights, direction)
    found, states = gradients(images, labels, weights, 1.0)
    assert apart(found, gradient) < 1e-13
    found_image, found_product = derivatives(count, states, weights, direction, images=True, gradient=True)
    assert apart(found_image, by_image) < 1e-12
    assert apart(found_product, product) < 1e-12


@pytest.mark.parametrize("count", [1, 8, 9, 40])
def test_sums_are_the_sums_of_the_rows(count):
    images, labels, weights, direction = case(count)
    gradient, _, product = reference(images, labels, weights, direction)
    found, states = gradients(images, labels, weights, 0.25, total=True)
    assert apart(found, 0.25 * gradient.sum(0)) < 1e-12
    nothing, found = derivatives(count, states, weights, direction, images=False, gradient=True, total=True)
    assert nothing is None
    assert apart(found, 0.25 * product.sum(0)) < 1e-12
    found, _ = gradients(images, labels, weights, 0.25, total=True, keep=False)
    assert apart(found, 0.25 * gradient.sum(0)) < 1e-12


@pytest.mark.parametrize("classes", [2, 100])
def test_other_numbers_of_classes(classes):
    images, labels, weights, direction = case(5, classes=classes)
    gradient, by_image, product = reference(images, labels, weights, direction)
    found, states = gradients(images, labels, weights, 1.0)
    assert apart(found, gradient) < 1e-13
    found_image, found_product = derivatives(5, states, weights, direction, images=True, gradient=True)
    assert apart(found_image, by_image) < 1e-12
    assert apart(found_product, product) < 1e-12


def test_float32_is_as_exact_as_pytorchs():
    numbers = case(40)
    exact, *_ = reference(*numbers)
    narrow = [value.float() if value.is_floating_point() else value for value in numbers]
    found, _ = gradients(*narrow[:3], 1.0)
    theirs, *_ = reference(*narrow)
    assert (found - exact).norm() < 2 * (theirs - exact).norm()


@pytest.mark.parametrize("scale", [1e3, 1e30])
def test_saturated_units_give_zeros_and_no_nan(scale):
    images, labels, weights, direction = case(4, dtype=torch.float32)
    gradient, *_ = reference(scale * images, labels, weights, direction)
    found, states = gradients(scale * images, labels, weights, 1.0)
    assert found.isfinite().all()
    torch.testing.assert_close(found, gradient, rtol=1e-3, atol=1e-4 * gradient.abs().max().item())
    assert derivatives(4, states, weights, direction, images=True, gradient=False)[0].isfinite().all()


def test_an_image_does_not_depend_on_its_neighbours():
    images, labels, weights, _ = case(20, dtype=torch.float32)
    together, _ = gradients(images, labels, weights, 1.0)
    alone, _ = gradients(images[17:18], labels[17:18], weights, 1.0)
    assert torch.equal(together[17], alone[0])


def test_nan_stays_in_its_lane():
    images, labels, weights, _ = case(3)
    images[1] = torch.nan
    found, _ = gradients(images, labels, weights, 1.0)
    assert found[1].isnan().any()
    assert found[[0, 2]].isfinite().all()


def test_what_does_not_fit_is_refused():
    images, labels, weights, direction = case(3)
    _, states = gradients(images, labels, weights, 1.0)
    wrong = [
        (images, labels[:1], weights),
        (images, labels + 10, weights),
        (images, labels - 10, weights),
        (images[..., :30, :30], labels, weights),
        (images, labels, weights[:-1]),
        (images, labels, weights.expand(2, -1)),
    ]
    for numbers in wrong:
        with pytest.raises(ValueError, match="LeNet in lanes"):
            gradients(*numbers, 1.0)
    with pytest.raises(ValueError, match="direction"):
        derivatives(3, states, weights, direction.expand(2, -1), images=True, gradient=False)


def test_numbers_of_another_type_or_layout_are_converted():
    images, labels, weights, direction = case(5, "direction")
    expected, states = gradients(images, labels, weights, 1.0)
    turned = images.transpose(0, 1).contiguous().transpose(0, 1)
    assert torch.equal(gradients(turned, labels.int(), weights, 1.0)[0], expected)
    assert apart(gradients(images.float(), labels, weights, 1.0)[0], expected) < 1e-5
    by_image, _ = derivatives(5, states, weights, direction, images=True, gradient=False)
    again, _ = derivatives(5, states, weights, direction.float(), images=True, gradient=False)
    assert apart(again, by_image) < 1e-5


def test_parameters_to_a_vector_and_back_in_any_order():
    shapes = dict(sorted(LeNet().named_parameters(), reverse=True))
    vector = torch.arange(15_826.0)
    assert torch.equal(like(shapes, vector)["conv1.weight"].flatten(), vector[:900])
    assert torch.equal(flat(like(shapes, vector)), vector)
    assert classes_of(vector) == 10


@pytest.mark.parametrize(
    "count, lanes, parts",
    [
        (40, 16, [(0, 32, False), (32, 40, True)]),
        (10, 16, [(0, 10, False)]),  # more than half are left over
        (7, 8, [(0, 7, False)]),
        (3, 8, [(0, 3, True)]),
        (5, 4, [(0, 5, False)]),  # vectors that are not halved
        (32, 16, [(0, 32, False)]),
    ],
)
def test_few_images_over_take_half_vectors(count, lanes, parts):
    assert [(part.start, part.stop, half) for part, half in lenet._parts(count, lanes)] == parts


@pytest.mark.parametrize("count", [1, 17])
@pytest.mark.parametrize("by", ["image", "weights", "both"])
def test_one_gradient_along_many_directions(count, by):
    images, labels, weights, direction = case(count, "direction")
    image, label = images[0] / 2, labels[0]
    ahead = images if by != "weights" else None
    turned = direction if by != "image" else None

    def one(x, w):
        return jvp(lambda image, weights: grad(loss)(weights, image, label), (image, weights), (x, w))[1]

    zeros = [
        torch.zeros_like(images) if ahead is None else ahead,
        torch.zeros_like(direction) if turned is None else turned,
    ]
    found = along(image, label, weights, 0.5, ahead, turned)
    assert apart(found, 0.5 * vmap(one)(*zeros)) < 1e-12
    single = along(image.float(), label, weights.float(), 0.5, ahead, turned)
    assert single.dtype == torch.float32 and apart(single.double(), found) < 1e-4


def test_directions_of_another_shape_are_refused():
    images, labels, weights, direction = case(2, "direction")
    for wrong in ((images[:1], direction), (images[:, :1], None), (None, direction[:, 1:])):
        with pytest.raises(ValueError, match="directions of another shape"):
            along(images[0], labels[0], weights, 1.0, *wrong)
