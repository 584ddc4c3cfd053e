"""An editor of Akmola meets nothing of Zhambyl in the admin: no list, form, choice, filter, deletion or history."""

import json

import pytest
from django.urls import reverse

from programs.cooperatives.models import Cooperative, Support
from programs.instructions.choices import AccessMark, InstructionState
from programs.models import Funding, Practice, PracticeReplication
from registry.accounts.choices import Role
from registry.admin.chooser import NO_SUCH_CHOICE
from tests.factories import (
    AKMOLA,
    ZHAMBYL,
    make_cooperative,
    make_deadline,
    make_funding,
    make_instruction,
    make_organisation,
    make_region,
    make_source,
    make_value,
)  # fmt: skip
from tests.staff import errors_at, filled, in_russian, make_staff, page_of, sealed, sign_in

CANARY = "КАНАРЕЙКА"


@pytest.fixture
def bolat(roles):
    """Controls and edits for Akmola."""
    return make_staff(Role.CONTROLLER, Role.EDITOR, region=AKMOLA)


@pytest.fixture
def client(bolat):
    return sign_in(bolat)


def choices(client, model, field, term=""):
    """What the autocomplete of `field` offers."""
    app_label, model_name = model.split(".")
    asked = {"app_label": app_label, "model_name": model_name, "field_name": field, "term": term}
    response = client.get(reverse("admin:autocomplete"), asked)
    return [found["text"] for found in json.loads(response.content)["results"]] if response.status_code == 200 else None


def foreign_rows():
    return [
        make_cooperative(ZHAMBYL, name_ru=CANARY),
        make_funding(ZHAMBYL, purpose=CANARY),
        make_value(ZHAMBYL, note=CANARY),
        make_instruction(ZHAMBYL, text=CANARY),
        make_deadline(ZHAMBYL, executor=make_organisation(ZHAMBYL, name_ru=CANARY)),
    ]


def test_lists_hide_other_regions(client):
    make_cooperative(AKMOLA, name_ru="Свой")
    for row in foreign_rows():
        html = client.get(page_of(row, "changelist"), {"q": CANARY}).content.decode()
        assert html.count(CANARY) == html.count(f'value="{CANARY}"')
    assert "Свой" in client.get(reverse("admin:cooperatives_cooperative_changelist")).content.decode()


@pytest.mark.parametrize("page", ["change", "delete", "history"])
def test_pages_of_other_regions_do_not_open(client, page):
    for row in foreign_rows():
        response = client.get(page_of(row, page), follow=True)
        assert CANARY not in response.content.decode()
        assert response.status_code == 403 or response.redirect_chain


def test_a_national_row_is_read_and_not_written(client):
    national = make_funding(purpose="На страну")
    response = client.get(page_of(national))
    assert response.status_code == 200
    assert not response.context["has_change_permission"]
    assert client.post(page_of(national), {"purpose": "Моё"}).status_code == 403
    assert client.post(page_of(national, "delete"), {"post": "yes"}).status_code == 403


def test_a_regional_editor_adds_no_reference_data(client):
    assert client.get(reverse("admin:programs_program_add")).status_code == 403
    assert client.get(reverse("admin:cooperatives_cooperative_add")).status_code == 200


def test_a_new_record_starts_in_the_own_region(client):
    form = client.get(reverse("admin:cooperatives_cooperative_add")).context["adminform"].form
    assert form["region"].value() == AKMOLA


@pytest.mark.parametrize("region", [ZHAMBYL, "000000000"])
def test_a_foreign_region_is_refused_on_adding(client, region):
    make_region(region)
    page = reverse("admin:cooperatives_cooperative_add")
    response = client.post(page, filled(client.get(page), name_ru="Чужой", region=region))
    assert errors_at(response)["region"] == [in_russian(NO_SUCH_CHOICE)]
    assert not Cooperative.objects.exists()


def test_a_record_is_not_moved_to_another_region(client):
    own = make_cooperative(AKMOLA)
    make_region(ZHAMBYL)
    response = client.post(page_of(own), filled(client.get(page_of(own)), region=ZHAMBYL))
    assert "region" in errors_at(response)
    own.refresh_from_db()
    assert own.region_id == AKMOLA


