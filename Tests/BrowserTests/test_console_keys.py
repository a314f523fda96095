"""The keyboard map and the focus rules of the console (ux.md 4.5)."""

import re

from playwright.sync_api import expect

from people import Provider


def two_waiting(clinic):
    rivera, ada, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.has_row("Ada")
    rivera.has_row("Ben")
    return rivera, ada, ben


def press(rivera, *keys):
    for key in keys:
        rivera.page.keyboard.press(key)


def test_the_list_is_one_tab_stop_with_arrows_inside(clinic):
    rivera, _, _ = two_waiting(clinic)
    rivera.row("Ada").focus()
    press(rivera, "ArrowDown")
    expect(rivera.row("Ben")).to_be_focused()
    press(rivera, "ArrowDown", "Home")
    expect(rivera.row("Ada")).to_be_focused()
    press(rivera, "End")
    expect(rivera.row("Ben")).to_be_focused()
    assert rivera.page.locator("waiting-queue .row[tabindex='0']").count() == 1
    press(rivera, "Tab")
    expect(rivera.row("Ben").get_by_role("button", name="Patient information")).to_be_focused()
    press(rivera, "ArrowUp")
    expect(rivera.row("Ada")).to_be_focused()
    press(rivera, "Shift+Tab")
    expect(rivera.page.get_by_role("button", name="In call")).to_be_focused()


def test_enter_and_c_open_the_chat_and_i_the_information(clinic):
    rivera, _, _ = two_waiting(clinic)
    rivera.row("Ada").focus()
    press(rivera, "c")
    rivera.has_open("Ada")
    expect(rivera.composer).to_be_focused()
    rivera.row("Ben").focus()
    press(rivera, "Enter")
    rivera.has_open("Ben")
    rivera.row("Ada").focus()
    press(rivera, "i")
    expect(rivera.page.locator("patient-information").get_by_role("button", name="Chat")).to_be_focused()
    press(rivera, "Escape")
    expect(rivera.row("Ada").get_by_role("button", name="Patient information")).to_be_focused()


def test_single_letters_work_in_the_list_only_and_can_be_switched_off(clinic):
    rivera, _, _ = two_waiting(clinic)
    rivera.page.get_by_role("button", name="Sign out").focus()
    press(rivera, "c", "i", "?")
    rivera.has_no_box()
    expect(rivera.page.locator("patient-information")).to_be_hidden()
    panel = rivera.page.get_by_role("group", name="Keys")
    expect(panel).to_be_hidden()
    rivera.row("Ada").focus()
    press(rivera, "?")
    expect(panel).to_be_focused()
    expect(panel).to_contain_text("Next unread message")
    panel.get_by_label("Single-letter keys in the list").uncheck()
    press(rivera, "Escape")
    expect(panel).to_be_hidden()
    expect(rivera.row("Ada")).to_be_focused()
    press(rivera, "c", "i", "?")
    rivera.has_no_box()
    expect(panel).to_be_hidden()
    press(rivera, "Enter")
    rivera.has_open("Ada")


def test_alt_u_opens_the_next_unread_chat(clinic):
    rivera, _, ben = two_waiting(clinic)
    rivera.open_chat("Ada")
    ben.write("Hello")
    rivera.unread("Ben", 1)
    press(rivera, "Alt+u")
    rivera.has_open("Ben")
    expect(rivera.composer).to_be_focused()


def test_escape_minimises_and_the_bar_has_the_focus(clinic):
    rivera, _, _ = two_waiting(clinic)
    rivera.open_chat("Ada")
    press(rivera, "Escape")
    expect(rivera.restore_button("Ada")).to_be_focused()
    press(rivera, "Enter")
    rivera.has_open("Ada")
    expect(rivera.composer).to_be_focused()


def test_closing_by_keys_gives_the_focus_to_the_row(clinic):
    rivera, _, _ = two_waiting(clinic)
    rivera.open_chat("Ada")
    press(rivera, "Control+Shift+X")
    rivera.has_no_box()
    expect(rivera.row("Ada").get_by_role("button", name="Patient information")).to_be_focused()


