#!/usr/bin/env python3
"""Times PyTorch's LSTM on the case `train/lstm256-t32-b64` of `bench`: forward, backward from a given cotangent, plain gradient descent.

    torch_lstm.py [--threads 2] [--seconds 1.5] [--units 256] [--steps 32] [--batch 64]

Prints the same JSON object as `bench --json`: case, peer, threads, median_ms, min_ms, runs.
"""
import argparse, json, statistics, time
import torch

parser = argparse.ArgumentParser()
for name, default in (("threads", 2), ("units", 256), ("steps", 32), ("batch", 64)):
    parser.add_argument(f"--{name}", type=int, default=default)
parser.add_argument("--seconds", type=float, default=1.5)
a = parser.parse_args()
torch.set_num_threads(a.threads)
torch.manual_seed(0)
# Time-major, PyTorch's own order, which is its faster one.
lstm = torch.nn.LSTM(a.units, a.units)
x, g = torch.randn(a.steps, a.batch, a.units), torch.randn(a.steps, a.batch, a.units)
sgd = torch.optim.SGD(lstm.parameters(), lr=1e-6)


def step():
    sgd.zero_grad(set_to_none=True)
    y, _ = lstm(x)
    y.backward(g)
    sgd.step()


for _ in range(5):
    step()
times, end = [], time.perf_counter() + a.seconds
while len(times) < 5 or time.perf_counter() < end:
    start = time.perf_counter()
    step()
    times.append(1e3 * (time.perf_counter() - start))
print(json.dumps({"case": f"train/lstm{a.units}-t{a.steps}-b{a.batch}", "peer": "pytorch-" + torch.__version__, "threads": a.threads,
                  "median_ms": statistics.median(times), "min_ms": min(times), "runs": len(times)}))
