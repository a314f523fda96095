"""Draws each state of each page: `make screenshots`. With names of scenes: those only."""

import os
import pathlib
import shutil
import sys

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Harness"))
import scenes_console  # noqa: E402
import scenes_patient  # noqa: E402
from relay import Relay, free_port  # noqa: E402
from studio import Studio, fonts  # noqa: E402

TARGET = pathlib.Path(os.environ.get("LETHE_SCREENSHOTS", ROOT / "docs/screenshots"))

INTRODUCTION = """# The gallery

Each state of each page, at phone and desktop size, in light and dark, drawn from the real pages and a real relay by
`make screenshots`. Patients and words are made up; times and codes are the same in every picture. The face is Inter, where it is
installed; a reader gets the one of their own system."""


class GalleryRelay(Relay):
    def _configuration(self):
        given = super()._configuration()
        given["rooms"]["demo"]["hours"] = "Mon–Fri 9:00–17:00"
        return given


def listed(name):
    """One state: its pictures side by side, as they are found."""
    def picture(size, width):
        return " ".join(
            f'<img src="{path.name}" width="{width}" alt="{size}, {scheme}">'
            for scheme in ("light", "dark")
            if (path := TARGET / f"{name}-{size}-{scheme}.png").exists())

    rows = [picture("phone", 180), picture("desktop", 400), picture("docked", 400)]
    if (TARGET / f"{name}.png").exists():
        rows.append(f'<img src="{name}.png" width="400" alt="on paper">')
    return "\n\n".join(row for row in rows if row)


def write_index(scenes):
    """The page that shows them, in the order of the scenes."""
    parts = [INTRODUCTION]
    for title, prefix in (("The patient", "patient"), ("The provider", "console"), ("Elsewhere", "")):
        parts.append(f"## {title}")
        for _, states in scenes:
            for name, caption in states.items():
                area = name.split("-")[0] if name.startswith(("patient", "console")) else ""
                if area == prefix:
                    parts.append(f"### {caption}\n\n{listed(name)}")
    (TARGET / "README.md").write_text("\n\n".join(parts) + "\n")


def main(wanted):
    scenes = scenes_patient.SCENES + scenes_console.SCENES
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), env={**os.environ, **fonts()},
            args=["--no-sandbox", "--font-render-hinting=none"])
        for scene, _ in scenes:
            name = f"{scene.__module__.removeprefix('scenes_')}.{scene.__name__}"
            if wanted and name not in wanted:
                continue
            port = free_port()
            with GalleryRelay(frame_ancestors=[f"https://127.0.0.1:{port}"]) as relay:
                studio = Studio(browser, relay, TARGET)
                studio.site_port = port
                scene(studio)
                studio.close()
        browser.close()
    write_index(scenes)


if __name__ == "__main__":
    main(sys.argv[1:])
