"""Where the chat stands, by the width of the console (ux.md 4.2)."""

import pytest

WIDE, DOCKED, PHONE = (1440, 900), (1120, 800), (390, 844)


def boxes(clinic, size):
    width, height = size
    rivera = clinic.provider(viewport={"width": width, "height": height})
    clinic.patient("Ada")
    rivera.open_chat("Ada")
    return rivera, rivera.chat.bounding_box()


def test_on_a_wide_screen_the_chat_is_a_column_beside_queue_and_call(clinic):
    rivera, chat = boxes(clinic, WIDE)
    queue = rivera.page.locator("waiting-queue").bounding_box()
    stage = rivera.page.locator("call-stage").bounding_box()
    assert 340 <= queue["width"] <= 400 and 380 <= chat["width"] <= 420
    assert queue["x"] + queue["width"] <= stage["x"] and stage["x"] + stage["width"] <= chat["x"]
    assert chat["x"] + chat["width"] == WIDE[0]


def test_on_a_narrower_one_it_is_docked_in_the_corner(clinic):
    _, chat = boxes(clinic, DOCKED)
    assert abs(chat["width"] - 380) <= 2 and abs(chat["height"] - 560) <= 2
    assert 0 <= DOCKED[0] - chat["x"] - chat["width"] <= 32
    assert 0 <= DOCKED[1] - chat["y"] - chat["height"] <= 32


def test_on_a_phone_it_is_a_view_of_its_own(clinic):
    rivera, chat = boxes(clinic, PHONE)
    assert (chat["x"], chat["width"]) == (0, PHONE[0])
    assert rivera.page.locator("view-bar").is_visible()
    assert not rivera.page.locator("waiting-queue .row").first.is_visible()


@pytest.mark.parametrize("size", [WIDE, DOCKED, PHONE], ids=["column", "docked", "phone"])
def test_a_finger_that_minimises_does_not_erase(clinic, size):
    rivera, chat = boxes(clinic, size)
    minimise, close = (rivera.chat.locator(each).bounding_box() for each in (".chat__minimise", ".chat__close"))
    assert close["x"] - minimise["x"] - minimise["width"] >= 16
    assert close["x"] + close["width"] > chat["x"] + chat["width"] - 32
