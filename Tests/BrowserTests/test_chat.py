from playwright.sync_api import expect


def test_a_provider_and_two_patients_chat_and_nobody_sees_what_is_not_theirs(clinic):
    rivera, ada, ben = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    ada.write("Is the dose 5 mg?")
    ben.write("I have a cough")
    rivera.unread("Ada", 1)
    rivera.unread("Ben", 1)
    rivera.open_chat("Ada")
    rivera.sees("Is the dose 5 mg?")
    rivera.write("Yes, once a day")
    ada.sees("Yes, once a day")
    rivera.open_chat("Ben")
    rivera.sees("I have a cough")
    expect(rivera.log).not_to_contain_text("5 mg")
    ben.does_not_see("once a day")
    ben.does_not_see("Ada")
    ada.does_not_see("cough")


def test_a_message_is_sent_then_delivered_then_seen(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.has_row("Ada")
    ada.write("Hello")
    expect(ada.log).to_contain_text("Delivered")
    expect(ada.log).not_to_contain_text("Seen")
    rivera.look()
    rivera.open_chat("Ada")
    expect(ada.log).to_contain_text("Seen")


def test_without_a_provider_messages_wait_in_the_patients_page(clinic):
    ada = clinic.patient("Ada")
    ada.write("Is anybody there?")
    expect(ada.log).to_contain_text("Waiting for a provider")
    clinic.relay.wait_for_status(visits=1, messages=0)
    rivera = clinic.provider()
    rivera.unread("Ada", 1)
    rivera.open_chat("Ada")
    rivera.sees("Is anybody there?")


def test_typing_shows_and_goes_away(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.composer.press_sequentially("Hel")
    expect(rivera.page.locator("conversation-view .typing")).to_contain_text("Ada is typing")
    ada.composer.press("Enter")
    expect(rivera.page.locator("conversation-view .typing")).not_to_contain_text("typing")


def test_after_the_patient_left_sending_is_impossible_and_the_chat_stays_readable(clinic):
    rivera, ada = clinic.provider(), clinic.patient("Ada")
    rivera.open_chat("Ada")
    ada.write("I have to go")
    rivera.composer.fill("Wait")
    ada.leave()
    expect(rivera.page.get_by_text("You can't send messages").first).to_be_visible()
    expect(rivera.composer).to_be_hidden()
    rivera.sees("I have to go")


def test_a_draft_stays_with_its_patient(clinic):
    rivera, _, _ = clinic.provider(), clinic.patient("Ada"), clinic.patient("Ben")
    rivera.open_chat("Ada")
    rivera.composer.fill("For Ada only")
    rivera.open_chat("Ben")
    expect(rivera.composer).to_have_value("")
    rivera.open_chat("Ada")
    expect(rivera.composer).to_have_value("For Ada only")


def test_what_people_type_is_text_and_nothing_else(clinic):
    rivera, ada = clinic.provider(), clinic.patient('<img src=x onerror="window.hit=1">')
    ada.write("<script>window.hit=1</script> https://clinic.example/a?b=1 javascript:alert(1)")
    rivera.page.get_by_role("button", name="open chat").first.click()
    rivera.sees("<script>window.hit=1</script>")
    link = rivera.log.get_by_role("link")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", "https://clinic.example/a?b=1")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    assert rivera.page.evaluate("window.hit") is None
    assert ada.page.evaluate("window.hit") is None
