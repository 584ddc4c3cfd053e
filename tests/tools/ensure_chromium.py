"""Finds Chromium for the browser tests, or installs it: `python tests/tools/ensure_chromium.py`.

CHROMIUM=/path/to/program names one explicitly. Playwright's own download comes last: many networks refuse it.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-dejavu-core")  # the fonts draw Kazakh letters
HOW_TO_INSTALL = (
    "The browser tests need Chromium and could not get it. On Debian, as root:\n"
    f"    apt-get update && apt-get install -y --no-install-recommends {' '.join(PACKAGES)}\n"
    "Elsewhere install Chromium or Chrome, and set CHROMIUM=/path/to/it if it is not in PATH."
)


def find_chromium() -> str | None:
    """Path of a Chromium that starts (on Ubuntu the command may be a stub that only advertises a snap)."""
    if named := os.environ.get("CHROMIUM"):
        return named if _starts(named) else None
    found = (path for name in NAMES if (path := shutil.which(name)) and _starts(path))
    return next(found, None) or _playwrights_own()


def _starts(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if _starts(path) else None


def _install() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-qq"], env=env)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], env=env)
    if not find_chromium():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])


def main() -> int:
    if not find_chromium():
        print("Chromium is missing: installing it", flush=True)
        _install()
    if path := find_chromium():
        print(f"Chromium: {path}")
        return 0
    print(HOW_TO_INSTALL, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
