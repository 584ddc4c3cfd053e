"""A registry small enough to be walked whole: a row of every model in Akmola, and one in Zhambyl that nobody of Akmola
may meet, its texts planted with words to look for. Models and their fields are found, not listed, so that what is added
tomorrow is planted too; what everybody may read is named in READ_BY_ALL.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from typing import Any
from zipfile import ZipFile

from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Count, Sum
from django.test import Client
from pypdf import PdfReader

from programs.instructions.choices import AccessMark, DeadlineKind, ExecutorRole, InstructionState
from registry.accounts.choices import Role
from registry.accounts.models import ApiToken, User
from registry.accounts.roles import STAFF_ROLES
from registry.checks import own_models
from registry.scope import COUNTRY
from tests.factories import AKMOLA, ZHAMBYL, make_program, make_region, make_token, make_user

Rows = dict[str, Any]  # a row of each model, by its label

LURE = "kanareika"  # what a curious reader searches for
HIDDEN, SECRET, OWN = f"taynik {LURE}", f"dsptext {LURE}", f"svoyo {LURE}"
# What no reader of another region meets, and what nobody meets who may not read what is for official use.
HIDDEN_SIGN, SECRET_SIGN = "taynik", "dsptext"

# Reference data: the classifier, organisations and their people, programmes, what worked and is to be spread.
READ_BY_ALL = {
    "regions.Region", "regions.RegionRenumbering", "regions.RegionGroup", "regions.RegionGroupMember",
    "regions.Organisation", "regions.OrganisationGroup", "regions.OrganisationGroupMember", "regions.Official",
    "standards.StandardItem", "programs.Source", "programs.Program", "programs.ProgramLink", "programs.ProgramTerm",
    "programs.MonthlyIndex", "programs.InformationSystem", "programs.Practice", "programs.PracticeReplication",
    "indicators.Indicator", "instructions.CalendarDay",
}  # fmt: skip
LEDGER = ("Deadline", "Extension", "Report", "Attachment", "Act")
# Where a row needs more than the first value each field takes.
SPECIAL: dict[str, dict[str, Any]] = {
    "instructions.Instruction": {"state": InstructionState.ON_CONTROL, "issued_on": date(2026, 1, 31)},
    "instructions.Deadline": {
        "state": "open",
        "kind": DeadlineKind.INTERIM,  # which names its period
        "role": ExecutorRole.EQUAL,
        "due": date(2026, 2, 20),
        "due_original": date(2026, 2, 16),
    },
    "instructions.Act": {"verb": "issue", "state_before": "draft", "state_after": "open"},
    "instructions.CalendarDay": {"is_working": False},
    "programs.ProgramLink": {"linked": make_program},
    "standards.Provision": {"required": 5, "provided": 3},
    "accounts.User": {"is_superuser": False, "is_staff": False},
}
EVERY_STAFF_ROLE = "staff"  # somebody with all the roles that enter the admin
OUTSIDER = "nobody"  # somebody signed in without role or region

_number = count(1)


@dataclass
class World:
    own: Rows
    foreign: Rows
    shared: Rows  # an instruction of the whole country with an executor in Akmola, and what Zhambyl does under it
    secret: Rows  # an instruction for official use in Akmola, and what is done under it
    people: dict[str, User]  # of Akmola, by role
    keys: dict[str, str]  # of the API, by role

    def browser(self, who: str) -> Client:
        """Signed in as `who`; as nobody for a name that is nobody's. Errors come as the answer 500."""
        client = Client(raise_request_exception=False)
        if who in self.people:
            client.force_login(self.people[who])
        return client

    def caller(self, who: str) -> Client:
        """Of the API, with a token."""
        key = self.keys.get(who) or make_token(self.people[who])
        return Client(headers={"authorization": f"Token {key}"}, raise_request_exception=False)


