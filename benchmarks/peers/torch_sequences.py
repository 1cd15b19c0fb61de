#!/usr/bin/env python3
"""Times PyTorch on the cases `train/lstm...` and `train/transformer...` of `bench`: forward, backward from a given cotangent, plain gradient descent.

    torch_sequences.py [lstm|transformer] [--threads 2] [--seconds 1.5] [--features 256] [--steps 32] [--batch 64]

Prints the same JSON object as `bench --json`: case, peer, threads, median_ms, min_ms, runs.
"""
import argparse, json, statistics, time
import torch

parser = argparse.ArgumentParser()
parser.add_argument("layer", nargs="?", choices=("lstm", "transformer"), default="lstm")
for name, default in (("threads", 2), ("features", 256), ("steps", 32), ("batch", 64)):
    parser.add_argument(f"--{name}", type=int, default=default)
parser.add_argument("--seconds", type=float, default=1.5)
a = parser.parse_args()
torch.set_num_threads(a.threads)
torch.manual_seed(0)
# Time-major, PyTorch's own order, is the faster one for its LSTM, samples first for its block.
if a.layer == "lstm":
    lstm, shape = torch.nn.LSTM(a.features, a.features), (a.steps, a.batch, a.features)
    layer, run = lstm, lambda x: lstm(x)[0]
else:
    layer = run = torch.nn.TransformerEncoderLayer(a.features, a.features // 16, 4 * a.features, dropout=0, batch_first=True, norm_first=True)
    shape = (a.batch, a.steps, a.features)
x, g = torch.randn(shape), torch.randn(shape)
sgd = torch.optim.SGD(layer.parameters(), lr=1e-6)


def step():
    sgd.zero_grad(set_to_none=True)
    run(x).backward(g)
    sgd.step()


for _ in range(5):
    step()
times, end = [], time.perf_counter() + a.seconds
while len(times) < 5 or time.perf_counter() < end:
    start = time.perf_counter()
    step()
    times.append(1e3 * (time.perf_counter() - start))
print(json.dumps({"case": f"train/{a.layer}{a.features}-t{a.steps}-b{a.batch}", "peer": "pytorch-" + torch.__version__, "threads": a.threads,
                  "median_ms": statistics.median(times), "min_ms": min(times), "runs": len(times)}))
