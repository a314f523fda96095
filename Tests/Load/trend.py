"""Whether something grows: percentiles, means of blocks, a slope and how sure it is."""

import dataclasses
import math
import statistics


def percentile(values, share):
    """The least value that `share` of them, 0 to 1, do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def blocks(samples, length):
    """Means of time and value of `(time, value)` in stretches of this length, whole ones only."""
    found = {}
    for time, value in samples:
        found.setdefault(int(time // length), []).append((time, value))
    if found and samples[-1][0] % length < 0.8 * length:
        found.pop(max(found))
    return [(statistics.fmean(t for t, _ in block), statistics.fmean(v for _, v in block))
            for _, block in sorted(found.items())]


@dataclasses.dataclass
class Slope:
    """What the value grows by in one unit of time, and between which bounds with 95 %."""
    slope: float
    low: float
    high: float
    autocorrelation: float


def student(freedom, share=0.975):
    """Quantile of Student's distribution, by Cornish and Fisher: 0.3 % wrong at 4, less above."""
    z = statistics.NormalDist().inv_cdf(share)
    terms = [(z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96,
             (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384]
    return z + sum(term / freedom**power for power, term in enumerate(terms, 1))


def slope(points):
    """Least squares. What is left over is correlated from one point to the next (a heap grows in
    steps): each point then says less, by (1 − r) / (1 + r), r that of neighbours, never below 0."""
    count = len(points)
    if count < 6:
        raise ValueError(f"{count} points, expected at least 6")
    mean_time = statistics.fmean(t for t, _ in points)
    mean_value = statistics.fmean(v for _, v in points)
    spread = sum((t - mean_time) ** 2 for t, _ in points)
    rise = sum((t - mean_time) * (v - mean_value) for t, v in points) / spread
    rest = [v - mean_value - rise * (t - mean_time) for t, v in points]
    squares = sum(e * e for e in rest)
    if squares <= 1e-18 * max(1, mean_value * mean_value):
        return Slope(rise, rise, rise, 0)
    neighbours = sum(a * b for a, b in zip(rest, rest[1:])) / squares
    # A short series shows less of it than there is (Kendall): of a trend's rest, about this much.
    neighbours = min(0.95, max(0, neighbours + (2 + 4 * neighbours) / count))
    kept = (1 - neighbours) / (1 + neighbours)
    freedom = max(4, count * kept - 2)
    error = math.sqrt(squares / (count - 2) / spread / kept)
    reach = student(freedom) * error
    return Slope(rise, rise - reach, rise + reach, neighbours)
