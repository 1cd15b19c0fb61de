#!/usr/bin/env python3
"""Makes image-files.json beside this script with Pillow: small PNG and JPEG files as bytes, and the pixels that Pillow decodes them to.

Run once: `python3 make_image_file_goldens.py`. Pixels are [H, W, C] with one channel for grey and three otherwise; transparency is left out.
Interlaced PNG and 16-bit colour are written by the few lines here, since Pillow does not write them.
"""
import io
import math
import struct
import zlib
import torch
from PIL import Image
from golden_file import File

HEIGHT, WIDTH = 21, 29
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def picture():
    pixels = []
    for y in range(HEIGHT):
        for x in range(WIDTH):
            inside = (x - 18) ** 2 + (y - 9) ** 2 < 30
            pixels.append((int(8 * x + 10), int(127 + 100 * math.sin(y / 4)), 220 if inside else int(10 * y)))
    image = Image.new("RGB", (WIDTH, HEIGHT))
    image.putdata(pixels)
    return image


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, kind, rows, interlaced=False):
    """A file without row filters from functions of (x, y) that give the bytes of a pixel."""
    raw = b""
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        for y in range(y0, height, dy):
            row = b"".join(rows(x, y) for x in range(x0, width, dx))
            raw += b"\0" + row if row else b""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def main():
    f = File("image-files")
    rgb = picture()
    grey = rgb.convert("L")

    def add(name, data, expected=None):
        expected = expected or Image.open(io.BytesIO(data))
        channels = 1 if expected.mode in ("1", "L", "LA") else 3
        expected = expected.convert("L" if channels == 1 else "RGB")
        f.add(f"{name}.file", torch.tensor(list(data), dtype=torch.int64))
        f.add(f"{name}.pixels", torch.tensor(list(expected.tobytes()), dtype=torch.int64).reshape(expected.height, expected.width, channels))

    def save(name, image, kind, **options):
        stream = io.BytesIO()
        image.save(stream, kind, **options)
        add(name, stream.getvalue())

    alpha = rgb.copy()
    alpha.putalpha(grey)
    save("png-rgb", rgb, "PNG")
    add("png-rgba", (lambda s: (alpha.save(s, "PNG"), s.getvalue())[1])(io.BytesIO()), rgb)
    save("png-grey", grey, "PNG")
    add("png-grey-alpha", (lambda s: (Image.merge("LA", (grey, grey)).save(s, "PNG"), s.getvalue())[1])(io.BytesIO()), grey)
    save("png-bits", grey.convert("1"), "PNG")
    for colours, bits in ((2, 1), (4, 2), (16, 4), (100, 8)):
        save(f"png-palette-{bits}", rgb.quantize(colours), "PNG", bits=bits)
    add("png-16", png(WIDTH, HEIGHT, 16, 2, lambda x, y: b"".join(bytes([v, 255 - v]) for v in rgb.getpixel((x, y)))), rgb)
    add("png-grey-16", png(WIDTH, HEIGHT, 16, 0, lambda x, y: bytes([grey.getpixel((x, y)), 77])), grey)
    add("png-interlaced", png(WIDTH, HEIGHT, 8, 2, lambda x, y: bytes(rgb.getpixel((x, y))), True), rgb)
    add("png-interlaced-1x1", png(1, 1, 8, 0, lambda x, y: b"\x2a", True), Image.new("L", (1, 1), 42))
    save("jpeg-grey", grey, "JPEG", quality=90)
    for name, subsampling in (("444", 0), ("422", 1), ("420", 2)):
        save(f"jpeg-{name}", rgb, "JPEG", quality=90, subsampling=subsampling)
    save("jpeg-420-optimized", rgb, "JPEG", quality=60, subsampling=2, optimize=True)
    save("jpeg-progressive-444", rgb, "JPEG", quality=90, subsampling=0, progressive=True)
    save("jpeg-progressive-420", rgb, "JPEG", quality=75, subsampling=2, progressive=True)
    save("jpeg-progressive-grey", grey, "JPEG", quality=90, progressive=True)
    save("jpeg-1x1", rgb.crop((3, 3, 4, 4)), "JPEG", quality=95)
    save("jpeg-16x8", rgb.crop((0, 0, 16, 8)), "JPEG", quality=95)
    for name, size in (("half", (15, 10)), ("third", (10, 7)), ("narrow", (5, 21)), ("large", (40, 33))):
        resized = rgb.resize(size, Image.BILINEAR)
        f.add(f"resize-{name}.pixels", torch.tensor(list(resized.tobytes()), dtype=torch.int64).reshape(size[1], size[0], 3))
    f.write()


main()