def test_a_row_of_another_region_is_not_chosen_as_parent(client):
    foreign = make_cooperative(ZHAMBYL)
    page = reverse("admin:cooperatives_support_add")
    sent = filled(client.get(page), cooperative=foreign.pk, kind="loan", amount="5", provided_on="02.03.2026")
    assert "cooperative" in errors_at(client.post(page, sent))
    assert not Support.objects.exists()


def test_autocomplete_offers_the_own_territory(client):
    make_region(ZHAMBYL)
    make_region("116630100")
    offered = choices(client, "cooperatives.cooperative", "region")
    assert len(offered) == 4
    assert not [name for name in offered if ZHAMBYL in name]


def test_autocomplete_hides_rows_of_other_regions(client):
    make_cooperative(ZHAMBYL, name_ru=CANARY)
    make_funding(ZHAMBYL, purpose=CANARY)
    assert choices(client, "cooperatives.support", "cooperative", CANARY.lower()) == []
    assert choices(client, "programs.funding", "part_of") == []


def test_autocomplete_asks_for_a_permission(roles):
    official = sign_in(make_staff(Role.CONTROLLER, region=AKMOLA))
    assert choices(official, "instructions.instruction", "controller") is not None
    assert choices(official, "accounts.apitoken", "user") is None
    assert choices(official, "instructions.act", "nothing") is None


def test_filters_name_no_row_of_another_region(client):
    foreign = make_funding(ZHAMBYL)
    own = make_funding(AKMOLA)
    html = client.get(reverse("admin:programs_funding_changelist")).content.decode()
    assert str(own.program) in html
    assert str(foreign.program) not in html


def test_a_filter_beyond_the_offered_ones_is_refused(client):
    for query in ("source__publisher__startswith=x", "note__contains=x", "program__owner__email__startswith=x"):
        assert client.get(reverse("admin:programs_funding_changelist") + "?" + query).status_code == 400
    for query in ("controller__password__startswith=p", "region__name_ru__startswith=x"):
        assert client.get(reverse("admin:instructions_instruction_changelist") + "?" + query).status_code == 400


def test_deleting_a_parent_with_rows_of_others_is_refused_without_names(client):
    """Practices are read by every region; their replications elsewhere keep them, and stay unnamed."""
    practice = Practice.objects.create(name_ru="Опыт", region=make_region(AKMOLA), description="Д")
    PracticeReplication.objects.create(practice=practice, region=make_region(ZHAMBYL), state="started")
    assert client.post(page_of(practice, "delete"), {"post": "yes"}).status_code == 200
    assert Practice.objects.exists()


def test_what_forbids_a_deletion_is_named_only_to_those_who_see_it(roles):
    source = make_source()
    make_cooperative(ZHAMBYL, name_ru=CANARY, source=source)
    editor = sign_in(make_staff(Role.EDITOR, region=AKMOLA))
    assert editor.get(page_of(source, "delete")).status_code == 403
    html = sign_in(make_staff()).get(page_of(source, "delete")).content.decode()
    assert CANARY in html


def test_rows_of_others_on_an_own_page_take_no_input(client):
    practice = Practice.objects.create(name_ru="Опыт", region=make_region(AKMOLA), description="Д")
    foreign = PracticeReplication.objects.create(practice=practice, region=make_region(ZHAMBYL), state="started")
    sent = filled(client.get(page_of(practice))) | {"replications-0-id": foreign.pk, "replications-0-state": "declined"}
    client.post(page_of(practice), sent | {"replications-0-DELETE": "on"})
    foreign.refresh_from_db()
    assert foreign.state == "started"


def test_a_bulk_action_touches_own_rows_only(client):
    own, foreign = make_cooperative(AKMOLA), make_cooperative(ZHAMBYL, name_ru=CANARY)
    sent = {"action": "delete_selected", "_selected_action": [own.pk, foreign.pk], "post": "yes"} | sealed(own, foreign)
    response = client.post(reverse("admin:cooperatives_cooperative_changelist"), sent, follow=True)
    assert list(Cooperative.objects.all()) == [foreign]
    assert CANARY not in response.content.decode()


