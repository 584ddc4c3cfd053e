"""Geometry of a schematic map: every region a tile of one size. registry/charts/tile_map.html draws it.

Units are those of the viewBox, whole numbers. The map is as wide as a phone, so its words can be read there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SIDE, GAP = 64, 4
LONGEST = 9  # letters of a line that fit


@dataclass(frozen=True)
class Tile:
    """`series` names the colour, `shown` is the number on the tile, `told` says all of it in words; no `address`, no
    link."""

    row: int
    column: int
    name: str
    shown: str
    told: str
    series: str
    address: str = ""

    @property
    def x(self) -> int:
        return self.column * (SIDE + GAP)

    @property
    def y(self) -> int:
        return self.row * (SIDE + GAP)

    @property
    def middle(self) -> int:
        return self.x + SIDE // 2

    @property
    def lines(self) -> list[tuple[int, str]]:
        """The name in one line or two, each with its y."""
        words = [self.name] if len(self.name) <= LONGEST else self.name.split(" ", 1)
        return [(self.y + 15 + 11 * n, _short(word)) for n, word in enumerate(words)]

    @property
    def number_y(self) -> int:
        return self.y + SIDE - 10


class TileMap:
    """`key` is part of an id."""

    side = SIDE

    def __init__(self, key: str, title: str, tiles: Iterable[Tile]) -> None:
        self.key, self.title = key, title
        self.tiles: Sequence[Tile] = sorted(tiles, key=lambda tile: (tile.row, tile.column))

    @property
    def frame(self) -> str:
        """The viewBox, with room for the lines around the outer tiles."""
        right, lower = (max(getattr(tile, side) for tile in self.tiles) + SIDE for side in ("x", "y"))
        return f"-2 -2 {right + 4} {lower + 4}"

    @property
    def description(self) -> str:
        """The whole picture in words."""
        return "; ".join(tile.told for tile in self.tiles)


def _short(word: str) -> str:
    return word if len(word) <= LONGEST + 1 else f"{word[:LONGEST]}…"
