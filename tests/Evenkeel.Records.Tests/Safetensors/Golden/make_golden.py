"""Writes golden.safetensors with nothing but the published layout, independently of Evenkeel's writer.

Layout: 8 bytes little-endian header length, JSON header padded with spaces to a multiple of 8, data.
Tensors are ordered by element size, largest first, then by name. Run: python3 make_golden.py
"""
import json
import os
import struct

TENSORS = [  # name, dtype, shape, struct format, values
    ("count", "I64", [], "<q", [-(2**62)]),
    ("wide", "F64", [2], "<d", [0.1, -1e300]),
    ("labels", "I32", [3], "<i", [7, -1, 2**31 - 1]),
    ("layer.weight", "F32", [2, 3], "<f", [0.0, -0.0, 1.5, float("inf"), 3.4028234663852886e38, 1.401298464324817e-45]),
    ("layer.ünïcode", "F32", [0, 5], "<f", []),
    ("mask", "U8", [2, 2], "<B", [0, 1, 254, 255]),
]
METADATA = {"configuration": '{"lr":0.1,"text":"line\nbreak"}', "format": "evenkeel", "γ": "β"}

header, data = {"__metadata__": METADATA}, b""
for name, dtype, shape, fmt, values in TENSORS:
    begin = len(data)
    data += b"".join(struct.pack(fmt, v) for v in values)
    header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [begin, len(data)]}
text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
text += b" " * (-len(text) % 8)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.safetensors"), "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text + data)
