"""The blind guess is the mean of the other clients' images."""

import torch

from flatgia.studies.updates.held import class_means


def test_means_are_those_of_the_label():
    images = torch.randint(256, (6, 1, 2, 2), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    labels = torch.tensor([0, 1, 0, 1, 1, 0])
    found = class_means(images, labels, torch.tensor([1, 0, 1, 2]))
    values = images.double() / 255
    torch.testing.assert_close(found[0], (values[1] + values[3] + values[4]) / 3)
    assert torch.equal(found[0], found[2])
    torch.testing.assert_close(found[1], values[[0, 2, 5]].mean(0))
    torch.testing.assert_close(found[3], values.mean(0))
