"""Writes golden numbers: what all generators of this folder share."""
import json
import pathlib
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
HERE = pathlib.Path(__file__).parent


class File:
    """Named arrays, one a line."""

    def __init__(self, name):
        self.name, self.lines = name, []
        self.add("torch", torch.tensor([int(p) for p in torch.__version__.split(".")[:2]]))

    def add(self, name, tensor):
        t = torch.as_tensor(tensor).detach()
        values = [int(v) if not t.is_floating_point() else v for v in t.reshape(-1).tolist()]
        self.lines.append(f"{json.dumps(name)}: " + json.dumps({"shape": list(t.shape), "values": values}, separators=(",", ":")))

    def write(self):
        (HERE / f"{self.name}.json").write_text("{\n" + ",\n".join(self.lines) + "\n}\n")
