"""The LeNet of DLG with ReLU in place of the sigmoids, which trains better and is harder to invert."""

from torch import Tensor

from flatgia.networks.lenet import LeNet


class ReLULeNet(LeNet):
    """As `LeNet`, by other activations."""

    def forward(self, x: Tensor) -> Tensor:
        """Logits; no normalisation inside."""
        for conv in (self.conv1, self.conv2, self.conv3):
            x = conv(x).relu()
        return self.head(x.flatten(1))
