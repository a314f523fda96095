"""Rows do not jump under the pointer, and say how long somebody has waited for an answer."""

from playwright.sync_api import expect


def names(rivera):
    return rivera.page.locator("waiting-queue .row:not(.row--gone) bdi").all_inner_texts()


def point_at(rivera, name):
    box = rivera.row(name).bounding_box()
    rivera.page.mouse.move(box["x"] + 60, box["y"] + box["height"] / 2)


def test_a_row_that_would_move_waits_until_the_pointer_has_gone(clinic):
    rivera = clinic.provider()
    for name in ("Ada", "Ben", "Cy"):
        clinic.patient(name)
        rivera.has_row(name)
    rivera.press("Ada", "Start call")
    expect(rivera.page.get_by_role("heading", name="Call with Ada")).to_be_visible()
    assert names(rivera) == ["Ben", "Cy", "Ada"]
    point_at(rivera, "Cy")
    before = rivera.row("Cy").bounding_box()
    rivera.page.evaluate("document.querySelector('[data-action=\"queue\"]').click()")
    chip = rivera.page.get_by_role("button", name="List changed · Update")
    expect(chip).to_be_visible()
    assert names(rivera) == ["Ben", "Cy", "Ada"]
    assert rivera.row("Cy").bounding_box() == before
    expect(rivera.row("Ada")).to_contain_text("Waiting")
    rivera.page.mouse.move(800, 400)
    expect(chip).to_be_hidden()
    assert names(rivera) == ["Ada", "Ben", "Cy"]


def test_the_chip_brings_the_list_up_to_date(clinic):
    rivera = clinic.provider()
    for name in ("Ada", "Ben"):
        clinic.patient(name)
        rivera.has_row(name)
    rivera.press("Ada", "Start call")
    expect(rivera.page.get_by_role("heading", name="Call with Ada")).to_be_visible()
    rivera.row("Ben").focus()
    rivera.page.keyboard.press("ArrowDown")
    rivera.page.evaluate("document.querySelector('[data-action=\"queue\"]').click()")
    chip = rivera.page.get_by_role("button", name="List changed · Update")
    chip.focus()
    rivera.page.keyboard.press("Enter")
    expect(chip).to_be_hidden()
    assert names(rivera) == ["Ada", "Ben"]
    expect(rivera.row("Ada")).to_be_focused()


def test_who_arrives_is_shown_at_once_and_nothing_moves(clinic):
    rivera = clinic.provider()
    clinic.patient("Ada")
    rivera.has_row("Ada")
    point_at(rivera, "Ada")
    before = rivera.row("Ada").bounding_box()
    clinic.patient("Ben")
    rivera.has_row("Ben")
    assert rivera.row("Ada").bounding_box() == before


def test_an_answer_that_is_due_is_counted_from_the_first_message(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    ada.write("Is the dose 5 mg?")
    rivera.unread("Ada", 1)
    # The page's own clock runs ahead by four minutes; nothing waits for it.
    rivera.page.evaluate("""() => {
        const real = performance.now.bind(performance)
        performance.now = () => real() + 245_000
    }""")
    ada.write("Hello?")
    rivera.unread("Ada", 2)
    expect(rivera.row("Ada")).to_contain_text("Unanswered 4 min")
    rivera.open_chat("Ada")
    rivera.write("Yes, 5 mg")
    expect(rivera.row("Ada")).not_to_contain_text("Unanswered")


def test_a_chip_shows_one_kind_of_row_and_says_that_it_is_pressed(clinic):
    rivera = clinic.provider()
    for name in ("Ada", "Ben", "Cy"):
        patient = clinic.patient(name)
        rivera.has_row(name)
    patient.write("Hello")
    rivera.unread("Cy", 1)
    rivera.press("Ada", "Start call")
    expect(rivera.page.get_by_role("heading", name="Call with Ada")).to_be_visible()
    for chip, shown in (("Unread 1", ["Cy"]), ("Waiting", ["Ben", "Cy"]), ("In call", ["Ada"]), ("All", ["Ada", "Ben", "Cy"])):
        button = rivera.page.get_by_role("group", name="Show").get_by_role("button", name=chip, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(rivera.page.locator("[data-filter][aria-pressed='true']")).to_have_count(1)
        visible = [name for name in ("Ada", "Ben", "Cy") if rivera.row(name).is_visible()]
        assert visible == shown, chip


def test_next_opens_the_chat_of_whoever_has_waited_longest(clinic):
    rivera, lee = clinic.provider(), clinic.provider("lee")
    for name in ("Ada", "Ben", "Cy"):
        clinic.patient(name)
        rivera.has_row(name)
    lee.open_chat("Ada")
    expect(rivera.row("Ada")).to_contain_text("With Dr Lee")
    press = rivera.page.get_by_role("button", name="Next")
    press.click()
    rivera.has_open("Ben")
    expect(rivera.composer).to_be_focused()
    press.click()
    rivera.has_open("Cy")
    lee.has_open("Ada")
