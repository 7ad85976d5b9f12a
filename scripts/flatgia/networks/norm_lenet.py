"""The LeNet of DLG with ReLU, whose features are batch-normalised before they enter the linear head."""

from torch import Tensor, nn

from flatgia.networks.lenet import LeNet


class NormLeNet(LeNet):
    """As `LeNet`, by other activations and with one norm, which nothing follows but the head."""

    def __init__(self, classes: int = 10, channels: int = 3, size: tuple[int, int] = (32, 32)):
        super().__init__(classes, channels, size)
        self.norm = nn.BatchNorm1d(self.head.in_features)

    def forward(self, x: Tensor) -> Tensor:
        """Logits."""
        for conv in (self.conv1, self.conv2, self.conv3):
            x = conv(x).relu()
        return self.head(self.norm(x.flatten(1)))
