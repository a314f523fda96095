"""The pages in other languages: whole, from the right where one writes so, and changed in place."""

import json
import re

from playwright.sync_api import expect

from people import DESKTOP, PHONE

# Every text on the screen that somebody can read or hear, outside of what people have written.
SAID = """() => {
    const found = new Set([document.title])
    const skip = '[hidden], [translate="no"], bdi, script, template, noscript, option, kbd, #build, #brand'
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walk.nextNode()) {
        const text = walk.currentNode.textContent.trim()
        if (text && !walk.currentNode.parentElement.closest(skip)) found.add(text)
    }
    for (const node of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
        if (node.closest('[hidden], template, option')) continue
        for (const name of ['aria-label', 'title', 'placeholder']) found.add(node.getAttribute(name) ?? '')
    }
    return [...found].filter(Boolean)
}"""

# Words that are English and no Spanish: enough to notice a sentence that was left.
ENGLISH = re.compile(
    r"\b(the|you|your|this|that|with|and|when|not|page|message|messages|waiting|room|close|open"
    r"|call|name|patient|patients|is|are|was|were|sent|stored|connected|erase|erased|next|queue)\b",
    re.IGNORECASE)


def catalogue(page, name):
    """Every plain sentence of the English catalogue of a page."""
    return set(page.evaluate("""async name => {
        const {words} = await import(`/assets/strings/en/${name}.js`)
        const leaves = value => typeof value === 'string' ? [value]
            : typeof value === 'object' ? Object.values(value).flatMap(leaves) : []
        return leaves(words)
    }""", name))


def translated(page, name, language):
    return set(page.evaluate("""async ([name, language]) => {
        const {words} = await import(`/assets/strings/${language}/${name}.js`)
        const leaves = value => typeof value === 'string' ? [value]
            : typeof value === 'object' ? Object.values(value).flatMap(leaves) : []
        return leaves(words)
    }""", [name, language]))


def says_no_english(page, name, language):
    said = set(page.evaluate(SAID))
    english = catalogue(page, name) - translated(page, name, language)
    assert not said & english, said & english
    left = [text for text in said if ENGLISH.search(text.replace("Dr Rivera's waiting room", ""))]
    assert not left, left


def choose(page, language):
    select = page.locator("language-choice select").first
    select.focus()
    select.select_option(language)
    expect(page.locator("html")).to_have_attribute("lang", language)


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def patient_page(clinic, viewport, locale):
    context = clinic.browser.new_context(
        ignore_https_errors=True, viewport=viewport, locale=locale)
    context.set_default_timeout(10_000)
    clinic.contexts.append(context)
    page = clinic.watch(context.new_page())
    page.goto(f"{clinic.relay.origin}/r/demo")
    page.locator("#name").wait_for()
    return page


def check_in(page, name):
    page.locator("#name").fill(name)
    page.locator("check-in [type=submit]").click()
    expect(page.locator(".place__code .code")).to_be_visible()


def test_a_visit_in_spanish(clinic):
    page = patient_page(clinic, PHONE, "es-MX")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("heading", level=1)).to_have_text("Registro")
    page.locator("check-in [type=submit]").click()
    expect(page.get_by_text("Escriba un nombre o un alias.").first).to_be_visible()
    says_no_english(page, "patient", "es")
    rivera = clinic.provider()
    check_in(page, "Ana")
    rivera.open_chat("Ana")
    rivera.write("Buenos días")
    expect(page.get_by_role("log")).to_contain_text("Buenos días")
    page.get_by_role("button", name="Necesito más tiempo").click()
    rivera.sees("Necesito más tiempo")
    page.locator(".safety__chip").click()
    page.locator(".keeps__button").click()
    says_no_english(page, "patient", "es")
    page.get_by_role("button", name="Salir de la sala de espera").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Usted salió de la sala de espera")
    says_no_english(page, "patient", "es")


def test_a_console_in_spanish_which_remembers_it(clinic):
    rivera, _ = clinic.provider(viewport=DESKTOP), clinic.patient("Ada")
    page = rivera.page
    rivera.open_chat("Ada")
    rivera.write("Hola")
    rivera.composer.fill("a medias")
    page.locator(".settings__button").click()
    choose(page, "es")
    expect(page.locator("account-settings language-choice select")).to_be_focused()
    expect(page).to_have_title("Fila")
    says_no_english(page, "console", "es")
    page.keyboard.press("Escape")
    page.locator(".row__more").click()
    expect(page.locator("patient-information")).to_be_visible()
    says_no_english(page, "console", "es")
    page.keyboard.press("Escape")
    page.locator(".chat__end").click()
    expect(page.locator("ended-banner")).to_be_visible()
    expect(page.locator("ended-banner .draft p")).to_have_text("a medias")
    says_no_english(page, "console", "es")
    kept = json.loads(page.evaluate("localStorage.getItem('lethe.prefs.v1')"))
    assert kept["language"] == "es"
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("En línea")).to_be_visible()
    says_no_english(page, "console", "es")


