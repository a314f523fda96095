"""Draws each state of each page: `make screenshots`. With names of scenes: those only."""

import os
import pathlib
import shutil
import sys

from playwright.sync_api import sync_playwright

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Harness"))
import scenes_compliance  # noqa: E402
import scenes_console  # noqa: E402
import scenes_patient  # noqa: E402
from relay import Relay, free_port  # noqa: E402
from studio import Studio, fonts  # noqa: E402

TARGET = pathlib.Path(os.environ.get("LETHE_SCREENSHOTS", ROOT / "docs/screenshots"))

SECTIONS = {"The patient": "patient", "The provider": "console", "The reviewer": "compliance", "Elsewhere": ("embedded", "not-found")}
INTRODUCTION = """# The gallery

Each state of each page, at phone and desktop size, in light and dark, drawn from the real pages and a real relay by
`make screenshots`. Patients and words are made up; times and codes are the same in every picture. The face is Inter, where it is
installed; a reader gets the one of their own system."""


class GalleryRelay(Relay):
    def _configuration(self):
        given = super()._configuration()
        given["rooms"]["demo"]["hours"] = "Mon–Fri 9:00–17:00"
        return given


def pictures(name, size, width):
    return " ".join(
        f'<img src="{path.name}" width="{width}" alt="{size}, {scheme}">'
        for scheme in ("light", "dark")
        if (path := TARGET / f"{name}-{size}-{scheme}.png").exists())


def row(name, caption):
    wide = [pictures(name, "desktop", 260), pictures(name, "docked", 260)]
    if (TARGET / f"{name}.png").exists():
        wide.append(f'<img src="{name}.png" width="260" alt="on paper">')
    return f"| {caption} | {pictures(name, 'phone', 120)} | {' '.join(filter(None, wide))} |"


def write_index(scenes):
    """The page that shows them, in the order of the scenes."""
    states = [state for _, states in scenes for state in states.items()]
    parts = [INTRODUCTION]
    for title, areas in SECTIONS.items():
        rows = [row(name, caption) for name, caption in states if name.startswith(areas)]
        parts.append("\n".join([f"## {title}\n", "| State | Phone | Desktop |", "|---|---|---|", *rows]))
    (TARGET / "README.md").write_text("\n\n".join(parts) + "\n")


def main(wanted):
    scenes = scenes_patient.SCENES + scenes_console.SCENES + scenes_compliance.SCENES
    for former in [] if wanted else TARGET.glob("*.png"):
        former.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), env={**os.environ, **fonts()},
            args=["--no-sandbox", "--font-render-hinting=none", "--use-fake-device-for-media-stream"])
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
