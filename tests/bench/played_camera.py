# SPDX-License-Identifier: MIT
"""The film that tests/bench/played_camera.c plays: a Y4M as the pictures of a V4L2 format, or an MJPEG."""
import struct
from pathlib import Path

PICTURES_MAX = 16
PAGE = 4096


def read_y4m(path):
    """Width, height, and the luma of each picture."""
    header, _, rest = Path(path).read_bytes().partition(b"\n")
    words = header.split()
    width, height = (int(word[1:]) for word in words[1:3])
    area = width * height
    chroma = 0 if b"Cmono" in words else 2 * ((width + 1) // 2) * ((height + 1) // 2)
    step = len(b"FRAME\n") + area + chroma
    return width, height, [rest[at + step - area - chroma:][:area] for at in range(0, len(rest), step)]


def read_mjpeg(path):
    """Width, height, and each JPEG."""
    coded = Path(path).read_bytes()
    pictures = [b"\xff\xd8" + rest for rest in coded.split(b"\xff\xd8")[1:]]
    frame = pictures[0].index(b"\xff\xc0") + 5  # baseline: height and width stand there
    height, width = struct.unpack(">HH", pictures[0][frame:frame + 4])
    return width, height, pictures


def packed(luma, _):
    """Luma in every second byte, between gray chroma."""
    pixels = bytearray(b"\x80") * (2 * len(luma))
    pixels[::2] = luma
    return bytes(pixels)


def rows_in_turn(luma, width):
    """Two rows of luma, then one of chroma."""
    return b"".join(luma[at:at + 2 * width] + b"\x80" * width for at in range(0, len(luma), 2 * width))


# By the four letters of V4L2: bytes from row to row for a pixel's width, and what is made of luma.
FORMATS = {
    b"GREY": (1, lambda luma, _: luma),
    b"NV12": (1, lambda luma, _: luma + b"\x80" * (len(luma) // 2)),
    b"YUYV": (2, packed),
    b"M420": (1, rows_in_turn),
    b"MJPG": (0, lambda coded, _: coded),
}


def write(film, pixels, folder):
    """Lays the film into `folder`, which PLAYED_CAMERA is to name."""
    step, made_of = FORMATS[pixels]
    width, height, pictures = read_mjpeg(film) if pixels == b"MJPG" else read_y4m(film)
    pictures = [made_of(picture, width) for picture in pictures[:PICTURES_MAX]]
    room = -(-max(map(len, pictures)) // PAGE) * PAGE
    sizes = [len(picture) for picture in pictures] + [0] * (PICTURES_MAX - len(pictures))
    head = pixels + struct.pack(f"={5 + PICTURES_MAX}I", width, height, step * width, len(pictures), room, *sizes)
    (Path(folder) / "video0").write_bytes(
        head.ljust(PAGE, b"\0") + b"".join(picture.ljust(room, b"\0") for picture in pictures))