def test_arabic_is_written_from_the_right_and_fits_the_smallest_phone(clinic):
    page = patient_page(clinic, {"width": 320, "height": 640}, "ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert fits(page)
    rivera = clinic.provider()
    check_in(page, "Ahmad")
    rivera.open_chat("Ahmad")
    rivera.write("Please take 5 mg at 10:30.")
    rivera.write("خذ 5 mg صباحًا")
    page.locator("message-composer textarea").fill("نعم (5 mg) ok")
    page.locator(".composer__send").click()
    rivera.sees("نعم (5 mg) ok")
    directions = page.locator(".m__text > span").evaluate_all(
        "spans => spans.map(span => getComputedStyle(span).direction)")
    assert directions == ["ltr", "rtl", "rtl"]
    page.locator(".safety__chip").click()
    for code in (".safety__digits .safety__code", ".place__code .code"):
        assert page.locator(code).evaluate("node => getComputedStyle(node).direction") == "ltr"
    assert fits(page)
    # One's own messages are at the end of the line, which is the left.
    own, theirs = (page.locator(kind).first.bounding_box() for kind in (".m--own .m__text", ".m:not(.m--own) .m__text"))
    assert own["x"] < theirs["x"]


def test_the_language_changes_in_the_middle_of_a_chat_and_nothing_else_does(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    page = ada.page
    rivera.open_chat("Ada")
    rivera.write("Hello")
    ada.sees("Hello")
    ada.write("Hi")
    ada.composer.fill("Half a sentence")
    ada.composer.evaluate("area => area.setSelectionRange(4, 4)")
    code = ada.rejoin_code
    log = page.locator("message-log .log").evaluate_handle("log => log")
    for language, direction, you in (("es", "ltr", "Usted"), ("ar", "rtl", "أنت"), ("en", "ltr", "You")):
        choose(page, language)
        expect(page.locator("language-choice select")).to_be_focused()
        expect(page.locator("html")).to_have_attribute("dir", direction)
        expect(page.locator(".m--own .m__by bdi")).to_have_text(you)
        expect(ada.composer).to_have_value("Half a sentence")
        assert ada.composer.evaluate("area => area.selectionStart") == 4
        assert page.locator("message-log .log").evaluate("(log, same) => log === same", log)
        expect(page.locator("waiting-place .code")).to_have_text(code)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("document.cookie") == ""
    rivera.write("Still there?")
    ada.sees("Still there?")


def test_an_unknown_language_is_english_and_a_link_may_say_one(clinic):
    page = patient_page(clinic, PHONE, "de-AT")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check in")
    for fragment, heading in (("#lang=es", "Registro"), ("#lang=xx", "Check in"), ("#lang=../es", "Check in")):
        other = clinic.watch(page.context.new_page())
        other.goto(f"{clinic.relay.origin}/r/demo{fragment}")
        expect(other.locator("check-in h1")).to_have_text(heading)


def test_a_language_that_cannot_be_loaded_changes_nothing(clinic):
    page = patient_page(clinic, PHONE, "en-US")
    page.locator("#name").fill("Ada")
    page.route("**/strings/ar/**", lambda route: route.abort())
    page.locator("language-choice select").select_option("ar")
    expect(page.get_by_role("alert").filter(has_text="could not be loaded")).to_have_count(1)
    expect(page.locator("language-choice select")).to_have_value("en")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    expect(page.locator("#name")).to_have_value("Ada")


def test_check_in_waits_for_a_network_that_is_gone_and_keeps_what_was_typed(clinic):
    context = clinic.context(PHONE)
    page = clinic.watch(context.new_page())
    page.route("**/assets/pages/patient-visit.js", lambda route: route.abort())
    page.goto(f"{clinic.relay.origin}/r/demo")
    page.get_by_label("Your name or an alias").fill("Ada")
    page.get_by_role("button", name="Check in").click()
    expect(page.locator(".form__missing")).to_be_visible()
    expect(page.get_by_label("Your name or an alias")).to_have_value("Ada")
    page.unroute("**/assets/pages/patient-visit.js")
    page.get_by_role("button", name="Check in").click()
    expect(page.locator("waiting-place")).to_contain_text("You're checked in")
