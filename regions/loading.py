"""What `load_registry` brings of territories and organisations."""

from collections.abc import Iterator
from itertools import islice

from regions.choices import RegionKind, RegionLevel
from regions.models import (
    Official,
    Organisation,
    OrganisationGroup,
    OrganisationGroupMember,
    Region,
    RegionGroup,
    RegionGroupMember,
    RegionRenumbering,
)
from registry.loading import Fresh, Loader, Row, Step, read_csv, tables
from registry.scope import COUNTRY, level_of, subtree

BATCH = 1000

KINDS = {
    "область": RegionKind.OBLAST,
    "город республиканского значения": RegionKind.REPUBLICAN_CITY,
    "город республиканского значения (столица)": RegionKind.CAPITAL,
    "район": RegionKind.DISTRICT,
    "городская администрация": RegionKind.CITY_ADMINISTRATION,
    "сельский округ": RegionKind.RURAL_OKRUG,
    "сельская администрация": RegionKind.RURAL_ADMINISTRATION,
    "поселковая администрация": RegionKind.TOWNSHIP_ADMINISTRATION,
    "районная администрация в городе": RegionKind.CITY_DISTRICT_ADMINISTRATION,
    "район в городе": RegionKind.CITY_DISTRICT,
    "город": RegionKind.TOWN,
    "посёлок": RegionKind.TOWNSHIP,
    "село": RegionKind.VILLAGE,
    "станция": RegionKind.STATION,
    "разъезд": RegionKind.SIDING,
    "зимовка": RegionKind.WINTERING,
    "участок": RegionKind.PLOT,
    "отгонный участок": RegionKind.PASTURE_PLOT,
    "точка": RegionKind.POINT,
    "ферма": RegionKind.FARM,
    "крестьянское хозяйство": RegionKind.PEASANT_FARM,
    "отделение": RegionKind.DEPARTMENT,
    "прочее": RegionKind.OTHER,
}
NAMED = (
    "name_ru",
    "name_kk",
    "name_en",
    "short_name_ru",
    "short_name_kk",
    "short_name_en",
    "iso",
    "tile_row",
    "tile_column",
)


class Classifier:
    """Makes regions of the rows of kato.csv; the country and its regions are named by regions.csv.

    What makes the tree is checked here, in memory: 15,594 questions to the database would take minutes.
    """

    def __init__(self, loader: Loader) -> None:
        self.loader = loader
        self.keys = loader.keys(Region)
        self.named = {row["code"]: row for row in read_csv("regions.csv")}
        self.english = {row["code"]: row["name_en"] for row in read_csv("districts.csv")}
        self.codes = self.keys.present.keys() | {COUNTRY} | {row["code"] for row in read_csv("kato.csv")}

    def regions(self) -> Iterator[Fresh]:
        """The missing ones, the country first, parents before children."""
        self.loader.tick(len(self.named) + len(self.english))
        if COUNTRY not in self.keys.present:
            country = Region(code=COUNTRY, level=RegionLevel.COUNTRY, kind=RegionKind.COUNTRY)
            yield self._named(country), self.named[COUNTRY]
        for row in self.loader.missing(Region, "kato.csv", key="code"):
            if row["parent_code"] in self.keys.gone:
                self.keys.gone.add(row["code"])
            else:
                yield self._named(self._region(row)), row

    def _region(self, row: Row) -> Region:
        if row["type"] not in KINDS:
            raise row.error("type", f"there is no kind «{row['type']}»")
        return Region(
            code=row["code"],
            level=self._level(row),
            kind=KINDS[row["type"]],
            parent_id=self._parent(row),
            name_ru=row["name_ru"],
            name_kk=row["name_kk"],
            name_en=self.english.get(row["code"], ""),
            terrain=row["k"],
        )

    def _level(self, row: Row) -> int:
        level = level_of(row["code"])
        if row["level"] != str(level):
            raise row.error("level", f"the zeros of {row['code']} say {level}, not «{row['level']}»")
        return level

    def _parent(self, row: Row) -> str:
        code, parent = row["code"], row["parent_code"] or COUNTRY
        first, last = subtree(parent)
        if parent not in self.codes:
            raise row.error("parent_code", f"there is no unit {parent}")
        if not (first <= code <= last and level_of(parent) < level_of(code)):
            raise row.error("parent_code", f"{code} does not lie in {parent}")
        return parent

    def _named(self, region: Region) -> Region:
        if row := self.named.get(region.code):
            self.loader.fill(region, row, NAMED)
            if row["centre"] and row["centre"] not in self.codes:
                raise row.error("centre", f"there is no unit {row['centre']}")
            region.centre_id = row["centre"] or None
        return region


def load_regions(loader: Loader) -> None:
    regions = Classifier(loader).regions()
    while batch := list(islice(regions, BATCH)):
        loader.insert_all(batch)


STEPS = [
    Step("regions", ("kato.csv", "regions.csv", "districts.csv"), load_regions),
    tables("renumberings", renumberings=RegionRenumbering),
    tables("region_groups", region_groups=RegionGroup, region_group_members=RegionGroupMember),
    tables("organisations", organisations=Organisation),
    tables(
        "organisation_groups",
        organisation_groups=OrganisationGroup,
        organisation_group_members=OrganisationGroupMember,
    ),
    tables("officials", officials=Official),
]
