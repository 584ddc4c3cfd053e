"""Every list and form of the admin opens, and a model without a place in it is found."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteMixin
from django.forms import HiddenInput, ModelChoiceField
from django.urls import reverse

from registry.admin.site import GROUPS
from registry.checks import own_models
from tests.admin_rows import MAKERS, NOT_ADDED, NOT_DELETED
from tests.staff import make_staff, page_of, sign_in

# Models that have no admin of their own, and why.
NOT_REGISTERED = {
    "regions.RegionGroupMember": "on the page of its group",
    "regions.OrganisationGroupMember": "on the page of its group",
    "programs.ProgramLink": "on the page of its programme",
    "programs.PracticeReplication": "on the page of its practice",
    "accounts.Authenticator": "its secret is for the phone alone; what concerns others is on the page of its user",
    "accounts.RecoveryCode": "on the page of its user alone, and only how many are left",
    "instructions.Attachment": "files are given out by a view that checks access",
}
REGISTERED = sorted(MAKERS)


@pytest.fixture
def client(roles):
    return sign_in(make_staff())


def test_every_model_has_its_place():
    named = {name for group in GROUPS for name in group.models}
    registered = {model._meta.label for model in admin.site._registry}
    own = {model._meta.label for model in own_models()}
    assert own - registered == NOT_REGISTERED.keys()
    assert named == registered == MAKERS.keys()


def test_the_front_page_is_grouped_by_task(client):
    groups = client.get(reverse("admin:index")).context["app_list"]
    assert [group["app_label"] for group in groups] == [f"task-{group.slug}" for group in GROUPS]


def test_groups_without_a_list_one_may_see_vanish(roles):
    groups = sign_in(make_staff("editor")).get(reverse("admin:index")).context["app_list"]
    assert {group["app_label"] for group in groups} == {
        "task-programs", "task-indicators", "task-cooperatives", "task-regions", "task-standards", "task-reference"
    }  # fmt: skip


def test_django_s_own_list_of_an_application_opens(client):
    for app in ("programs", "instructions", "regions", "accounts"):
        assert client.get(reverse("admin:app_list", args=(app,))).status_code == 200


@pytest.mark.parametrize("label", REGISTERED)
def test_list_opens_and_is_searched(client, label):
    record = MAKERS[label]()
    response = client.get(page_of(record, "changelist"))
    assert response.status_code == 200
    assert response.context["cl"].result_count
    assert client.get(page_of(record, "changelist"), {"q": "есть"}).status_code == 200


@pytest.mark.parametrize("label", REGISTERED)
def test_forms_open(client, label):
    record = MAKERS[label]()
    assert client.get(page_of(record)).status_code == 200
    assert client.get(page_of(record, "add")).status_code == (403 if label in NOT_ADDED else 200)
    assert client.get(page_of(record, "delete")).status_code == (403 if label in NOT_DELETED else 200)


@pytest.mark.parametrize("label", REGISTERED)
def test_history_opens_where_there_is_one(client, label):
    record = MAKERS[label]()
    response = client.get(page_of(record, "history"))
    assert response.status_code == (200 if hasattr(record, "history") or label == "auth.Group" else 302)


@pytest.mark.parametrize("label", REGISTERED)
def test_columns_fields_and_search_are_said(label):
    model_admin: Any = admin.site._registry[apps.get_model(label)]
    assert model_admin.list_display != ("__str__",)
    assert model_admin.search_fields
    assert model_admin.fields or model_admin.fieldsets
    assert model_admin.date_hierarchy is None


@pytest.mark.parametrize("label", sorted(set(REGISTERED) - NOT_ADDED))
def test_foreign_keys_are_searched_not_listed(client, label):
    """A drop-down of 15,594 regions must not come about by forgetting."""
    response = client.get(page_of(MAKERS[label](), "add"))
    forms = [response.context["adminform"].form]
    forms += [inline.formset.empty_form for inline in response.context["inline_admin_formsets"]]
    for form in forms:
        for name, field in form.fields.items():
            if isinstance(field, ModelChoiceField) and not isinstance(field.widget, HiddenInput):
                widget = getattr(field.widget, "widget", field.widget)
                assert isinstance(widget, AutocompleteMixin) or name in ("group", "groups"), name
