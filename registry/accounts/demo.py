"""Demo users: one per role, with generated passwords kept in a file that only its owner reads."""

import json
import os
import secrets
from pathlib import Path
from typing import Any, TypedDict

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from knox import crypto
from knox.settings import CONSTANTS

from registry.accounts.choices import Role
from registry.accounts.models import ApiToken, User
from registry.accounts.roles import STAFF_ROLES
from registry.scope import COUNTRY

AKMOLA = "110000000"
SCOPES = {Role.EDITOR: AKMOLA, Role.EXECUTOR: AKMOLA}  # the others see the whole country

Credentials = dict[str, dict[str, str]]


class Demo(TypedDict):
    """What `ensure_demo_users` did: roles whose user it made, and the credentials of all."""

    made: list[str]
    credentials: Credentials


@transaction.atomic
def ensure_demo_users(file: Path) -> Demo:
    """Makes the demo users that are missing, with the passwords `file` holds or new ones, which it writes there.

    Raises LookupError where the regions or the akimat of Akmola are not loaded yet, or a demo name is taken.
    """
    credentials: Credentials = json.loads(file.read_text()) if file.exists() else {}
    made = [role.value for role in Role if _ensure(role, credentials)]
    if made:
        _write_private(file, json.dumps(credentials, ensure_ascii=False, indent=2))
    return {"made": made, "credentials": credentials}


@transaction.atomic
def close_demo_users() -> int:
    """Outside the demo none of them may sign in: deactivated, and their tokens are gone. Returns how many."""
    ApiToken.objects.filter(user__is_demo=True).delete()
    users = User.objects.filter(is_demo=True, is_active=True)
    for user in users:
        user.is_active = False
        user.save()
    return len(users)


def _ensure(role: Role, credentials: Credentials) -> bool:
    """True when something had to be made."""
    user, made = User.objects.get_or_create(username=f"demo-{role.value}", defaults=_fields(role))
    if not user.is_demo:
        raise LookupError(f"{user.username} is a user of your own: rename it, the demo needs the name")
    made = made or not user.is_active
    if made:
        user.is_active = True
        user.groups.set([Group.objects.get(name=role)])
    if role == Role.CONSUMER:
        made = _ensure_token(user, credentials) or made
    elif made:
        entry = credentials.setdefault(role.value, {"username": user.username, "password": secrets.token_urlsafe(12)})
        user.set_password(entry["password"])
    if made:
        user.save()
    return made


def _fields(role: Role) -> dict[str, Any]:
    region = _related("region").filter(pk=SCOPES.get(role, COUNTRY)).first()
    if region is None:
        raise LookupError("load the regions first: manage.py load_registry")
    fields = {"region": region, "is_staff": role in STAFF_ROLES, "is_demo": True, "password": "!"}
    if role == Role.EXECUTOR:
        fields["organisation"] = _related("organisation").filter(kind="oblast_akimat", region_id=AKMOLA).first()
        if fields["organisation"] is None:
            raise LookupError("load the organisations first: manage.py load_registry")
    return fields


def _related(field: str) -> Any:
    return User._meta.get_field(field).related_model._default_manager  # type: ignore[union-attr]


def _ensure_token(user: User, credentials: Credentials) -> bool:
    """The token of the file, or a new one, is known to the database; the database keeps its digest only."""
    known = credentials.get(Role.CONSUMER, {}).get("token", "")
    if known and ApiToken.objects.filter(digest=crypto.hash_token(known)).exists():
        return False
    if known:
        ApiToken.objects.bulk_create(
            [
                ApiToken(
                    user=user,
                    name="demo",
                    token_key=known[: CONSTANTS.TOKEN_KEY_LENGTH],
                    digest=crypto.hash_token(known),
                    created=timezone.now(),
                )
            ]
        )
        return True
    credentials[Role.CONSUMER.value] = {"token": ApiToken.objects.create(user=user, name="demo", expiry=None)[1]}
    return True


def _write_private(file: Path, text: str) -> None:
    """Whole or not at all, readable by the owner alone from its first byte."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text + "\n")
    draft.replace(file)
