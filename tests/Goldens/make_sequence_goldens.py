#!/usr/bin/env python3
"""Makes the golden numbers of embeddings, padded sequences and attention; see make_goldens.py for the rules. Run once: `python3 make_sequence_goldens.py`. Weights are `[units, inputs]`, as PyTorch stores them."""
import torch
from torch import nn
from golden_file import File

torch.manual_seed(1706)
f = File("sequences")
mask = torch.tensor([[1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0], [1, 1, 1, 1, 0, 0], [1, 1, 1, 0, 0, 0]])
lengths = mask.sum(1)


def add(name, **tensors):
    for key, value in tensors.items():
        f.add(f"{name}.{key}", value)


def add_parameters(name, module):
    for key, parameter in module.named_parameters():
        f.add(f"{name}.{key}", parameter)
        f.add(f"{name}.d{key}", parameter.grad)


# Token 0 is padding.
table = nn.Embedding(7, 5, padding_idx=0)
ids = torch.randint(1, 7, mask.shape) * mask
y = table(ids)
dy = torch.randn(y.shape)
y.backward(dy)
add("embedding", x=ids.double(), y=y, dy=dy)
add_parameters("embedding", table)

# Batch normalisation of the valid steps alone: PyTorch is given them as rows.
norm = nn.BatchNorm1d(3)
nn.init.normal_(norm.weight), nn.init.normal_(norm.bias)
x = (torch.randn(*mask.shape, 3) * 2 + 1).requires_grad_()
y = torch.zeros_like(x)
y[mask.bool()] = norm(x[mask.bool()])
dy = torch.randn(y.shape)
y.backward(dy)
add("norm", x=x, mask=mask.double(), y=y, dy=dy, dx=x.grad, running_mean=norm.running_mean, running_var=norm.running_var)
add_parameters("norm", norm)

# The last valid state of an LSTM over packed sequences; padding is 0.
lstm = nn.LSTM(3, 5, batch_first=True)
x = torch.randn(*mask.shape, 3) * mask[..., None]
_, (h, _) = lstm(nn.utils.rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False))
dy = torch.randn(h[0].shape)
h[0].backward(dy)
add("packed", x=x, y=h[0], dy=dy)
add_parameters("packed", lstm)

# Padding is 0 in x; masks of PyTorch are true where nobody looks.
for name, causal, padded in (("attention", False, False), ("causal", True, False), ("padded", False, True), ("padded_causal", True, True)):
    attention = nn.MultiheadAttention(8, 2, batch_first=True)
    nn.init.normal_(attention.in_proj_bias), nn.init.normal_(attention.out_proj.bias)
    x = torch.randn(*mask.shape, 8)
    if padded:
        x = x * mask[..., None]
    x.requires_grad_()
    later = torch.ones(6, 6).triu(1).bool() if causal else None
    y, _ = attention(x, x, x, attn_mask=later, key_padding_mask=~mask.bool() if padded else None)
    dy = torch.randn(y.shape)
    y.backward(dy)
    add(name, x=x, y=y, dy=dy, dx=x.grad)
    add_parameters(name, attention)

for name, first, activation in (("block_after", False, "relu"), ("block_first", True, "gelu")):
    block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0, activation=activation, batch_first=True, norm_first=first)
    for parameter in block.parameters():
        if parameter.dim() == 1:
            nn.init.normal_(parameter)
    x = torch.randn(*mask.shape, 8).requires_grad_()
    y = block(x)
    dy = torch.randn(y.shape)
    y.backward(dy)
    add(name, x=x, y=y, dy=dy, dx=x.grad)
    add_parameters(name, block)
f.write()
