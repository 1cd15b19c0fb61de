#!/usr/bin/env python3
"""Makes the golden numbers of two training steps of every convolutional network; see make_goldens.py for the rules. Run once: `python3 make_network_goldens.py`.

First values, images and labels are functions of a tensor's name and an index, so that no weights need to be stored: number i of a tensor is uniform in [-1, 1) by
SplitMix64 from the FNV-1a hash of its name, scaled, and rounded to single precision. Of every gradient, parameter and running statistic the norm and four numbers are kept.
Nearly all networks have tanh here: among a million inputs of a rectifier some are so near to zero that single precision puts them on the other side, which changes gradients by percents.
The one with rectifiers gets images (the salt) that keep all inputs away from zero.
Tensors are laid out as Evenkeel's: images [N, H, W, C], filters [KH, KW, C / groups, K], linear weights [in, out].
"""
from collections import OrderedDict
import math
import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from golden_file import File

SAMPLES = 4
CLASSES = 5
RATE = 0.005
MARGIN = 1e-5


def uniform(name, count):
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return -1 + 2 * ((z >> np.uint64(11)).astype(np.float64) * 2.0 ** -53)


def single(values, shape):
    return torch.from_numpy(values.astype(np.float32).astype(np.float64)).reshape(shape)


def ours(t):
    """PyTorch's layout as Evenkeel's."""
    return t.permute(2, 3, 1, 0) if t.dim() == 4 else t.t() if t.dim() == 2 else t


def theirs(t):
    return t.permute(3, 2, 0, 1) if t.dim() == 4 else t.t() if t.dim() == 2 else t


def names(model):
    """Evenkeel's name of every tensor."""
    norms = {name for name, module in model.named_modules() if isinstance(module, nn.BatchNorm2d)}
    parts = {"weight": "gamma", "bias": "beta", "running_mean": "running_mean", "running_var": "running_variance"}
    result = {}
    for key in model.state_dict():
        layer, part = key.rsplit(".", 1)
        if part != "num_batches_tracked":
            result[key] = f"{layer}.{parts[part] if layer in norms else part}"
    return result


def fill(model):
    for key, name in names(model).items():
        tensor, part = model.state_dict()[key], name.rsplit(".", 1)[1]
        if part.startswith("running"):
            continue
        shape = ours(tensor).shape
        u = uniform(name, tensor.numel())
        if part == "weight":
            u = u * math.sqrt((6.0 if tensor.dim() == 4 else 3.0) / math.prod(shape[:-1]))
        else:
            u = {"gamma": 1 + 0.3 * u, "beta": 0.2 * u, "bias": 0.1 * u}[part]
        with torch.no_grad():
            tensor.copy_(theirs(single(u, shape)))


class Rectifier:
    """The rectifier, and how near its inputs came to zero."""

    def __init__(self):
        self.nearest = math.inf

    def __call__(self, x):
        self.nearest = min(self.nearest, x.detach().abs().min().item())
        return F.relu(x)


activation = torch.tanh


