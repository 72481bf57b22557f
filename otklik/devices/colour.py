"""Colours that stay readable whatever accent a company has (WCAG 2.2 relative luminance and contrast)."""

import colorsys
import dataclasses

INK = "#17181c"
PAPER = "#ffffff"
TEXT_CONTRAST = 7.0
EDGE_CONTRAST = 3.0


@dataclasses.dataclass(frozen=True, slots=True)
class Palette:
    """`strong` carries `on_strong` text and reads on `paper` and `tint`; `edge` draws lines and focus on both."""

    paper: str
    tint: str
    ink: str
    strong: str
    on_strong: str
    edge: str


def channels(colour: str) -> tuple[float, float, float]:
    """Three numbers from 0 to 1 of "#rrggbb"."""
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def hexed(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(min(1.0, max(0.0, part)) * 255):02x}" for part in parts)


def luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """`share` of `one`, the rest of `other`."""
    first, second = channels(one), channels(other)
    red, green, blue = (a * share + b * (1 - share) for a, b in zip(first, second, strict=True))
    return hexed((red, green, blue))


def darkened(colour: str, against: str, wanted: float) -> str:
    """The lightest shade of the same hue that reaches the contrast with a light background."""
    hue, light, saturation = colorsys.rgb_to_hls(*channels(colour))
    shade = colour
    while contrast(shade, against) < wanted and light > 0:
        light = max(0.0, light - 0.01)
        shade = hexed(colorsys.hls_to_rgb(hue, light, saturation))
    return shade


def palette(accent: str) -> Palette:
    """Colours of a panel from a company's accent; every pair that carries text reaches 7:1."""
    accent = accent.lower()
    tint = mixed(accent, PAPER, 0.07)
    return Palette(
        paper=PAPER,
        tint=tint,
        ink=INK,
        strong=darkened(accent, tint, TEXT_CONTRAST),
        on_strong=PAPER,
        edge=darkened(accent, tint, EDGE_CONTRAST),
    )
