#!/usr/bin/env python3
"""Makes the golden trajectories of the optimizers beyond those of make_goldens.py, whose rules hold. Run once: `python3 make_optimizer_goldens.py`."""
import inspect
import torch
from torch import nn
from torch.optim import nadam
from golden_file import File

# PyTorch 1.13 multiplies the momentum of a step twice into the product for the next one; later versions do not. This is its code with that one line mended.
source = inspect.getsource(nadam._single_tensor_nadam)
assert "mu_product * mu * mu_next" in source
exec(source.replace("mu_product * mu * mu_next", "mu_product * mu_next"), nadam.__dict__)

torch.manual_seed(2011)
f = File("more-optimizers")
initial, gradients = torch.randn(5), torch.randn(12, 5)
gradients[7] = 0
f.add("initial", initial)
f.add("gradients", gradients)
rules = {
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.1),
    "adagrad_decay": lambda p: torch.optim.Adagrad(p, lr=0.1, weight_decay=0.05),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.02),
    "rmsprop_momentum": lambda p: torch.optim.RMSprop(p, lr=0.02, alpha=0.9, momentum=0.8, weight_decay=0.05),
    "rmsprop_centered": lambda p: torch.optim.RMSprop(p, lr=0.02, alpha=0.9, momentum=0.8, centered=True),
    "adadelta": lambda p: torch.optim.Adadelta(p),
    "adadelta_decay": lambda p: torch.optim.Adadelta(p, lr=0.5, rho=0.8, weight_decay=0.05),
    "adamax": lambda p: torch.optim.Adamax(p, lr=0.02),
    "adamax_decay": lambda p: torch.optim.Adamax(p, lr=0.02, betas=(0.8, 0.95), weight_decay=0.05),
    "nadam": lambda p: torch.optim.NAdam(p, lr=0.02),
    "nadam_decay": lambda p: torch.optim.NAdam(p, lr=0.02, betas=(0.8, 0.95), weight_decay=0.05, momentum_decay=0.1),
    "amsgrad": lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.9, 0.5), amsgrad=True),
    "amsgrad_decay": lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.9, 0.5), amsgrad=True, weight_decay=0.05),
}
for name, make in rules.items():
    w = nn.Parameter(initial.clone())
    optimizer = make([w])
    path = []
    for g in gradients:
        w.grad = g.clone()
        optimizer.step()
        path.append(w.detach().clone())
    f.add(name, torch.stack(path))
w = nn.Parameter(initial.clone())
optimizer = torch.optim.SGD([w], lr=0.3)
schedule = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=5, T_mult=2, eta_min=0.01)
rates = []
for _ in range(40):
    rates.append(schedule.get_last_lr()[0])
    optimizer.step()
    schedule.step()
f.add("cosine_restarts_rates", torch.tensor(rates))
f.write()
