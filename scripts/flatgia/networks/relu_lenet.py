"""The LeNet of DLG with ReLU in place of the sigmoids, which trains better and is harder to invert; as wide as one likes."""

from torch import Tensor, nn

from flatgia.core.parameters import Count
from flatgia.networks.lenet import LeNet


class ReLULeNet(LeNet):
    """As `LeNet`, by other activations; `width` channels a convolution, its 12 if not given."""

    def __init__(self, classes: int = 10, channels: int = 3, size: tuple[int, int] = (32, 32), width: Count = 12):
        super().__init__(classes, channels, size)
        for name, before in (("conv1", channels), ("conv2", width), ("conv3", width)):
            stride = getattr(self, name).stride
            setattr(self, name, nn.Conv2d(before, width, kernel_size=5, padding=2, stride=stride))
        height, width_of_image = (-(-side // 4) for side in size)
        self.head = nn.Linear(width * height * width_of_image, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits; no normalisation inside."""
        for conv in (self.conv1, self.conv2, self.conv3):
            x = conv(x).relu()
        return self.head(x.flatten(1))
