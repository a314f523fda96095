"""The safety code: each page's own state, compared by people, by voice (ux.md, moonshot M3)."""

import re

from playwright.sync_api import expect

HOW = "Compare it by voice, never in the chat. Nobody will ever ask you to type it."
AGAIN = "New connection: compare the code again"


def chatting(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.write("Hello")
    rivera.sees("Hello")
    return rivera, ada


def test_both_pages_show_the_same_code_and_nobody_has_compared_it(clinic):
    rivera, ada = chatting(clinic)
    assert rivera.safety_code == ada.safety_code
    for person in (rivera, ada):
        person.safety_is("not compared yet")


def test_two_patients_have_two_codes(clinic):
    rivera, ada = chatting(clinic)
    ben = clinic.patient("Ben")
    rivera.open_chat("Ben")
    assert rivera.safety_code == ben.safety_code != ada.safety_code


def test_only_the_press_on_a_page_moves_that_page(clinic):
    rivera, ada = chatting(clinic)
    ada.compare(matches=True)
    ada.safety_is("compared")
    expect(ada.safety_panel).to_contain_text("You compared it with Dr Rivera")
    told = "Ada says that the codes are the same. That proves nothing by itself."
    expect(rivera.safety).to_contain_text(told)
    rivera.safety_is("not compared yet")
    expect(rivera.page.locator("page-announcer [role=status]")).to_have_text(told)
    rivera.compare(matches=True)
    rivera.safety_is("compared")
    expect(rivera.safety).not_to_contain_text("not compared yet")


def test_what_the_panel_says(clinic):
    rivera, ada = chatting(clinic)
    for person, other in ((rivera, "Ada"), (ada, "Dr Rivera")):
        panel = person.open_safety()
        for text in (HOW, f"If {other} sees the same six digits", "tampering connection service",
                     "A service that only listens cannot."):
            expect(panel).to_contain_text(text)
        expect(panel.get_by_role("textbox")).to_have_count(0)
        code = person.safety_code
        expect(panel).to_contain_text(f"{code[:3]} {code[3:]}")


def test_different_needs_a_second_press_and_going_back_changes_nothing(clinic):
    rivera, ada = chatting(clinic)
    panel = ada.open_safety()
    panel.get_by_role("button", name="They are different").click()
    expect(panel.get_by_role("button", name="Go back")).to_be_focused()
    panel.get_by_role("button", name="Go back").click()
    ada.safety_is("not compared yet")
    ada.write("Still here")
    rivera.sees("Still here")


def test_different_stops_sending_on_that_page_and_keeps_the_draft(clinic):
    rivera, ada = chatting(clinic)
    rivera.composer.fill("Not yet sent")
    rivera.compare(matches=False)
    rivera.safety_is("different")
    expect(rivera.stopped).to_contain_text("Somebody may have read this chat from its first message.")
    expect(rivera.stopped).to_contain_text("Reload to begin again.")
    expect(rivera.stopped).to_contain_text("Not yet sent")
    expect(rivera.stopped.get_by_role("button", name="Copy text")).to_be_visible()
    expect(rivera.composer).to_be_hidden()
    rivera.is_alerted("Reload to begin again.")
    expect(ada.safety).to_contain_text("Dr Rivera says that the codes are different.")
    ada.safety_is("not compared yet")
    expect(ada.composer).to_be_visible()


def test_after_different_a_new_chat_with_the_same_page_stays_stopped(clinic):
    rivera, ada = chatting(clinic)
    rivera.compare(matches=False)
    rivera.close_chat()
    rivera.has_no_box()
    rivera.open_chat("Ada")
    expect(rivera.stopped).to_contain_text("Reload to begin again.")
    expect(rivera.composer).to_be_hidden()


def test_after_different_a_reload_begins_again_with_another_code(clinic):
    rivera, ada = chatting(clinic)
    former = ada.safety_code
    ada.compare(matches=False)
    expect(ada.composer).to_be_hidden()
    ada.page.once("dialog", lambda dialog: dialog.accept())
    ada.stopped.get_by_role("button", name="Reload this page").click()
    ada.page.get_by_label("Your name or an alias").wait_for()
    ada.check_in()
    ada.write("Hello again")
    rivera.unread("Ada", 1)
    expect(ada.safety_chip).not_to_contain_text("different")
    assert ada.safety_code != former


def test_a_provider_refresh_resets_the_state_and_says_so(clinic):
    rivera, ada = chatting(clinic)
    former = ada.safety_code
    ada.compare(matches=True)
    ada.safety_is("compared")
    rivera.refresh()
    rivera.open_chat("Ada")
    expect(ada.safety).to_contain_text(AGAIN)
    ada.safety_is("not compared yet")
    assert ada.safety_code == rivera.safety_code != former
    ada.open_safety()
    ada.page.keyboard.press("Escape")
    expect(ada.safety.locator(".safety__news")).to_be_hidden()


def test_a_panel_that_is_open_closes_when_the_code_changes(clinic):
    rivera, ada = chatting(clinic)
    ada.open_safety()
    rivera.refresh()
    expect(ada.safety).to_contain_text("New connection: the code is another one")
    expect(ada.safety_panel).to_be_hidden()


def test_an_erased_chat_does_not_take_the_comparison_with_it(clinic):
    rivera, ada = chatting(clinic)
    code = ada.safety_code
    ada.compare(matches=True)
    rivera.compare(matches=True)
    rivera.close_chat()
    ada.write("And another thing")
    rivera.open_chat("Ada")
    rivera.sees("And another thing")
    for person in (rivera, ada):
        expect(person.safety_chip).to_contain_text(re.compile("(?<!not )compared"))
        expect(person.safety_chip).not_to_contain_text("not compared")
        assert person.safety_code == code


def test_a_draft_with_the_code_is_held_back_until_somebody_insists(clinic):
    rivera, ada = chatting(clinic)
    code = ada.safety_code
    for person, other, said in ((ada, rivera, "It is"), (rivera, ada, "I have")):
        draft = f"{said} {code[:3]}-{code[3:]}"
        person.composer.fill(draft)
        person.composer.press("Enter")
        expect(person.page.locator("message-composer")).to_contain_text(HOW)
        person.composer.press("Enter")
        expect(person.composer).to_have_value(draft)
        expect(other.log).not_to_contain_text(draft)
        person.page.get_by_role("button", name="Send anyway").click()
        expect(person.composer).to_have_value("")
        expect(person.page.get_by_role("button", name="Send", exact=True)).to_be_visible()
        other.sees(draft)


def test_an_edited_draft_is_looked_at_again(clinic):
    rivera, ada = chatting(clinic)
    code = " ".join(ada.safety_code)
    ada.composer.fill(code)
    ada.composer.press("Enter")
    expect(ada.page.get_by_role("button", name="Send anyway")).to_be_visible()
    ada.composer.press("End")
    ada.composer.press_sequentially("!")
    expect(ada.page.get_by_role("button", name="Send anyway")).to_have_count(0)
    ada.page.get_by_role("button", name="Send", exact=True).click()
    expect(ada.page.get_by_role("button", name="Send anyway")).to_be_visible()
    ada.write("Five tablets")
    rivera.sees("Five tablets")
    expect(rivera.log).not_to_contain_text(code)


def test_a_double_press_on_send_does_not_insist(clinic):
    rivera, ada = chatting(clinic)
    ada.composer.fill(ada.safety_code)
    ada.page.get_by_role("button", name="Send", exact=True).dblclick()
    expect(ada.page.get_by_role("button", name="Send anyway")).to_be_visible()
    expect(ada.composer).to_have_value(ada.safety_code)


def test_the_panel_with_the_keyboard_alone(clinic):
    rivera, ada = chatting(clinic)
    for person, heading in ((rivera, "Chat with Ada"), (ada, "Messages")):
        page = person.page
        page.get_by_role("heading", name=heading, exact=True).focus()
        for _ in range(6):
            page.keyboard.press("Tab")
            if person.safety_chip.evaluate("chip => chip === document.activeElement"):
                break
        expect(person.safety_chip).to_be_focused()
        expect(person.safety_chip).to_have_attribute("aria-expanded", "false")
        page.keyboard.press("Enter")
        expect(person.safety_panel).to_be_visible()
        expect(person.safety_chip).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("Tab")
        expect(person.safety_panel.get_by_role("button", name="Close")).to_be_focused()
        page.keyboard.press("Escape")
        expect(person.safety_panel).to_be_hidden()
        expect(person.safety_chip).to_be_focused()
    rivera.has_open("Ada")
    rivera.page.keyboard.press("Escape")
    rivera.has_minimised("Ada")


def test_the_digits_are_heard_one_by_one(clinic):
    rivera, ada = chatting(clinic)
    for person in (rivera, ada):
        name = f"Safety code {' '.join(person.safety_code)} not compared yet"
        expect(person.page.get_by_role("button", name=name, exact=True)).to_be_visible()