def said(response: Any) -> str:
    """All that an answer says, in lower case: its body, the text within a file of the office, headers and cookies."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as archive:
            body = b"".join(archive.read(name) for name in archive.namelist())
    if body.startswith(b"%PDF") and b"%%EOF" in body:
        body = "".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages).encode()
    return f"{body.decode(errors='replace')} {response.headers} {response.cookies}".lower()


def state() -> list[Any]:
    """Changes with every write to a record of ours."""
    counted = []
    for model in own_models():
        version = {"version": Sum("version")} if hasattr(model, "version") else {}
        counted.append((model.__name__, model._base_manager.aggregate(n=Count("pk"), **version)))
    return counted


def make_world() -> World:
    """Needs the groups of all roles."""
    make_region(COUNTRY)
    own = side(AKMOLA, OWN, {"auth.Group": Group.objects.earliest("pk")})
    common: Rows = {label: own[label] for label in READ_BY_ALL - {"regions.Region", "regions.Organisation"}}
    bodies = {"regions.Organisation": plant("regions.Organisation", {"regions.Region": make_region(ZHAMBYL)}, "Akimat")}
    foreign = side(ZHAMBYL, HIDDEN, common | bodies)
    assert foreign.keys() == own.keys() - {"auth.Group"}
    people = _people(own)
    keys = {who: make_token(user) for who, user in people.items()}
    return World(own, foreign, _shared(own, foreign), _secret(own), people, keys)


def _shared(own: Rows, foreign: Rows) -> Rows:
    """Rows of the whole country point at rows of Zhambyl where they can."""
    national = own | {"regions.Region": make_region(COUNTRY)}
    funding = plant("programs.Funding", national, OWN, part_of=foreign["programs.Funding"])
    instruction = plant("instructions.Instruction", national, OWN, controller=foreign["accounts.User"])
    rows = foreign | {"programs.Funding": funding, "instructions.Instruction": instruction}
    plant("instructions.Deadline", own | {"instructions.Instruction": instruction}, OWN)
    return _with_ledger(rows, HIDDEN)


def _secret(own: Rows) -> Rows:
    mark = AccessMark.RESTRICTED
    instruction = plant("instructions.Instruction", own, SECRET, access_mark=mark)
    return _with_ledger(own | {"instructions.Instruction": instruction}, SECRET)


def _with_ledger(rows: Rows, word: str) -> Rows:
    rows = dict(rows)
    for name in LEDGER:
        rows[f"instructions.{name}"] = plant(f"instructions.{name}", rows, word)
    return rows


def _people(own: Rows) -> dict[str, User]:
    body = own["regions.Organisation"]
    people = {
        role.value: make_user(role, AKMOLA, is_staff=role in STAFF_ROLES, organisation=body, last_name=role.value)
        for role in Role
    }
    people[EVERY_STAFF_ROLE] = make_user(region=AKMOLA, is_staff=True)
    people[EVERY_STAFF_ROLE].groups.set(Group.objects.filter(name__in=STAFF_ROLES))
    people[OUTSIDER] = make_user(region=None)
    return people


def side(code: str, word: str, given: Rows) -> Rows:
    """`given` with a row of every other model, all of the territory `code` and of each other."""
    rows = {"regions.Region": make_region(code)} | given
    for model in own_models():
        _ensure(model, rows, word)
    return rows


def _ensure(model: type[models.Model], rows: Rows, word: str) -> None:
    if model._meta.label in rows:
        return
    for key in _keys(model):
        _ensure(key.remote_field.model, rows, word)
    rows[model._meta.label] = plant(model._meta.label, rows, word)


def _keys(model: Any) -> list[Any]:
    """Foreign keys to other models of ours."""
    keys = (each for each in model._meta.concrete_fields if isinstance(each, models.ForeignKey))
    return [each for each in keys if each.remote_field.model not in (model, Group)]


def plant(label: str, rows: Rows, word: str, **fields: Any) -> Any:
    """A row of `label` that points at `rows` wherever it can and says `word` in every text."""
    model: Any = apps.get_model(label)
    if model is ApiToken:
        return ApiToken.objects.create(user=rows["accounts.User"], name=word)[0]
    given = {name: value() if callable(value) else value for name, value in (SPECIAL.get(label, {}) | fields).items()}
    values = {each.name: _value(each, rows, word) for each in model._meta.concrete_fields if _is_filled(each, given)}
    return model.objects.create(**values | given)


def _is_filled(each: Any, given: dict[str, Any]) -> bool:
    timed = getattr(each, "auto_now", False) or getattr(each, "auto_now_add", False)
    return not (timed or each.primary_key or each.generated or each.name in given)


def _value(each: Any, rows: Rows, word: str) -> Any:
    if isinstance(each, models.ForeignKey):
        return rows.get(each.remote_field.model._meta.label) if each.remote_field.model != each.model else None
    if each.choices and not each.has_default():
        return each.choices[0][0]
    n = next(_number)
    match each:
        case models.Field() if each.choices:
            return each.get_default()
        case models.FileField():
            return ContentFile(b"%PDF-1.4 " + word.encode(), name=f"{word}.pdf")
        case models.JSONField():
            return [{"step": "period", "key": word, "to": "2026-02-16"}]
        case models.SlugField():
            return f"{n} {word}".replace(" ", "-")[: each.max_length]
        case models.CharField() | models.TextField():
            return f"{word} {n}"[: each.max_length]
    if each.null or each.has_default():
        return each.get_default()
    return date(2026, 2, 1) + timedelta(days=n) if isinstance(each, models.DateField) else each.to_python(n % 100 + 1)
