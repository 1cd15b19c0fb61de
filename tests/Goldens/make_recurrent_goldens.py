#!/usr/bin/env python3
"""Makes the golden numbers of recurrent layers; see make_goldens.py for the rules. Run once: `python3 make_recurrent_goldens.py`. Weights are `[gates * units, inputs]`, as PyTorch stores them."""
import torch
from torch import nn
from golden_file import File

torch.manual_seed(1997)
f = File("recurrent")
for name, module in (("rnn", nn.RNN), ("lstm", nn.LSTM), ("gru", nn.GRU)):
    layer = module(3, 5, batch_first=True)
    x = (torch.randn(4, 6, 3) * 1.5).requires_grad_()
    y, _ = layer(x)
    dy = torch.randn(y.shape)
    y.backward(dy)
    for key, value in (("x", x), ("dy", dy), ("y", y), ("dx", x.grad)):
        f.add(f"{name}.{key}", value)
    for key, parameter in layer.named_parameters():
        f.add(f"{name}.{key}", parameter)
        f.add(f"{name}.d{key}", parameter.grad)
f.write()
