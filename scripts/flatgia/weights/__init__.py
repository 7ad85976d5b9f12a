"""Weights from outside: the VGG16 convolutions that LPIPS rests on."""
