#!/usr/bin/env python3
"""Makes the golden numbers of the losses beyond those of make_goldens.py, whose rules hold. Run once: `python3 make_loss_goldens.py`."""
import torch
from torch import nn
from torch.nn import functional as F
from golden_file import File


def loss(f, name, function, x, targets):
    """The mean loss and its gradient by the predictions."""
    x = x.clone().requires_grad_()
    value = function(x, targets)
    value.backward()
    for key, t in (("x", x), ("targets", targets), ("loss", value), ("dx", x.grad)):
        f.add(f"{name}.{key}", t)


torch.manual_seed(1989)
f = File("more-losses")
x = torch.randn(6, 5) * 3
values, shares, signs = torch.randn(6, 5), torch.rand(6, 5), torch.randint(0, 2, (6, 5)) * 2.0 - 1
distributions = torch.softmax(torch.randn(6, 5), 1)
distributions[2] = torch.tensor([0.0, 1, 0, 0, 0])
loss(f, "mean_absolute_error", nn.L1Loss(), x, values)
loss(f, "huber", nn.HuberLoss(), x, values)
loss(f, "huber_3", nn.HuberLoss(delta=3.0), x, values)
loss(f, "binary_cross_entropy", nn.BCEWithLogitsLoss(), x * 10, shares)
loss(f, "hinge", lambda v, t: torch.clamp(1 - t * v, min=0).mean(), x, signs)
loss(f, "soft_cross_entropy", nn.CrossEntropyLoss(), x, distributions)
loss(f, "kullback_leibler", lambda v, t: nn.KLDivLoss(reduction="batchmean")(F.log_softmax(v, 1), t), x, distributions)
labels = torch.randint(0, 5, (6,))
loss(f, "label_smoothing", nn.CrossEntropyLoss(label_smoothing=0.15), x, labels)
f.write()
