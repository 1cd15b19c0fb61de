#!/usr/bin/env python3
"""Makes the golden numbers of layers that work on images; see make_goldens.py for the rules. Run once: `python3 make_image_goldens.py`.

Images are [N, H, W, C], filters [KH, KW, C / groups, K] (transposed ones [KH, KW, K / groups, C]).
"""
import torch
from torch import nn
from golden_file import File


def last(t):
    return t.permute(0, 2, 3, 1)


def filters_last(t):
    return t.permute(2, 3, 1, 0) if t.dim() == 4 else t


def add(f, name, module, shape):
    """One pass forward and backward with a random cotangent; parameters are random."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape))
    x = torch.randn(shape).requires_grad_()
    y = module(x)
    dy = torch.randn(y.shape)
    y.backward(dy)
    for key, value in (("x", x), ("dy", dy), ("y", y), ("dx", x.grad)):
        f.add(f"{name}.{key}", last(value))
    for key, parameter in module.named_parameters():
        f.add(f"{name}.{key}", filters_last(parameter))
        f.add(f"{name}.d{key}", filters_last(parameter.grad))


torch.manual_seed(1512_03385)
f = File("image-layers")
add(f, "convolution", nn.Conv2d(3, 5, 3, padding=1), (2, 3, 5, 4))
add(f, "strided", nn.Conv2d(3, 4, (3, 2), stride=(2, 3), padding=(1, 0)), (2, 3, 6, 7))
add(f, "grouped", nn.Conv2d(4, 6, 3, groups=2, dilation=(2, 1), padding=(2, 1)), (2, 4, 5, 4))
add(f, "depthwise", nn.Conv2d(3, 6, 3, groups=3, stride=2, padding=1), (2, 3, 5, 5))
add(f, "transposed", nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1, output_padding=1), (2, 3, 4, 3))
add(f, "transposed grouped", nn.ConvTranspose2d(4, 6, (2, 3), stride=(1, 2), dilation=(2, 1), groups=2, padding=(0, 1)), (2, 4, 3, 3))
add(f, "max pool", nn.MaxPool2d(3, 2, 1), (2, 3, 6, 5))
add(f, "average pool", nn.AvgPool2d(3, 2, 1, count_include_pad=False), (2, 3, 6, 5))
add(f, "average pool with padding", nn.AvgPool2d((3, 2), (2, 1), (1, 1)), (2, 3, 6, 5))
add(f, "adaptive average pool", nn.AdaptiveAvgPool2d((3, 4)), (2, 3, 7, 6))
add(f, "adaptive max pool", nn.AdaptiveMaxPool2d((3, 2)), (2, 3, 7, 5))
add(f, "zero pad", nn.ZeroPad2d((1, 2, 3, 0)), (2, 3, 3, 2))
add(f, "upsample", nn.Upsample(scale_factor=(2, 3)), (2, 3, 3, 2))
f.write()
