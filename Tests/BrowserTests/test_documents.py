"""What the documents show works as it stands there."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_small_client_of_the_protocol_page_says_hello(clinic):
    code = re.search(r"## A small client.*?```js\n(.*?)```",
                     (ROOT / "docs/protocol.md").read_text(), re.S).group(1)
    rivera = clinic.provider()
    page = clinic.context({"width": 360, "height": 740}).new_page()
    page.goto(f"{clinic.relay.origin}/r/demo")
    page.evaluate(f"async () => {{ {code}\n }}")
    rivera.has_row("Ada")
    rivera.unread("Ada", 1)
    rivera.open_chat("Ada")
    rivera.sees("Hello")
