#!/usr/bin/env python3
"""Makes the golden rates of schedules. Run once: `python3 make_schedule_goldens.py`."""
import math
import torch
from golden_file import File

torch.manual_seed(11)
f = File("plateau")
cases = {
    "loss": dict(mode="min", factor=0.5, patience=2, threshold=0.05, cooldown=0, min_lr=0),
    "cooldown": dict(mode="min", factor=0.1, patience=1, threshold=1e-4, cooldown=3, min_lr=1e-4),
    "accuracy": dict(mode="max", factor=0.3, patience=0, threshold=0.02, cooldown=1, min_lr=0),
}
for name, options in cases.items():
    progress, noise = torch.linspace(0, 3, 40), 0.08 * torch.randn(40)
    measured = (0.3 + torch.exp(-progress) if options["mode"] == "min" else 0.9 - 0.6 * torch.exp(-progress)) + noise
    values = measured.tolist()
    if name == "cooldown":
        values[9], values[20] = math.nan, math.inf
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, threshold_mode="rel", eps=0, **options)
    rates = []
    for value in values:
        schedule.step(value)
        rates.append(optimizer.param_groups[0]["lr"])
    # JSON has no numbers that are not finite: the test puts its own in.
    f.add(f"{name}.measured", torch.tensor([v if math.isfinite(v) else -1.0 for v in values]))
    f.add(f"{name}.rates", torch.tensor(rates))
    f.add(f"{name}.options", torch.tensor([float(options["mode"] == "max"), options["factor"], float(options["patience"]), options["threshold"], float(options["cooldown"]), float(options["min_lr"])]))
f.write()


def rates(make, count):
    """The rates of so many steps, from 0.1 on."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    schedule = make(optimizer)
    found = []
    for _ in range(count):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return torch.tensor(found)


s = torch.optim.lr_scheduler
f = File("schedules")
f.add("step", rates(lambda o: s.MultiStepLR(o, [7, 12], gamma=0.2), 20))
f.add("exponential", rates(lambda o: s.ExponentialLR(o, 0.01 ** (1 / 20)), 20))
f.add("polynomial", rates(lambda o: s.PolynomialLR(o, total_iters=20, power=2.0), 20))
f.add("warmup", rates(lambda o: s.LinearLR(o, start_factor=0.2, end_factor=1.0, total_iters=4), 20))
# Its 21 steps hold the end, which ours reach behind 20: the top is the seventh of either.
f.add("one_cycle", rates(lambda o: s.OneCycleLR(o, max_lr=0.1, total_steps=21, pct_start=7 / 21, div_factor=25, final_div_factor=1e4, cycle_momentum=False), 21))
f.write()
