"""The LeNet of Deep Leakage from Gradients (Zhu et al. 2019): three sigmoid convolutions and a linear head."""

from torch import Tensor, nn


class LeNet(nn.Module):
    """Model inputs (N, channels, H, W) to logits (N, classes); 15,826 parameters with 10 classes of 3 x 32 x 32."""

    def __init__(self, classes: int = 10, channels: int = 3, size: tuple[int, int] = (32, 32)):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 12, kernel_size=5, padding=2, stride=2)
        self.conv2 = nn.Conv2d(12, 12, kernel_size=5, padding=2, stride=2)
        self.conv3 = nn.Conv2d(12, 12, kernel_size=5, padding=2, stride=1)
        height, width = (-(-side // 4) for side in size)
        self.head = nn.Linear(12 * height * width, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits; no normalisation inside."""
        for conv in (self.conv1, self.conv2, self.conv3):
            x = conv(x).sigmoid()
        return self.head(x.flatten(1))
