"""A picture as a list of lines, areas and words, written as SVG or, with Pillow, as PNG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from pathlib import Path

Pixel = tuple[float, float]

INK = "#222222"
SOFT = "#8a8a8a"
FAINT = "#d5d5d5"
PAPER = "#ffffff"

# PNG: drawn so many times as large, then made smaller, so that edges come out smooth.
_OVERSAMPLING = 3
_FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "Arial.ttf")


@dataclass(frozen=True)
class Stroke:
    """How a line is drawn: colour, width in pixels, lengths of dashes and gaps (none: solid)."""

    colour: str = INK
    width: float = 1.0
    dash: tuple[float, ...] = ()


@dataclass(frozen=True)
class Shape:
    """A line or, ``closed``, an area; ``about`` becomes data-* attributes in SVG."""

    points: tuple[Pixel, ...]
    stroke: Stroke | None
    fill: str | None
    closed: bool
    about: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Words:
    """A line of text; ``anchor`` is start, middle or end of it."""

    at: Pixel
    text: str
    size: int
    anchor: str
    colour: str


@dataclass
class Picture:
    """What is drawn, in order, on ``width`` times ``height`` pixels."""

    width: int
    height: int
    title: str
    items: list[Shape | Words] = field(default_factory=list)

    def line(self, points: Iterable[Pixel], stroke: Stroke) -> None:
        """Draw a line through some points."""
        self.items.append(Shape(tuple(points), stroke, None, closed=False))

    def area(
        self,
        points: Iterable[Pixel],
        fill: str | None,
        stroke: Stroke | None = None,
        **about: object,
    ) -> None:
        """Fill an area, and draw its outline."""
        told = tuple((name, str(value)) for name, value in about.items())
        self.items.append(Shape(tuple(points), stroke, fill, closed=True, about=told))

    def words(
        self, at: Pixel, text: str, *, size: int = 13, anchor: str = "start", colour: str = INK
    ) -> None:
        """Write a line; ``at`` is on its base line."""
        self.items.append(Words(at, text, size, anchor, colour))

    def svg(self) -> str:
        """Write the picture as an SVG element that stands alone."""
        lines = [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" '
                f'viewBox="0 0 {self.width} {self.height}" '
                f'width="{self.width}" height="{self.height}" role="img" '
                f'font-family="DejaVu Sans, Arial, sans-serif">'
            ),
            f"<title>{escape(self.title)}</title>",
            f'<rect width="{self.width}" height="{self.height}" fill="{PAPER}"/>',
        ]
        lines += [_svg_of(item) for item in self.items]
        return "\n".join([*lines, "</svg>"])

    def png(self, path: Path) -> None:
        """Write the picture as PNG; needs Pillow (``locks/examples.txt``)."""
        from PIL import Image, ImageDraw

        scale = _OVERSAMPLING
        image = Image.new("RGB", (self.width * scale, self.height * scale), PAPER)
        draw = ImageDraw.Draw(image)
        for item in self.items:
            if isinstance(item, Words):
                _write(draw, item, scale)
            else:
                _paint(draw, item, scale)
        image.resize((self.width, self.height), Image.Resampling.LANCZOS).save(path, optimize=True)


def _svg_of(item: Shape | Words) -> str:
    if isinstance(item, Words):
        x, y = item.at
        halo = f'stroke="{PAPER}" stroke-width="3.5" paint-order="stroke" stroke-linejoin="round"'
        return (
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{item.size}" text-anchor="{item.anchor}" '
            f'fill="{item.colour}" {halo}>{escape(item.text)}</text>'
        )
    points = " ".join(f"{x:.2f},{y:.2f}" for x, y in item.points)
    style = f'fill="{item.fill or "none"}"'
    if item.stroke is not None:
        style += f' stroke="{item.stroke.colour}" stroke-width="{item.stroke.width:g}"'
        if item.stroke.dash:
            style += f' stroke-dasharray="{" ".join(f"{n:g}" for n in item.stroke.dash)}"'
    about = "".join(f' data-{name}="{escape(value)}"' for name, value in item.about)
    name = "polygon" if item.closed else "polyline"
    return f'<{name} points="{points}" stroke-linejoin="round" {style}{about}/>'


def _paint(draw, item: Shape, scale: int) -> None:
    points = [(x * scale, y * scale) for x, y in item.points]
    if item.fill is not None and len(points) > 2:
        draw.polygon(points, fill=item.fill)
    if item.stroke is None:
        return
    width = max(1, round(item.stroke.width * scale))
    path = [*points, points[0]] if item.closed else points
    runs = _dashed(path, [n * scale for n in item.stroke.dash]) if item.stroke.dash else [path]
    for run in runs:
        if len(run) > 1:
            draw.line(run, fill=item.stroke.colour, width=width, joint="curve")


def _dashed(path: Sequence[Pixel], dash: Sequence[float]) -> list[list[Pixel]]:
    """Cut a line into its dashes."""
    pattern = list(dash) * (1 + len(dash) % 2)
    runs: list[list[Pixel]] = [[path[0]]]
    number, left = 0, pattern[0]
    for here, there in pairwise(path):
        (x0, y0), (x1, y1) = here, there
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        done = 0.0
        while length - done > left:
            done += left
            at = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length)
            if number % 2 == 0:
                runs[-1].append(at)
            else:
                runs.append([at])
            number += 1
            left = pattern[number % len(pattern)]
        left -= length - done
        if number % 2 == 0:
            runs[-1].append(there)
    return runs


def _write(draw, item: Words, scale: int) -> None:
    anchor = {"start": "ls", "middle": "ms", "end": "rs"}[item.anchor]
    at = (item.at[0] * scale, item.at[1] * scale)
    font = _font(item.size * scale)
    halo = round(1.8 * scale)
    draw.text(at, item.text, item.colour, font, anchor, stroke_width=halo, stroke_fill=PAPER)
    draw.text(at, item.text, item.colour, font, anchor)


def _font(size: int):
    from PIL import ImageFont

    for name in _FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)  # comes with Pillow; Latin letters only
