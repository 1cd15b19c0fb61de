#!/usr/bin/env python3
"""Makes the golden trajectories of torch.nn.utils.spectral_norm. Run once: `python3 make_spectral_goldens.py`."""
import torch
from torch import nn
from golden_file import File

torch.manual_seed(1802)
f = File("spectral-norm")


def rows(t):
    """[Out, In, H, W] as a matrix [H W In, Out]; a matrix [Out, In] as [In, Out]."""
    return t.permute(2, 3, 1, 0).reshape(-1, t.shape[0]) if t.dim() == 4 else t.t()


def train(name, layer, x, image):
    layer = nn.utils.spectral_norm(layer)
    layer.train()
    v = lambda: layer.weight_v.reshape(x.shape[1], 3, 3).permute(1, 2, 0).reshape(-1) if image else layer.weight_v
    f.add(f"{name}.weight", rows(layer.weight_orig))
    f.add(f"{name}.u", layer.weight_u)
    f.add(f"{name}.v", v())
    f.add(f"{name}.x", x.permute(0, 2, 3, 1) if image else x)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.5)
    losses = []
    for _ in range(4):
        optimizer.zero_grad()
        loss = (layer(x) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    f.add(f"{name}.losses", torch.tensor(losses))
    f.add(f"{name}.final_weight", rows(layer.weight_orig))
    f.add(f"{name}.final_u", layer.weight_u)
    f.add(f"{name}.final_v", v())
    layer.eval()
    y = layer(x)
    f.add(f"{name}.evaluated", y.permute(0, 2, 3, 1) if image else y)


train("dense", nn.Linear(7, 5, bias=False), torch.randn(6, 7), False)
train("convolution", nn.Conv2d(3, 4, 3, padding=1, bias=False), torch.randn(2, 3, 5, 4), True)
f.write()