def test_a_bulk_deletion_of_read_only_rows_is_refused(client):
    national = make_funding()
    sent = {"action": "delete_selected", "_selected_action": [national.pk], "post": "yes"} | sealed(national)
    assert client.post(reverse("admin:programs_funding_changelist"), sent).status_code == 403
    assert Funding.objects.exists()


def test_deadlines_of_other_regions_stay_off_the_page_of_a_shared_instruction(client):
    instruction = make_instruction(AKMOLA)
    make_deadline(AKMOLA, instruction=instruction)
    make_deadline(instruction=instruction, executor=make_organisation(ZHAMBYL, name_ru=CANARY), role="co")
    assert CANARY not in client.get(page_of(instruction)).content.decode()
    html = client.get(reverse("admin:instructions_instruction_changelist")).content.decode()
    assert CANARY not in html


def test_a_user_without_a_region_sees_nothing(roles):
    cooperative = make_cooperative(AKMOLA)
    nobody = sign_in(make_staff(region=None))
    response = nobody.get(page_of(cooperative, "changelist"))
    assert response.context["cl"].result_count == 0
    assert nobody.get(page_of(cooperative)).status_code == 302
    assert nobody.get(page_of(cooperative, "add")).status_code == 403


def test_restricted_instructions_need_their_permission(roles):
    instruction = make_instruction(text=CANARY, access_mark=AccessMark.RESTRICTED, state=InstructionState.DRAFT)
    editor = make_staff(Role.EDITOR)
    editor.user_permissions.set([])
    for user, sees in ((make_staff(Role.CONTROLLER), True), (editor, False)):
        response = sign_in(user).get(page_of(instruction), follow=True)
        assert (CANARY in response.content.decode()) is sees


def test_contacts_of_a_chair_are_for_those_who_may_read_them(roles):
    cooperative = make_cooperative(AKMOLA, chair="Чужое Имя", phone="+77010000000")
    cooperative.chair = "Другое Имя"
    cooperative.save()
    with_it, without = sign_in(make_staff(Role.EDITOR)), sign_in(make_staff(Role.CONTROLLER))
    for page in ("change", "history"):
        assert "Другое Имя" in with_it.get(page_of(cooperative, page)).content.decode()
        assert "Имя" not in without.get(page_of(cooperative, page)).content.decode().replace("Имя пользователя", "")


@pytest.mark.parametrize(
    "address",
    ["?q=%00", "?kind__exact=%00", "?under=1%00", "?under=99999", "?region=1", "?program__id__exact=x", "?overdu=1"],
)
def test_a_list_never_shows_all_for_a_filter_it_cannot_read(client, address):
    page = reverse("admin:programs_project_changelist")
    assert client.get(page + address, follow=True).status_code == 400


@pytest.mark.parametrize(
    "address", ["?p=999999999", "?p=-1", "?p=x", "?o=99.-99.x", "?all=", "?_facets=True", "?q=%D1%8B"]
)
def test_odd_pages_and_orders_are_mended(client, address):
    for name in ("programs_project", "instructions_deadline", "instructions_instruction", "regions_region"):
        assert client.get(reverse(f"admin:{name}_changelist") + address).status_code == 200


def test_a_queue_that_is_none_is_refused(client):
    for name in ("deadline", "instruction"):
        assert client.get(reverse(f"admin:instructions_{name}_changelist"), {"queue": "overdu"}).status_code == 400


@pytest.mark.parametrize("key", ["%00", "123456789012345678901234567890", "x", "1%2F..%2F2", "-1"])
def test_odd_keys_find_nothing(client, key):
    for name in ("regions/region", "programs/funding"):
        for page in ("change", "delete", "history"):
            response = client.get(f"/admin/{name}/{key}/{page}/", follow=True)
            assert response.status_code in (200, 400, 403, 404)


@pytest.mark.parametrize("key", ["123456789012345678901234567890", "x", "-1"])
def test_odd_keys_are_not_acted_upon(client, key):
    sent = {"action": "delete_selected", "_selected_action": [key], "post": "yes"}
    response = client.post(reverse("admin:programs_funding_changelist"), sent, follow=True)
    assert response.status_code in (200, 400)
