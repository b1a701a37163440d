# SPDX-License-Identifier: MIT
"""Draws the table of docs/performance.md that sets this reader beside what is published.

usage: scoring_chart.py TOP           writes docs/performance/scoring.svg
       scoring_chart.py --check TOP   fails if that picture is not what the table says

One row a category, one mark a reader. Marks differ in shape as well as in colour (Okabe and Ito's, which
colour-blind people tell apart), and the one that was measured here is the only one that is filled.
"""
import re
import sys
from pathlib import Path

HEADER = "| category | codes | qrconfirm |"
READERS = {"qrconfirm": "#0072b2", "Dynamsoft": "#d55e00", "BoofCV": "#009e73", "WeChat": "#cc79a7", "ZBar": "#333333"}
WIDTH, LEFT, RIGHT = 860, 190, 30
TOP, ROW, BOTTOM = 92, 30, 56
SIZE = 7  # of a mark, from its middle


def rows_of(text):
    """Each row as (category, codes, {reader: percent}), the mean first."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(HEADER))
    names = [cell.strip() for cell in lines[start].strip("|").split("|")]
    rows = []
    for line in lines[start + 2:]:
        if not line.startswith("|"):
            break
        cells = dict(zip(names, (cell.strip(" *") for cell in line.strip("|").split("|"))))
        # ours says "29 (82.9)"; the mean is a bare number
        shares = {name: float(re.search(r"[\d.]+(?=\)?$)", cells[name]).group()) for name in READERS}
        rows.append((cells["category"], int(cells["codes"]), shares))
    if len(rows) < 2 or not rows[-1][0].startswith("mean"):
        raise ValueError("the table has no mean at its end")
    return rows[-1:] + rows[:-1]


def x_of(percent):
    return LEFT + (WIDTH - LEFT - RIGHT) * percent / 100


def mark(reader, x, y):
    look = f'fill="{READERS[reader] if reader == "qrconfirm" else "none"}" stroke="{READERS[reader]}" stroke-width="2"'
    corners = {"Dynamsoft": [(-1, -1), (1, -1), (1, 1), (-1, 1)], "BoofCV": [(0, -1.2), (1.1, 0.9), (-1.1, 0.9)],
               "WeChat": [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)]}
    if reader == "qrconfirm":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{SIZE}" {look}/>'
    if reader == "ZBar":
        return (f'<path d="M{x - SIZE:.1f} {y - SIZE:.1f}l{2 * SIZE} {2 * SIZE}m0 {-2 * SIZE}l{-2 * SIZE} {2 * SIZE}" '
                f'{look}/>')
    scale = SIZE * 0.85 if reader == "Dynamsoft" else SIZE
    points = " ".join(f"{x + scale * u:.1f},{y + scale * v:.1f}" for u, v in corners[reader])
    return f'<polygon points="{points}" {look}/>'


def legend():
    x = 20  # the names are of about one length
    for reader in READERS:
        yield mark(reader, x + SIZE, 56)
        yield f'<text x="{x + 22}" y="61">{reader}</text>'
        x += 124
    yield f'<text x="{x}" y="61" fill="#555555">open marks: as published</text>'


def axes(rows):
    bottom = TOP + ROW * len(rows)
    for percent in range(0, 101, 20):
        x = x_of(percent)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="#cccccc"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{percent} %</text>'
    yield (f'<text x="{x_of(50):.1f}" y="{bottom + 42}" text-anchor="middle">share of the marked codes that are read, '
           "one look at each photograph</text>")


def draw(rows):
    height = TOP + ROW * len(rows) + BOTTOM
    codes = rows[0][1]
    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
           'font-family="sans-serif" font-size="15">')
    yield '<rect width="100%" height="100%" fill="white"/>'
    yield '<text x="20" y="28" font-size="19" font-weight="bold">QR codes read in photographs, by category</text>'
    yield from legend()
    yield from axes(rows)
    for place, (category, count, shares) in enumerate(rows):
        y = TOP + ROW * (place + 0.5)
        weight = ' font-weight="bold"' if place == 0 else ""
        yield f'<rect x="0" y="{TOP}" width="{WIDTH}" height="{ROW}" fill="#0072b2" fill-opacity="0.08"/>' if place == 0 \
            else f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" stroke="#eeeeee"/>'
        name = "mean" if place == 0 else category
        yield f'<text x="{LEFT - 14}" y="{y + 5:.1f}" text-anchor="end"{weight}>{name} (n = {count})</text>'
        for reader in READERS:  # the open ones lie over the filled one
            yield mark(reader, x_of(shares[reader]), y)
    yield (f"<desc>Drawn by tests/bench/scoring_chart.py from docs/performance.md. n: marked codes here, {codes} in all; "
           "published shares are of the whole set.</desc>")
    yield "</svg>"


def main():
    check = sys.argv[1:2] == ["--check"]
    top = Path(sys.argv[-1])
    try:
        rows = rows_of((top / "docs/performance.md").read_text())
    except (StopIteration, ValueError, KeyError, AttributeError) as error:
        sys.exit(f"docs/performance.md: the table cannot be read: {error!r}")
    drawn = "\n".join(draw(rows)) + "\n"
    picture = top / "docs/performance/scoring.svg"
    if not check:
        picture.write_text(drawn)
    elif not picture.exists() or picture.read_text() != drawn:
        sys.exit("docs/performance/scoring.svg is not what the table says: tests/bench/scoring_chart.py . draws it again")


if __name__ == "__main__":
    main()
