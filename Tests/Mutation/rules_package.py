"""A package of the rules alone: Rooms, RelayTesting, RoomsTests. Builds without a dependency.

    python3 Tests/Mutation/rules_package.py DIRECTORY

`make simulate` builds it for production with what is tested left visible; `mutate.py` builds it with
mutants in the rules.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

FEATURES = re.findall(r'enableUpcomingFeature\("(\w+)"\)', (ROOT / "Package.swift").read_text())

PACKAGE = """// swift-tools-version: 6.1

import PackageDescription

let settings: [SwiftSetting] = [
    %(features)s
    .unsafeFlags([%(flags)s]),
]

let package = Package(
    name: "rules",
    targets: [
        %(more)s
        .target(name: "Rooms", dependencies: [%(needs)s], swiftSettings: settings),
        .target(
            name: "RelayTesting", dependencies: ["Rooms"], path: "Tests/RelayTesting",
            swiftSettings: settings),
        .testTarget(
            name: "RoomsTests", dependencies: ["Rooms", "RelayTesting"], swiftSettings: settings),
    ]
)
"""
TESTS = "rulesPackageTests.xctest"


# A fifth faster: the checkers know the rules' tables.
FLAGS = '"-enable-testing", "-cross-module-optimization"'


def write(directory, flags=FLAGS, more="", needs=""):
    """Writes the package; what is as it was keeps its time, so that it is not built again."""
    directory = pathlib.Path(directory)
    keep(directory / "Package.swift", PACKAGE % {
        "features": "\n    ".join(f'.enableUpcomingFeature("{name}"),' for name in FEATURES),
        "flags": flags, "more": more, "needs": needs})
    for folder in ("Sources/Rooms", "Tests/RelayTesting", "Tests/RoomsTests"):
        files = {file.name: file for file in (ROOT / folder).glob("*.swift")}
        for file in files.values():
            if not needs or folder != "Sources/Rooms":
                keep(directory / folder / file.name, file.read_text())
        for old in (directory / folder).glob("*.swift"):
            if old.name not in files and not old.name.startswith("Mutation"):
                old.unlink()


def keep(path, text):
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


if __name__ == "__main__":
    write(sys.argv[1])