def test_after_closing_an_ended_chat_the_next_row_has_the_focus(clinic):
    rivera, ada, _ = two_waiting(clinic)
    rivera.open_chat("Ada")
    ada.write("I have to go")
    rivera.composer.focus()
    ada.leave()
    expect(rivera.page.locator("ended-banner")).to_be_focused()
    press(rivera, "Control+Shift+X")
    rivera.has_no_row("Ada")
    expect(rivera.row("Ben")).to_be_focused()


def test_copy_by_keys_stays_and_says_so(clinic):
    rivera, ada, _ = two_waiting(clinic)
    rivera.open_chat("Ada")
    ada.write("Hello")
    rivera.page.evaluate("navigator.clipboard.writeText = async text => { window.clipboard = text }")
    press(rivera, "Control+Shift+C")
    expect(rivera.page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    expect(rivera.composer).to_be_focused()
    assert "Hello" in rivera.page.evaluate("window.clipboard")


def test_f6_goes_round_the_regions(clinic):
    rivera, _, _ = two_waiting(clinic)
    rivera.open_chat("Ada")
    page = rivera.page
    regions = [page.locator("#queue-h"), page.locator("#call-h"), page.locator("#chat-h")]
    page.get_by_role("button", name="Sign out").focus()
    for region in [*regions, regions[0]]:
        press(rivera, "F6")
        expect(region).to_be_focused()
    for region in reversed(regions):
        press(rivera, "Shift+F6")
        expect(region).to_be_focused()


def test_arrows_go_from_message_to_message(clinic):
    rivera, ada, _ = two_waiting(clinic)
    rivera.open_chat("Ada")
    for text in ("One", "Two", "Three"):
        ada.write(text)
        rivera.sees(text)
    rivera.log.focus()
    focused = rivera.page.locator("message-log .m:focus")
    for key, text in (("ArrowUp", "Three"), ("ArrowUp", "Two"), ("Home", "One"), ("ArrowDown", "Two")):
        press(rivera, key)
        expect(focused).to_contain_text(text)


def test_a_row_that_goes_while_its_window_is_open_gives_the_focus_to_the_next(clinic):
    rivera, ada, _ = two_waiting(clinic)
    rivera.row("Ada").focus()
    press(rivera, "i")
    expect(rivera.page.locator("patient-information")).to_be_visible()
    ada.leave()
    expect(rivera.page.locator("patient-information")).to_be_hidden()
    expect(rivera.row("Ben")).to_be_focused()


def test_the_arrow_keys_stay_in_the_private_note(clinic):
    rivera, _, _ = two_waiting(clinic)
    note = rivera.information("Ada").get_by_role("textbox", name="Private note")
    note.fill("two\nlines")
    press(rivera, "ArrowUp", "ArrowDown")
    expect(note).to_be_focused()
    press(rivera, "Escape")
    expect(rivera.page.get_by_role("button", name=re.compile("information for Ada"))).to_be_focused()


def test_a_connection_that_comes_back_moves_no_focus(clinic):
    page = clinic.watch(clinic.context({"width": 1440, "height": 900}).new_page())
    sockets = []

    def pass_on(socket):
        sockets.append(socket)
        socket.connect_to_server()

    page.route_web_socket("**/socket", pass_on)
    page.goto(clinic.relay.invite())
    expect(page.get_by_text("Connected")).to_be_visible()
    rivera, ada = Provider(clinic, page, "rivera"), clinic.patient("Ada")
    rivera.open_chat("Ada")
    rivera.composer.press_sequentially("Half a sentence")
    sockets[0].close()
    ada.write("Hello")
    rivera.sees("Hello")
    assert len(sockets) == 2
    expect(rivera.composer).to_be_focused()
    expect(rivera.composer).to_have_value("Half a sentence")
