"""QR codes as a path of an <svg>, so that a page shows one without script, file or inline style."""

from dataclasses import dataclass

import segno

QUIET_ZONE = 4  # modules around it, which readers need


@dataclass(frozen=True)
class QrCode:
    """`side` in modules, quiet zone included; `path` draws the dark ones, one unit each."""

    side: int
    path: str


def qr_code(text: str) -> QrCode:
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=QUIET_ZONE))
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    return QrCode(len(rows), "".join(dark))
