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


class GalleryRelay(Relay):
    def _configuration(self):
        given = super()._configuration()
        given["rooms"]["demo"]["hours"] = "Mon–Fri 9:00–17:00"
        return given


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


if __name__ == "__main__":
    main(sys.argv[1:])