def network(name, model, count, size, salt=0):
    f = File(f"network-{name}")
    fill(model)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=0.9)
    keys = names(model)
    losses = []
    f.add("count", torch.tensor(count))
    f.add("size", torch.tensor(size))
    f.add("classes", torch.tensor(CLASSES))
    f.add("rate", torch.tensor(RATE))
    f.add("salt", torch.tensor(salt))
    f.add("rectifies", torch.tensor(int(activation is not torch.tanh)))

    def keep(prefix, key, tensor):
        values = ours(tensor.detach()).reshape(-1)
        n = values.numel()
        places = [(j * n // SAMPLES + j) % n for j in range(SAMPLES)]
        f.add(f"{prefix}.{keys[key]}", torch.stack([values.norm()] + [values[p] for p in places]))

    for step in range(2):
        x = single(math.sqrt(3) * uniform(f"x{step}.{salt}", count * size * size * 3), (count, size, size, 3)).permute(0, 3, 1, 2)
        labels = torch.from_numpy(np.floor((uniform(f"labels{step}.{salt}", count) + 1) / 2 * CLASSES).astype(np.int64))
        optimizer.zero_grad()
        logits = model(x)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        if step == 0:
            for key, parameter in model.named_parameters():
                keep("gradient", key, parameter.grad)
        optimizer.step()
        losses.append(loss.detach())
    for key in keys:
        keep("after", key, model.state_dict()[key])
    f.add("losses", torch.stack(losses))
    if activation is not torch.tanh and activation.nearest < MARGIN:
        return False
    f.write()
    print(name, salt, losses)
    return True


class Nonlinearity(nn.Module):
    def forward(self, x):
        return activation(x)


def conv(i, o, k, stride=1, groups=1):
    return nn.Conv2d(i, o, k, stride, k // 2, groups=groups, bias=False)


class Block(nn.Module):
    def __init__(self, i, width, stride, bottleneck, shortcut):
        super().__init__()
        o = width * 4 if bottleneck else width
        plan = [(i, width, 1, 1), (width, width, 3, stride), (width, o, 1, 1)] if bottleneck else [(i, width, 3, stride), (width, o, 3, 1)]
        self.count, self.shortcut, self.grows = len(plan), shortcut, stride != 1 or i != o
        self.stride, self.extra = stride, o - i
        for number, (a, b, k, s) in enumerate(plan, 1):
            setattr(self, f"conv{number}", conv(a, b, k, s))
            setattr(self, f"bn{number}", nn.BatchNorm2d(b))
        if self.grows and shortcut == "B":
            self.downsample = nn.Sequential(conv(i, o, 1, stride), nn.BatchNorm2d(o))

    def forward(self, x):
        y = x
        for number in range(1, self.count + 1):
            y = getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(y))
            if number < self.count:
                y = activation(y)
        if self.shortcut == "none":
            return activation(y)
        if self.grows:
            x = self.downsample(x) if self.shortcut == "B" else F.pad(x[:, :, ::self.stride, ::self.stride], (0, 0, 0, 0, 0, self.extra))
        return activation(y + x)


class ResNet(nn.Module):
    def __init__(self, blocks, first, bottleneck, shortcut, large):
        super().__init__()
        self.conv1 = conv(3, first, 7, 2) if large else conv(3, first, 3)
        self.bn1, self.large, self.stages = nn.BatchNorm2d(first), large, len(blocks)
        i = first
        for stage, count in enumerate(blocks):
            width, items = first << stage, []
            for block in range(count):
                items.append(Block(i, width, 2 if block == 0 and stage > 0 else 1, bottleneck, shortcut))
                i = width * 4 if bottleneck else width
            setattr(self, f"layer{stage + 1}", nn.Sequential(*items))
        self.fc = nn.Linear(i, CLASSES)

    def forward(self, x):
        x = activation(self.bn1(self.conv1(x)))
        if self.large:
            x = F.max_pool2d(x, 3, 2, 1)
        for stage in range(1, self.stages + 1):
            x = getattr(self, f"layer{stage}")(x)
        return self.fc(x.mean((2, 3)))


class Vgg(nn.Module):
    def __init__(self, plan):
        super().__init__()
        layers, i = [], 3
        for stage, count in enumerate(plan):
            for _ in range(count):
                o = min(512, 64 << stage)
                layers += [conv(i, o, 3), nn.BatchNorm2d(o), Nonlinearity()]
                i = o
            layers.append(nn.MaxPool2d(2))
        self.features, self.classifier = nn.Sequential(*layers), nn.Linear(512, CLASSES)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class DenseLayer(nn.Module):
    def __init__(self, i, k):
        super().__init__()
        self.norm1, self.conv1, self.norm2, self.conv2 = nn.BatchNorm2d(i), conv(i, 4 * k, 1), nn.BatchNorm2d(4 * k), conv(4 * k, k, 3)

    def forward(self, x):
        return torch.cat([x, self.conv2(activation(self.norm2(self.conv1(activation(self.norm1(x))))))], 1)


class Transition(nn.Module):
    def __init__(self, i):
        super().__init__()
        self.norm, self.conv = nn.BatchNorm2d(i), conv(i, i // 2, 1)

    def forward(self, x):
        return F.avg_pool2d(self.conv(activation(self.norm(x))), 2)


class DenseNet(nn.Module):
    def __init__(self, depth, k):
        super().__init__()
        i, parts = 2 * k, OrderedDict(conv0=conv(3, 2 * k, 3))
        for block in (1, 2, 3):
            items = OrderedDict()
            for layer in range((depth - 4) // 6):
                items[f"denselayer{layer + 1}"] = DenseLayer(i, k)
                i += k
            parts[f"denseblock{block}"] = nn.Sequential(items)
            if block < 3:
                parts[f"transition{block}"] = Transition(i)
                i //= 2
        parts["norm5"] = nn.BatchNorm2d(i)
        self.features, self.classifier = nn.Sequential(parts), nn.Linear(i, CLASSES)

    def forward(self, x):
        return self.classifier(activation(self.features(x)).mean((2, 3)))


def unit(i, o, k, stride=1, groups=1):
    return nn.Sequential(conv(i, o, k, stride, groups), nn.BatchNorm2d(o), Nonlinearity())


class Inverted(nn.Module):
    def __init__(self, i, o, stride, expansion):
        super().__init__()
        h = i * expansion
        wide = [unit(i, h, 1)] if expansion != 1 else []
        self.conv = nn.Sequential(*wide, unit(h, h, 3, stride, h), conv(h, o, 1), nn.BatchNorm2d(o))
        self.adds = stride == 1 and i == o

    def forward(self, x):
        return x + self.conv(x) if self.adds else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self):
        super().__init__()
        layers, i = [unit(3, 32, 3, 2)], 32
        for t, o, count, stride in ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)):
            for block in range(count):
                layers.append(Inverted(i, o, stride if block == 0 else 1, t))
                i = o
        self.features = nn.Sequential(*layers, unit(320, 1280, 1))
        self.classifier = nn.Sequential(nn.Identity(), nn.Linear(1280, CLASSES))

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


def same(x, k, stride, value=0.0):
    """TensorFlow's padding: ceil(size / stride) places come out, an odd place goes behind."""
    def pads(size):
        total = max(0, (-(-size // stride) - 1) * stride + k - size)
        return total // 2, total - total // 2
    top, left = pads(x.shape[2]), pads(x.shape[3])
    return F.pad(x, left + top, value=value)


def largest(x, k, stride):
    return F.max_pool2d(same(x, k, stride, -math.inf), k, stride)


class Unit(nn.Module):
    def __init__(self, i, o, k, stride=1):
        super().__init__()
        self.conv, self.bn, self.k, self.stride = nn.Conv2d(i, o, k, stride, bias=False), nn.BatchNorm2d(o), k, stride

    def forward(self, x):
        return activation(self.bn(self.conv(same(x, self.k, self.stride))))


class Inception(nn.Module):
    def __init__(self, i, one, three, double, projection, maximum=False):
        super().__init__()
        self.stride, self.maximum = (1 if projection else 2), maximum or not projection
        if one:
            self.branch1 = Unit(i, one, 1)
        self.branch2 = nn.Sequential(Unit(i, three[0], 1), Unit(three[0], three[1], 3, self.stride))
        self.branch3 = nn.Sequential(Unit(i, double[0], 1), Unit(double[0], double[1], 3), Unit(double[1], double[1], 3, self.stride))
        if projection:
            self.branch4 = nn.Sequential(nn.Identity(), Unit(i, projection, 1))
        self.outputs = one + three[1] + double[1] + (projection or i)

    def forward(self, x):
        pooled = largest(x, 3, self.stride) if self.maximum else F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
        parts = [self.branch1(x)] if hasattr(self, "branch1") else []
        return torch.cat(parts + [self.branch2(x), self.branch3(x), self.branch4(pooled) if hasattr(self, "branch4") else pooled], 1)


class BnInceptionCifar(nn.Module):
    TABLE = (("3a", 64, (64, 64), (64, 96), 32), ("3b", 64, (64, 96), (64, 96), 64), ("3c", 0, (128, 160), (64, 96), 0),
             ("4a", 224, (64, 96), (96, 128), 128), ("4b", 192, (96, 128), (96, 128), 128), ("4c", 160, (128, 160), (128, 160), 96),
             ("4d", 96, (128, 192), (160, 192), 96), ("4e", 0, (128, 192), (192, 256), 0),
             ("5a", 352, (192, 320), (160, 224), 128), ("5b", 352, (192, 320), (192, 224), 128))

    def __init__(self):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = Unit(3, 16, 3), Unit(16, 16, 1), Unit(16, 48, 3)
        i = 48
        for name, one, three, double, projection in self.TABLE:
            module = Inception(i, one // 4, [v // 4 for v in three], [v // 4 for v in double], projection // 4, name == "5b")
            setattr(self, f"inception{name}", module)
            i = module.outputs
        self.fc = nn.Linear(i, CLASSES)

    def forward(self, x):
        x = self.conv3(self.conv2(largest(self.conv1(x), 3, 2)))
        for name, *_ in self.TABLE:
            x = getattr(self, f"inception{name}")(x)
        return self.fc(x.mean((2, 3)))


if __name__ == "__main__":
    network("resnet20", ResNet((3, 3, 3), 16, False, "A", False), 4, 16)
    network("resnet20-b", ResNet((3, 3, 3), 16, False, "B", False), 4, 16)
    network("resnet18", ResNet((2, 2, 2, 2), 64, False, "B", True), 8, 64)
    network("resnet50", ResNet((3, 4, 6, 3), 64, True, "B", True), 8, 64)
    network("vgg11", Vgg((1, 1, 2, 2, 2)), 16, 32)
    network("densenet-bc-40-12", DenseNet(40, 12), 4, 16)
    network("mobilenetv2", MobileNetV2(), 8, 64)
    network("bn-inception-cifar", BnInceptionCifar(), 8, 32)
    for salt in range(1000):
        activation = Rectifier()
        if network("plain20", ResNet((3, 3, 3), 16, False, "none", False), 4, 8, salt):
            break
