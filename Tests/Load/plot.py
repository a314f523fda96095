"""Small charts as SVG: points, lines, axes with their units. Readable on light and dark pages."""

import html
import math

WIDTH, HEIGHT = 720, 340
LEFT, RIGHT, TOP, BOTTOM = 78, 18, 44, 52
STYLE = """
text { font: 13px system-ui, sans-serif; fill: var(--ink) } .title { font-weight: 600; font-size: 15px }
.paper { fill: var(--paper) } .grid { stroke: var(--grid); stroke-width: 1 }
.line { fill: none; stroke: var(--data); stroke-width: 2 } .dot { fill: var(--data); opacity: .45 }
svg { --paper: #ffffff; --ink: #24292f; --grid: #d8dee4; --data: #0b5cad }
@media (prefers-color-scheme: dark) {
svg { --paper: #0d1117; --ink: #e6edf3; --grid: #30363d; --data: #79b8ff } }
"""


def ticks(least, most, about=5):
    """Round numbers from the one to the other: 1, 2 or 5 times a power of ten apart."""
    if most <= least:
        most = least + 1
    raw = (most - least) / about
    power = 10 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * 0.999)
    first = math.floor(least / step)
    last = math.ceil(most / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


def powers(most):
    return [10**n for n in range(math.ceil(math.log10(max(most, 10)) - 1e-9) + 1)]


def label(number):
    return f"{number:,.10g}"


def chart(title, x_label, y_label, dots, line=(), is_log=False):
    """The SVG's text: `dots` as they are, `line` joined. From zero on, `is_log` only across."""
    points = [*dots, *line]
    ys = ticks(0, max(y for _, y in points))
    xs = powers(max(x for x, _ in points)) if is_log else ticks(
        min(0, min(x for x, _ in points)), max(x for x, _ in points), 6)

    def across(x):
        low, high = (math.log10(v) for v in (xs[0], xs[-1])) if is_log else (xs[0], xs[-1])
        share = ((math.log10(max(x, 1)) if is_log else x) - low) / (high - low)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def down(y):
        return HEIGHT - BOTTOM - (y - ys[0]) / (ys[-1] - ys[0]) * (HEIGHT - TOP - BOTTOM)

    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
           f'aria-label="{html.escape(title)}"><style>{STYLE}</style>',
           f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}"/>',
           f'<text class="title" x="{LEFT}" y="24">{html.escape(title)}</text>']
    for y in ys:
        out.append(f'<path class="grid" d="M{LEFT} {down(y):.1f}H{WIDTH - RIGHT}"/>'
                   f'<text x="{LEFT - 8}" y="{down(y) + 4:.1f}" text-anchor="end">{label(y)}</text>')
    for x in xs:
        out.append(f'<path class="grid" d="M{across(x):.1f} {TOP}V{HEIGHT - BOTTOM}"/>'
                   f'<text x="{across(x):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">'
                   f'{label(x)}</text>')
    middle = (TOP + HEIGHT - BOTTOM) / 2
    out.append(f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 12}" text-anchor="middle">'
               f'{html.escape(x_label)}</text>'
               f'<text x="18" y="{middle}" text-anchor="middle" transform="rotate(-90 18 {middle})">'
               f'{html.escape(y_label)}</text>')
    out += [f'<circle class="dot" cx="{across(x):.1f}" cy="{down(y):.1f}" r="3"/>' for x, y in dots]
    if line:
        path = "L".join(f"{across(x):.1f} {down(y):.1f}" for x, y in line)
        out.append(f'<path class="line" d="M{path}"/>')
    return "\n".join([*out, "</svg>\n"])
