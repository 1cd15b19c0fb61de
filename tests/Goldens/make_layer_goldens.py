#!/usr/bin/env python3
"""Makes the golden numbers of layers with parameters of their own; see make_goldens.py for the rules. Run once: `python3 make_layer_goldens.py`."""
import torch
from torch import nn
from golden_file import File


def last(t):
    """Channels last."""
    return t.permute(0, 2, 3, 1) if t.dim() == 4 else t


def layer(name, module, shape):
    """One pass forward and backward with a random cotangent; parameters are random."""
    f = File(name)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape))
    x = (torch.randn(shape) * 2 + 0.5).requires_grad_()
    y = module(x)
    dy = torch.randn(y.shape)
    y.backward(dy)
    for key, value in (("x", last(x)), ("dy", last(dy)), ("y", last(y)), ("dx", last(x.grad))):
        f.add(key, value)
    for key, parameter in module.named_parameters():
        f.add(key, parameter)
        f.add(f"d{key}", parameter.grad)
    f.write()


torch.manual_seed(1502_01852)
layer("prelu", nn.PReLU(3), (2, 3, 2, 4))
layer("layer-norm", nn.LayerNorm(6), (5, 6))
layer("group-norm", nn.GroupNorm(3, 6), (3, 6, 2, 3))
layer("instance-norm", nn.InstanceNorm2d(6, affine=True), (3, 6, 2, 3))
torch.manual_seed(2012)
layer("local-response-norm", nn.LocalResponseNorm(5, alpha=2.0, beta=0.75, k=1.5), (2, 7, 2, 3))
torch.manual_seed(1602_07868)
layer("weight-norm", nn.utils.weight_norm(nn.Linear(5, 4)), (6, 5))
