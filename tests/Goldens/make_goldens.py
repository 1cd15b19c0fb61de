#!/usr/bin/env python3
"""Makes the golden numbers beside this script with PyTorch, in double precision on the CPU.

Run once: `python3 make_goldens.py`. Tests read the JSON and never need Python. A golden is not edited to let a test pass;
if this script changes, all files are made again and the difference is explained in the commit.
Images are stored channels last, [N, H, W, C]. Weights of nn.Linear are stored as PyTorch holds them, [out, in].
"""
import torch
from torch import nn
from torch.nn import functional as F
from golden_file import File


def last(t):
    """Channels last."""
    return t.permute(0, 2, 3, 1) if t.dim() == 4 else t


def batch_norm(name, layer, shape, channels, steps):
    """Training steps with a random cotangent each, then evaluation; forward, backward and running statistics."""
    f = File(name)
    with torch.no_grad():
        layer.weight.copy_(torch.randn(channels) * 0.5 + 1)
        layer.bias.copy_(torch.randn(channels))
    f.add("gamma", layer.weight)
    f.add("beta", layer.bias)
    f.add("epsilon", torch.tensor(layer.eps))
    f.add("momentum", torch.tensor(layer.momentum))
    location = torch.randn(channels) * 3
    spread = torch.rand(channels) * 2 + 0.2
    view = [1, channels] + [1] * (len(shape) - 2)

    def batch():
        return (torch.randn(shape) * spread.view(view) + location.view(view)).requires_grad_()

    for step in range(steps):
        x, dy = batch(), torch.randn(shape)
        layer.zero_grad()
        y = layer(x)
        y.backward(dy)
        for key, value in (("x", last(x)), ("dy", last(dy)), ("y", last(y)), ("dx", last(x.grad)), ("dgamma", layer.weight.grad), ("dbeta", layer.bias.grad),
                           ("running_mean", layer.running_mean), ("running_var", layer.running_var)):
            f.add(f"step{step}.{key}", value)
    layer.eval()
    x, dy = batch(), torch.randn(shape)
    layer.zero_grad()
    y = layer(x)
    y.backward(dy)
    for key, value in (("x", last(x)), ("dy", last(dy)), ("y", last(y)), ("dx", last(x.grad)), ("dgamma", layer.weight.grad), ("dbeta", layer.bias.grad)):
        f.add(f"eval.{key}", value)
    f.write()


def linear():
    f = File("linear")
    layer = nn.Linear(7, 4)
    x, dy = torch.randn(5, 7, requires_grad=True), torch.randn(5, 4)
    y = layer(x)
    y.backward(dy)
    for key, value in (("weight", layer.weight), ("bias", layer.bias), ("x", x), ("dy", dy), ("y", y), ("dx", x.grad), ("dweight", layer.weight.grad), ("dbias", layer.bias.grad)):
        f.add(key, value)
    f.write()


def activations():
    f = File("activations")
    points = torch.cat([torch.tensor([0.0, -0.0, 1e-8, -1e-8, 0.5, -0.5, 5, -5, 20, -20, 40, -40, 100, -100, 700, -700]), torch.randn(24) * 3])
    dy = torch.randn(points.shape)
    f.add("x", points)
    f.add("dy", dy)
    # F.hardsigmoid has a sixth in single precision in its gradient, whatever the tensor's type.
    for name, function in (("sigmoid", torch.sigmoid), ("tanh", torch.tanh), ("relu", torch.relu), ("elu", F.elu), ("gelu", F.gelu), ("hard_sigmoid", lambda x: F.relu6(x + 3) / 6), ("hard_swish", F.hardswish),
                           ("hard_tanh", F.hardtanh), ("leaky_relu", F.leaky_relu), ("mish", F.mish), ("relu6", F.relu6), ("selu", F.selu), ("silu", F.silu), ("softplus", F.softplus),
                           ("softsign", F.softsign)):
        x = points.clone().requires_grad_()
        y = function(x)
        y.backward(dy)
        f.add(f"{name}.y", y)
        f.add(f"{name}.dx", x.grad)
    f.write()


