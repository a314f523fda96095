"""The judges of `make soak`, `make growth`, `make tls` and their charts: what they find, and what they miss."""

import math
import pathlib
import random
import sys
import xml.etree.ElementTree as xml

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Load"))
import growth
import plot
import soak
import tls
import trend

MEBIBYTE = 2**20


def noise(count, correlation, seed):
    """Each is `correlation` of the one before, and something new."""
    dice, value = random.Random(seed), 0.0
    for _ in range(count):
        value = correlation * value + dice.gauss(0, 1)
        yield value


def samples(growth_per_hour=0, minutes=60, **more):
    """What a soak collects, every ten seconds."""
    dice = random.Random(7)
    for second in range(10, minutes * 60 + 1, 10):
        yield {"second": second, "resident": 60 * MEBIBYTE + growth_per_hour * second / 3600
               + dice.gauss(0, 20_000), "descriptors": 224 + second % 3, "threads": 3, "core": 0.3,
               "p50_us": 150, "p99_us": 2_000 + dice.gauss(0, 100), **{k: f(second) for k, f in more.items()}}


def test_percentiles_are_values_that_occurred():
    values = list(range(1, 101))
    assert [trend.percentile(values, share) for share in (0, 0.5, 0.99, 1)] == [1, 50, 99, 100]
    assert trend.percentile([3], 0.99) == 3


def test_blocks_are_means_of_whole_stretches():
    found = trend.blocks([(t, t) for t in range(0, 130, 10)], 60)
    assert found == [(25, 25), (85, 85)]


@pytest.mark.parametrize("freedom, exact", [(4, 2.776), (10, 2.228), (60, 2.000)])
def test_students_quantile(freedom, exact):
    assert math.isclose(trend.student(freedom), exact, rel_tol=0.004)


def test_a_straight_line_has_its_slope_and_no_doubt():
    found = trend.slope([(t, 5 + 2 * t) for t in range(10)])
    assert math.isclose(found.slope, 2) and math.isclose(found.low, found.high)
    assert trend.slope([(t, 7) for t in range(10)]).slope == 0


@pytest.mark.parametrize("correlation", [0, 0.6])
def test_the_interval_has_the_truth_in_it_nearly_as_often_as_it_says(correlation):
    hits = naive = 0
    for seed in range(400):
        values = list(noise(60, correlation, seed))
        found = trend.slope([(t, v + 0.01 * t) for t, v in enumerate(values)])
        hits += found.low <= 0.01 <= found.high
        # As if each said as much as one that knows nothing of its neighbours.
        half = (found.high - found.low) / 2 * math.sqrt(
            (1 - found.autocorrelation) / (1 + found.autocorrelation))
        naive += abs(found.slope - 0.01) <= half
    assert hits >= 0.90 * 400
    assert naive < 0.85 * 400 or correlation == 0


def test_too_few_points_are_no_trend():
    with pytest.raises(ValueError):
        trend.slope([(0, 0)] * 5)


def test_a_soak_that_keeps_its_size_is_well():
    found, wrong = soak.judge(list(samples()), 60)
    assert wrong == [] and found["warm_up_seconds"] == 600


def test_what_grows_while_it_warms_up_is_not_a_leak():
    kept = [{**s, "resident": s["resident"] + 20_000 * min(s["second"], 590)} for s in samples()]
    assert soak.judge(kept, 60)[1] == []


@pytest.mark.parametrize("planted, said", [
    ({"growth_per_hour": 1.5 * MEBIBYTE}, "memory grows"),
    # A hundred bytes of each of 4,000 messages a second.
    ({"growth_per_hour": 100 * 4_000 * 3600}, "memory grows"),
    ({"descriptors": lambda second: 224 + second // 600}, "descriptors grow"),
    ({"threads": lambda second: 3 + second // 900}, "threads grow"),
    ({"p99_us": lambda second: 2_000 + second / 10 + second % 70}, "p99 drifts"),
])
def test_a_soak_notices(planted, said):
    _, wrong = soak.judge(list(samples(**planted)), 60)
    assert any(one.startswith(said) for one in wrong), wrong


def test_growth_is_what_gets_larger_and_not_what_gets_smaller():
    flat = [(x, 10 + jitter) for x in (1, 100, 1000) for jitter in (-1, 0, 1)]
    assert not growth.grows(flat)[1]
    assert not growth.grows([(1, 20), (100, 10), (1000, 5)])[1]
    assert growth.grows([(1, 10), (100, 11), (1000, 16)])[1]
    # One round that was disturbed is no growth.
    assert not growth.grows([*flat, (1000, 500)])[1]


CLEAN = ({name: ("OK", "not offered") for name in ("SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2")}
         | {"TLS1_3": ("OK", "offered with final")},
         {"modern": True, "early data": False, "max-age": 63_072_000})


def test_clean_tls_is_clean():
    assert tls.judge(*CLEAN) == []
    assert tls.judge(CLEAN[0] | {"cert_revocation": ("HIGH", "Neither CRL nor OCSP URI")}, CLEAN[1]) == []


@pytest.mark.parametrize("testssl, sslyze", [
    ({"TLS1_2": ("OK", "offered")}, {}), ({"cipherlist_3DES_IDEA": ("MEDIUM", "offered")}, {}),
    ({"TLS1_3": ("LOW", "not offered")}, {}), ({}, {"modern": False}), ({}, {"early data": True}),
    ({}, {"early data": None}), ({}, {"max-age": 86_400}),
])
def test_what_is_wrong_with_tls_is_said(testssl, sslyze):
    assert tls.judge(CLEAN[0] | testssl, CLEAN[1] | sslyze)


@pytest.mark.parametrize("is_log", [False, True])
def test_a_chart_has_its_axes_and_keeps_its_points_inside(is_log):
    points = [(1, 3.5), (40, 8), (1_000, 4)]
    drawn = xml.fromstring(plot.chart("A & B", "rooms", "µs", points, points, is_log=is_log))
    texts = ["".join(e.itertext()) for e in drawn.iter() if e.tag.endswith("text")]
    assert {"A & B", "rooms", "µs", "1,000", "0"} <= set(texts)
    dots = [e for e in drawn.iter() if e.tag.endswith("circle")]
    assert len(dots) == 3
    for dot in dots:
        assert plot.LEFT <= float(dot.get("cx")) <= plot.WIDTH - plot.RIGHT
        assert plot.TOP <= float(dot.get("cy")) <= plot.HEIGHT - plot.BOTTOM
    assert "prefers-color-scheme: dark" in "".join(drawn.itertext())


def test_ticks_are_round_and_cover():
    assert plot.ticks(0, 9.3) == [0, 2, 4, 6, 8, 10]
    assert plot.ticks(53.2, 53.9)[0] <= 53.2 and plot.ticks(53.2, 53.9)[-1] >= 53.9
    assert plot.powers(1_000) == [1, 10, 100, 1_000]
