"""Light, dark, or as the system has it: a provider's choice, which outlives the page and no more."""

import json

import pytest
from playwright.sync_api import expect

LIGHT, DARK = "rgb(244, 246, 248)", "rgb(14, 17, 20)"


@pytest.fixture
def rivera(clinic):
    return clinic.provider()


def choose(rivera, theme):
    settings = rivera.page.get_by_role("button", name="Account settings")
    settings.click()
    rivera.page.get_by_label("Appearance").select_option(theme)
    rivera.page.keyboard.press("Escape")


def looks(page, dark):
    expect(page.locator("body")).to_have_css("background-color", DARK if dark else LIGHT)
    scheme = page.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert scheme in (("dark" if dark else "light"), "light dark")


def test_nobody_who_chose_nothing_gets_anything_but_the_systems(rivera):
    for scheme in ("light", "dark"):
        rivera.page.emulate_media(color_scheme=scheme)
        looks(rivera.page, dark=scheme == "dark")


@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_choice_is_shown_at_once_and_after_the_next_sign_in(rivera, system):
    rivera.page.emulate_media(color_scheme=system)
    for theme in ("dark", "light"):
        choose(rivera, theme)
        looks(rivera.page, dark=theme == "dark")
        assert json.loads(rivera.page.evaluate("localStorage['lethe.prefs.v1']"))["theme"] == theme
    rivera.refresh()
    looks(rivera.page, dark=False)
    choose(rivera, "")
    looks(rivera.page, dark=system == "dark")


def test_the_patients_page_follows_the_system_and_keeps_nothing(clinic):
    ada = clinic.patient("Ada")
    for scheme in ("dark", "light"):
        ada.page.emulate_media(color_scheme=scheme)
        looks(ada.page, dark=scheme == "dark")
    assert ada.page.evaluate("localStorage.length") == 0
