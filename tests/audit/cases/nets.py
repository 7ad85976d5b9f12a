"""Networks as people have them, for 3 x 32 x 32 images if not said otherwise; `make` writes what a case needs of one."""

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import nn
from torch.nn import functional as F

MEAN, STD = (torch.tensor(x).view(3, 1, 1) for x in ((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)))


def lenet(channels=3, features=768, classes=10, last=nn.Sigmoid, norm=None, bias=True):
    """Two sigmoid convolutions and a linear head, weights U(-0.2, 0.2)."""
    norms = [[norm(12)] if norm else [] for _ in range(2)]
    net = nn.Sequential(
        nn.Conv2d(channels, 12, 5, 2, 2), *norms[0], nn.Sigmoid(), nn.Conv2d(12, 12, 5, 2, 2), *norms[1], last(),
        nn.Flatten(), nn.Linear(features, classes, bias=bias),
    )  # fmt: skip
    torch.manual_seed(0)
    for name, parameter in net.named_parameters():
        if norm is None or name.split(".")[0] not in "14":
            nn.init.uniform_(parameter, -0.2, 0.2)
    return net


def grey():
    return lenet(1, 588)


def normed():
    return lenet(norm=nn.BatchNorm2d)


def one_logit():
    return lenet(classes=1)


def double():
    return lenet().double()


def without_bias():
    return lenet(last=nn.Tanh, bias=False)


def frozen():
    net = lenet()
    net[2].requires_grad_(False)
    return net


def convolutional():
    net = lenet()
    return nn.Sequential(*list(net)[:4], nn.Conv2d(12, 10, 8), nn.Flatten())


class Wide(nn.Sequential):
    def __init__(self, classes):
        super().__init__(nn.Flatten(), nn.Linear(3072, classes))


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.first = nn.Conv2d(3, 12, 5, 2, 2), nn.Conv2d(12, 12, 5, 1, 2)
        self.again, self.head = self.first, nn.Linear(3072, 10)

    def forward(self, x):
        return self.head(self.again(self.first(self.stem(x).sigmoid()).sigmoid()).sigmoid().flatten(1))


class Attention(nn.Module):
    """A small vision transformer with attention by a module, a function or a layer."""

    def __init__(self, kind="module"):
        super().__init__()
        self.kind = kind
        self.patch, self.place = nn.Conv2d(3, 24, 4, 4), nn.Parameter(0.1 * torch.randn(1, 64, 24))
        if kind == "layer":
            self.block = nn.TransformerEncoderLayer(24, 4, 48, batch_first=True, norm_first=True)
        else:
            self.block = nn.MultiheadAttention(24, 4, batch_first=True)
        self.head = nn.Linear(24, 10)

    def forward(self, x):
        x = self.patch(x).flatten(2).transpose(1, 2) + self.place
        if self.kind == "layer":
            x = self.block(x)
        elif self.kind == "module":
            x = x + self.block(x, x, x, need_weights=False)[0]
        else:
            q = x.view(len(x), 64, 4, 6).transpose(1, 2)
            x = x + F.scaled_dot_product_attention(q, q, q).transpose(1, 2).reshape_as(x)
        return self.head(x.mean(1))


class Residual(nn.Module):
    """What ResNets have: ReLU in place, pooling, dropout, `+=`, no bias at the head."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(True), nn.MaxPool2d(2)
        )
        self.conv, self.norm = nn.Conv2d(16, 16, 3, 1, 1, bias=False), nn.GroupNorm(4, 16)
        self.drop, self.head = nn.Dropout2d(0.5), nn.Linear(256, 10, bias=False)

    def forward(self, x):
        x = self.stem(x)
        y = self.norm(self.conv(x))
        y += x
        return F.log_softmax(self.head(F.adaptive_avg_pool2d(self.drop(F.relu(y)), 4).flatten(1)), 1)


def attention_by_function():
    return Attention("function")


def attention_by_layer():
    return Attention("layer")


def picture(path, channels=3, size=32):
    """A drawing, saved, and in [0, 1] (1, C, H, W)."""
    image = Image.linear_gradient("L").resize((size, size)).convert("RGB")
    ImageDraw.Draw(image).ellipse((6, 8, 25, 26), fill="orange", outline="navy")
    image = image.convert("L") if channels == 1 else image
    image.save(path)
    return (
        torch.tensor(np.asarray(image) / 255, dtype=torch.float32).reshape(size, size, channels).permute(2, 0, 1)[None]
    )


def gradient(net, inputs, labels, loss=F.cross_entropy):
    """By name, of what is trained."""
    params = {name: value for name, value in net.named_parameters() if value.requires_grad}
    return dict(zip(params, torch.autograd.grad(loss(net(inputs), torch.tensor(labels)), params.values()), strict=True))
