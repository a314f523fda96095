"""Page loads, links, keys: who is who, and what is kept."""

from playwright.sync_api import expect


def test_the_sign_in_link_leaves_no_token_in_the_address_bar(clinic):
    rivera = clinic.provider()
    assert "#" not in rivera.page.url
    keys = rivera.page.evaluate("[Object.keys(sessionStorage), Object.keys(localStorage)]")
    assert keys == [["lethe.signin.v1"], []]


def test_a_skip_link_is_not_taken_for_a_sign_in_link(clinic):
    page = clinic.provider().page
    token = page.evaluate("sessionStorage.getItem('lethe.signin.v1')")
    page.get_by_role("link", name="Skip to the queue").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{clinic.relay.origin}/r/demo/provider#queue")
    page.wait_for_timeout(100)
    assert page.evaluate("sessionStorage.getItem('lethe.signin.v1')") == token
    page.reload()
    expect(page.get_by_text("Connected")).to_be_visible()


def test_the_patients_page_stores_nothing(clinic):
    clinic.provider()
    ada = clinic.patient("Ada")
    ada.write("Hello")
    stored = ada.page.evaluate("""async () => [
        sessionStorage.length, localStorage.length, document.cookie,
        (await indexedDB.databases()).length, (await caches.keys()).length, history.state]""")
    assert stored == [0, 0, "", 0, 0, None]


def test_without_a_token_nobody_becomes_a_provider(clinic):
    page = clinic.context({"width": 1024, "height": 768}).new_page()
    page.goto(f"{clinic.relay.origin}/r/demo/provider")
    expect(page.get_by_text("sign-in link").first).to_be_visible()
    assert clinic.relay.status()["sessions"] == 0


def test_a_second_console_asks_before_it_erases_the_first(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.write("Hello")
    rivera.sees("Hello")
    page = clinic.watch(clinic.context({"width": 1440, "height": 900}).new_page())
    page.goto(clinic.relay.invite())
    button = page.get_by_role("button", name="Use here and erase 1 chat")
    expect(button).to_be_visible()
    assert clinic.relay.status()["messages"] == 1
    button.click()
    expect(page.get_by_text("Connected")).to_be_visible()
    clinic.relay.wait_for_status(messages=0)
    expect(rivera.page.locator("body")).to_contain_text("elsewhere")


def test_a_refreshed_patient_gets_the_place_back_with_the_code_and_nothing_else(clinic):
    rivera, ada, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    ada.write("Before the refresh")
    rivera.sees("Before the refresh")
    code = ada.rejoin_code
    ada.refresh()
    ada.page.get_by_text("Have a rejoin code?").click()
    ada.page.get_by_label("Rejoin code").fill(code.lower())
    ada.check_in()
    ada.is_told("1st in line")
    expect(ada.log).not_to_contain_text("Before the refresh")
    assert ada.rejoin_code != code
    rivera.sees("Before the refresh")
    expect(rivera.page.locator("body")).to_contain_text("re-joined on a new page")


def test_a_refresh_without_the_code_is_a_new_patient(clinic):
    clinic.provider()
    ada, _ = clinic.patient("Ada"), clinic.patient("Ben")
    ada.is_told("1st in line")
    ada.refresh()
    ada.check_in()
    ada.is_told("3rd in line")


def test_a_waiting_room_that_does_not_exist_says_so(clinic):
    page = clinic.context({"width": 360, "height": 740}).new_page()
    response = page.goto(f"{clinic.relay.origin}/r/nowhere")
    assert response.status == 404
    expect(page.get_by_text("This waiting room does not exist")).to_be_visible()


def test_the_footer_names_the_build_that_the_command_names(clinic):
    ada = clinic.patient("Ada")
    build = clinic.relay.status()["build"]
    expect(ada.page.locator("footer, [role=contentinfo]").first).to_contain_text(build)


def test_names_are_never_in_titles_or_addresses(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada Lovelace")
    ada.write("Hello")
    rivera.unread("Ada", 1)
    for person in (rivera, ada):
        assert "Ada" not in person.page.title()
        assert "Ada" not in person.page.url
