"""What a patient's phone has to load before it can be written to."""

import json
import os
from urllib.parse import urlsplit

import pytest

from people import PHONE

KIBIBYTES_AT_MOST = 400
KIBIBYTES_WANTED = 150


def loaded(clinic):
    """What one visit loads, by address and size, and the milliseconds until the name can be typed."""
    page = clinic.watch(clinic.context(PHONE).new_page())
    sizes = {}
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfinished", lambda request: sizes.__setitem__(
        urlsplit(request.url).path, len(request.response().body())))
    page.goto(f"{clinic.relay.origin}/r/demo")
    page.get_by_label("Your name or an alias").wait_for()
    page.wait_for_load_state("networkidle")
    return page, sizes, asked


def test_the_page_asks_nobody_but_the_relay(clinic):
    page, _, asked = loaded(clinic)
    page.get_by_label("Your name or an alias").fill("Ada")
    page.get_by_role("button", name="Check in").click()
    page.get_by_text("You're checked in").first.wait_for()
    assert asked and {f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in asked} == {clinic.relay.origin}


def test_the_page_loads_each_file_once(clinic):
    _, _, asked = loaded(clinic)
    assert sorted(asked) == sorted(set(asked))


def test_the_page_grows_no_heavier(clinic):
    """150 KiB are wanted; the modules that seal came after that was written. This keeps it from drifting."""
    _, sizes, _ = loaded(clinic)
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:10]
    assert sum(sizes.values()) <= KIBIBYTES_AT_MOST * 1024, json.dumps(heaviest)


@pytest.mark.xfail(reason="the sealing and the pairing alone are more", strict=True)
def test_the_page_is_light(clinic):
    _, sizes, _ = loaded(clinic)
    assert sum(sizes.values()) <= KIBIBYTES_WANTED * 1024


def test_one_can_write_within_a_second(clinic):
    """The best of five, and longer where more wants to run than this machine has processors for."""
    def once():
        page = clinic.watch(clinic.context(PHONE).new_page())
        page.add_init_script("""new MutationObserver(() => {
            if (document.querySelector('check-in #name')) window.writable ??= performance.now()
        }).observe(document, {childList: true, subtree: true})""")
        page.goto(f"{clinic.relay.origin}/r/demo")
        page.get_by_label("Your name or an alias").wait_for()
        took = page.evaluate("window.writable")
        page.context.close()
        clinic.contexts.remove(page.context)
        return took

    times = [once() for _ in range(5)]
    crowd = max(1, os.getloadavg()[0] / os.cpu_count())
    assert min(times) < 1_000 * crowd, (times, crowd)
