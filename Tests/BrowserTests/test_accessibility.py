"""Every page in every state: axe-core finds nothing, nothing is cut off, nothing says it by colour alone."""

import pytest

import axe
import layout
import states
from people import DESKTOP, PHONE


def look(page, size):
    """What is wrong with this page now, in words."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    yield from layout.moving(page)
    yield from layout.clipped(page)
    yield from layout.small(page, 24 if size == DESKTOP else 44)
    if size == layout.ZOOMED:
        return  # To axe it is a phone.
    yield from axe.violations(page)
    page.emulate_media(color_scheme="dark")
    yield from (f"{each} (dark)" for each in axe.violations(page, colours_only=True))
    page.emulate_media(color_scheme="light", forced_colors="active")
    yield from (f"{each} (forced colours)" for each in layout.unmarked(page))
    page.emulate_media(forced_colors="none")


def look_at(walk, sizes):
    found = []
    try:
        for page, state in walk:
            for size in sizes:
                if page.viewport_size != size:
                    page.set_viewport_size(size)
                found += [f"{state}, {size['width']}: {each}" for each in look(page, size)]
            page.set_viewport_size(sizes[0])
    finally:
        print("\n".join(found))
    assert found == [], "\n".join(found)


@pytest.mark.relay(graces=states.QUICK)
@pytest.mark.parametrize("walk", states.WALKS, ids=lambda walk: walk.__name__)
def test_nothing_is_wrong(clinic, walk):
    look_at(walk(clinic, PHONE), [PHONE, DESKTOP, layout.ZOOMED])


@pytest.mark.parametrize("size", [DESKTOP, PHONE, layout.ZOOMED], ids=["desktop", "phone", "zoomed"])
def test_nothing_is_wrong_on_the_console(clinic, size):
    """A window beside its row closes when the width changes, so each has a console of its own."""
    look_at(states.console(clinic, size), [size])