def losses():
    f = File("losses")
    logits = torch.randn(6, 5) * 3
    logits[4] += 1000
    logits[5] -= 1000
    logits.requires_grad_()
    labels = torch.randint(0, 5, (6,))
    loss = nn.CrossEntropyLoss()(logits, labels)
    loss.backward()
    for key, value in (("logits", logits), ("labels", labels), ("loss", loss), ("dlogits", logits.grad)):
        f.add(f"cross_entropy.{key}", value)
    y, targets = torch.randn(4, 3, requires_grad=True), torch.randn(4, 3)
    loss = nn.MSELoss()(y, targets)
    loss.backward()
    for key, value in (("y", y), ("targets", targets), ("loss", loss), ("dy", y.grad)):
        f.add(f"mean_squared_error.{key}", value)
    f.write()


def optimizers():
    """Trajectories over given gradients: the update rules alone."""
    f = File("optimizers")
    initial, gradients = torch.randn(5), torch.randn(12, 5)
    gradients[7] = 0
    f.add("initial", initial)
    f.add("gradients", gradients)
    rules = {
        "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
        "sgd_decay": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.05),
        "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        "momentum_decay": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.05),
        "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
        "nesterov_decay": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.05),
        "adam": lambda p: torch.optim.Adam(p, lr=0.01),
        "adam_decay": lambda p: torch.optim.Adam(p, lr=0.01, weight_decay=0.05),
        "adam_betas": lambda p: torch.optim.Adam(p, lr=0.02, betas=(0.8, 0.99), eps=1e-3),
        "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.05),
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
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=20, eta_min=0.01)
    rates = []
    for _ in range(20):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    f.add("cosine_rates", torch.tensor(rates))
    f.write()


def network():
    """A whole network, 12-7-5-4 with batch normalisation and sigmoid, over five steps of SGD with momentum, then evaluation."""
    f = File("network")
    model = nn.Sequential(
        nn.Linear(12, 7, bias=False), nn.BatchNorm1d(7), nn.Sigmoid(),
        nn.Linear(7, 5, bias=False), nn.BatchNorm1d(5), nn.Sigmoid(),
        nn.Linear(5, 4))
    names = {"0.weight": "dense1.weight", "1.weight": "norm1.gamma", "1.bias": "norm1.beta", "3.weight": "dense2.weight", "4.weight": "norm2.gamma", "4.bias": "norm2.beta",
             "6.weight": "dense3.weight", "6.bias": "dense3.bias", "1.running_mean": "norm1.running_mean", "1.running_var": "norm1.running_var",
             "4.running_mean": "norm2.running_mean", "4.running_var": "norm2.running_var"}
    with torch.no_grad():
        for key in ("1.weight", "4.weight"):
            model.state_dict()[key].copy_(torch.rand_like(model.state_dict()[key]) + 0.5)
        for key in ("1.bias", "4.bias"):
            model.state_dict()[key].copy_(torch.randn_like(model.state_dict()[key]))

    def snapshot(prefix):
        for key, value in model.state_dict().items():
            if key in names:
                f.add(f"{prefix}.{names[key]}", value)

    f.add("rate", torch.tensor(0.5))
    f.add("momentum", torch.tensor(0.9))
    f.add("epsilon", torch.tensor(1e-5))
    f.add("running_momentum", torch.tensor(0.1))
    snapshot("initial")
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    losses = []
    for step in range(5):
        x, labels = torch.randn(16, 12), torch.randint(0, 4, (16,))
        x[:, 0] += labels
        f.add(f"step{step}.x", x)
        f.add(f"step{step}.labels", labels)
        optimizer.zero_grad()
        loss = nn.CrossEntropyLoss()(model(x), labels)
        loss.backward()
        if step == 0:
            for key, parameter in model.named_parameters():
                f.add(f"step0.gradient.{names[key]}", parameter.grad)
        optimizer.step()
        losses.append(loss.detach())
        snapshot(f"step{step}")
    f.add("losses", torch.stack(losses))
    model.eval()
    x = torch.randn(8, 12)
    f.add("eval.x", x)
    f.add("eval.logits", model(x))
    f.write()


torch.manual_seed(1502_03167)
batch_norm("batch-norm-1d", nn.BatchNorm1d(3), (6, 3), 3, 4)
batch_norm("batch-norm-2d", nn.BatchNorm2d(4), (2, 4, 3, 5), 4, 3)
linear()
activations()
losses()
optimizers()
network()
