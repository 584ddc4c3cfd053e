"""Two windows, one record: the second to save is shown both values, and no edit is overwritten unseen."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from programs.cooperatives.models import Cooperative
from programs.instructions.choices import DeadlineState, InstructionState
from programs.instructions.models import Instruction
from programs.instructions.services import issue_instruction
from registry.accounts.choices import Role
from registry.admin import RegistryForm, RegistryFormSet
from registry.models import Record
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_cooperative,
    make_deadline,
    make_funding,
    make_instruction,
    make_organisation,
    make_region,
    make_source,
    make_user,
)  # fmt: skip
from tests.pages import read
from tests.staff import errors_at, filled, make_staff, page_of, sign_in

CANARY = "Секретарь-Канарейкин"
CONTINUE = "_continue_beside"


@pytest.fixture
def aigerim(roles):
    make_region(AKMOLA)
    return sign_in(make_staff(last_name="Айгерим"))


@pytest.fixture
def bolat(roles):
    return sign_in(make_staff(last_name="Болат"))


def opened(client, record, **changes):
    """The form of `record` as `client` sees it now, filled in and not sent yet."""
    return filled(client.get(page_of(record)), **changes)


def save(client, record, form):
    return client.post(page_of(record), form)


def change(client, record, **changes):
    assert save(client, record, opened(client, record, **changes)).status_code == 302


def told(response):
    """What a conflict page says of each field that differs: opened, typed, stored and by whom."""
    assert response.status_code == 409, read(response).words[:500]
    return {
        each.name: (each.opened, each.typed, each.stored, each.author and each.author.who)
        for part in response.context["parts"]
        for each in part.differences
    }


def go_on(client, record, conflict):
    """The form that the conflict page leads to."""
    response = client.post(page_of(record), filled(conflict, **{CONTINUE: "1"}))
    assert response.status_code == 200
    return response


def in_russian(message):
    with override("ru"):
        return str(message)


def stored(record):
    return type(record)._base_manager.get(pk=record.pk)


# --- One record -------------------------------------------------------------------------------------------------------


def test_the_second_of_two_windows_is_shown_both_values(aigerim, bolat):
    cooperative = make_cooperative(AKMOLA, name_ru="Было")
    mine = opened(bolat, cooperative, name_ru="Моё")
    change(aigerim, cooperative, name_ru="Её")
    response = save(bolat, cooperative, mine)
    assert told(response) == {"name_ru": ("Было", "Моё", "Её", "Айгерим")}
    words = read(response).words
    assert all(word in words for word in ("Было", "Моё", "Её", "Айгерим"))
    assert stored(cooperative).name_ru == "Её"


def test_going_on_shows_the_form_with_both_and_saving_is_the_reader_s_word(aigerim, bolat):
    cooperative = make_cooperative(AKMOLA, name_ru="Было", product="Мёд")
    mine = opened(bolat, cooperative, name_ru="Моё")
    change(aigerim, cooperative, name_ru="Её", product="Молоко")
    form = go_on(bolat, cooperative, save(bolat, cooperative, mine))
    assert "Её" in form.context["adminform"].form.errors["name_ru"][0]
    sent = filled(form)
    assert (sent["name_ru"], sent["product"]) == ("Моё", "Молоко")
    assert stored(cooperative).name_ru == "Её"
    assert save(bolat, cooperative, sent).status_code == 302
    assert (stored(cooperative).name_ru, stored(cooperative).product) == ("Моё", "Молоко")
    assert stored(cooperative).version == cooperative.history.count() == 3


def test_changes_of_different_fields_fit_together(aigerim, bolat):
    """Still told; but going on and saving keeps both, and the old value of a field left alone undoes nothing."""
    cooperative = make_cooperative(AKMOLA, name_ru="Было", product="Мёд")
    mine = opened(bolat, cooperative, name_ru="Моё")
    change(aigerim, cooperative, product="Молоко")
    response = save(bolat, cooperative, mine)
    assert told(response) == {
        "name_ru": ("Было", "Моё", "Было", None),
        "product": ("Мёд", None, "Молоко", "Айгерим"),
    }
    form = go_on(bolat, cooperative, response)
    assert not form.context["adminform"].form.errors
    save(bolat, cooperative, filled(form))
    assert (stored(cooperative).name_ru, stored(cooperative).product) == ("Моё", "Молоко")


def test_the_record_changes_once_more_while_one_looks(aigerim, bolat):
    cooperative = make_cooperative(AKMOLA, name_ru="Было")
    mine = opened(bolat, cooperative, name_ru="Моё")
    change(aigerim, cooperative, name_ru="Её")
    conflict = save(bolat, cooperative, mine)
    change(aigerim, cooperative, name_ru="Её второе")
    form = go_on(bolat, cooperative, conflict)
    assert "Её второе" in form.context["adminform"].form.errors["name_ru"][0]
    change(aigerim, cooperative, name_ru="Её третье")
    assert told(save(bolat, cooperative, filled(form))) == {"name_ru": ("Её второе", "Моё", "Её третье", "Айгерим")}
    assert stored(cooperative).name_ru == "Её третье"


def test_a_form_sent_twice_is_not_saved_twice(aigerim):
    cooperative = make_cooperative(AKMOLA)
    form = opened(aigerim, cooperative, name_ru="Моё")
    assert save(aigerim, cooperative, form).status_code == 302
    response = save(aigerim, cooperative, form)
    assert response.status_code == 409
    assert response.context["comparison"].author.who == in_russian(_("you, in another window"))
    assert stored(cooperative).version == 2


@pytest.mark.parametrize("forged", [None, "", "x", "-1", "0", "2", "1 OR 1=1", "9" * 400, "١", "1.0", "+1", "01"])
def test_a_forged_or_missing_version_is_stale(aigerim, forged):
    cooperative = make_cooperative(AKMOLA, name_ru="Было")
    form = opened(aigerim, cooperative, name_ru="Моё", opened=forged)
    if forged is None:
        del form["opened"]
    assert told(save(aigerim, cooperative, form)) == {"name_ru": (None, "Моё", "Было", None)}
    assert stored(cooperative).name_ru == "Было"
    assert filled(go_on(aigerim, cooperative, save(aigerim, cooperative, form)))["opened"] == "1"


def test_the_version_is_nobody_s_to_write(aigerim):
    cooperative = make_cooperative(AKMOLA, name_ru="Было")
    form = opened(aigerim, cooperative, name_ru="Моё", version="77", updated_at="2000-01-01")
    assert save(aigerim, cooperative, form).status_code == 302
    assert stored(cooperative).version == 2


def test_what_was_typed_wrong_is_kept_too(aigerim, bolat):
    source = make_source(title="Было")
    mine = opened(bolat, source, published_on="31.02.2026", title="Моё")
    change(aigerim, source, title="Её")
    response = save(bolat, source, mine)
    assert told(response)["published_on"][1] == "31.02.2026"
    form = go_on(bolat, source, response)
    assert filled(form)["published_on"] == "31.02.2026"
    assert errors_at(save(bolat, source, filled(form))).keys() == {"published_on"}


def test_a_record_removed_meanwhile(aigerim, bolat):
    cooperative = make_cooperative(AKMOLA)
    mine = opened(bolat, cooperative, name_ru="Набрано с утра", region=AKMOLA)
    Cooperative.objects.get(pk=cooperative.pk).delete()
    response = save(bolat, cooperative, mine)
    assert response.status_code == 404
    assert "Набрано с утра" in read(response).words
    assert save(bolat, cooperative, mine | {CONTINUE: "1"}).status_code == 404


def test_a_race_lost_in_the_write_itself_is_the_same_conflict(aigerim, monkeypatch):
    """The form was checked against the stored version, and then somebody else was quicker by a moment."""
    cooperative = make_cooperative(AKMOLA, name_ru="Было")
    form = opened(aigerim, cooperative, name_ru="Моё")
    check = Cooperative.require_edition

    def overtaken(self, edition):
        check(self, edition)
        monkeypatch.setattr(Cooperative, "require_edition", check)
        other = Cooperative.objects.get(pk=self.pk)
        other.name_ru = "Её"
        other.save()

    monkeypatch.setattr(Cooperative, "require_edition", overtaken)
    response = save(aigerim, cooperative, form)
    assert response.status_code == 409


# --- Who may know what ------------------------------------------------------------------------------------------------


def test_a_conflict_page_names_nobody_and_nothing_out_of_scope(aigerim):
    """The Akmola editor's page does not tell the name of a colleague elsewhere, nor of a record there."""
    akmola = sign_in(make_staff(region=AKMOLA))
    stranger = make_staff(region=ZHAMBYL, last_name=CANARY)
    funding = make_funding(AKMOLA, purpose="Было")
    mine = opened(akmola, funding, purpose="Моё")
    funding.part_of, funding.purpose = make_funding(ZHAMBYL, purpose=CANARY), "Чужое"
    funding._history_user = stranger
    funding.save()
    response = save(akmola, funding, mine)
    nobody, nothing = (in_russian(_(words)) for words in ("a user outside your scope", "a record outside your scope"))
    assert told(response) == {"purpose": ("Было", "Моё", "Чужое", nobody), "part_of": ("–", None, nothing, nobody)}
    assert CANARY not in response.content.decode()
    assert CANARY not in go_on(akmola, funding, response).content.decode()


def test_personal_data_stays_with_those_who_may_see_it(aigerim, bolat):
    editor = make_staff(Role.EDITOR)
    permissions = editor.groups.get().permissions
    permissions.remove(*permissions.filter(codename="view_personal_data"))
    client = sign_in(editor)
    cooperative = make_cooperative(AKMOLA, phone="+7 701 000 00 01")
    mine = opened(client, cooperative, name_ru="Моё")
    cooperative.phone = "+7 701 999 99 99"
    cooperative.save()
    response = save(client, cooperative, mine)
    assert "phone" not in told(response)
    assert "999 99 99" not in response.content.decode()


def test_a_record_moved_out_of_reach_looks_removed(aigerim):
    akmola = sign_in(make_staff(region=AKMOLA))
    cooperative = make_cooperative(AKMOLA)
    mine = opened(akmola, cooperative, name_ru="Моё")
    cooperative.region, cooperative.name_ru = make_region(ZHAMBYL), CANARY
    cooperative.save()
    for form in (mine, mine | {CONTINUE: "1"}):
        response = save(akmola, cooperative, form)
        assert response.status_code == 404
        assert CANARY not in response.content.decode()


def test_a_reader_gets_no_conflict_page(aigerim):
    official = sign_in(make_staff(Role.OFFICIAL))
    cooperative = make_cooperative(AKMOLA)
    for form in ({"name_ru": "Моё"}, {"name_ru": "Моё", CONTINUE: "1"}):
        assert save(official, cooperative, form).status_code == 403


# --- Rows of a record -------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(aigerim):
    instruction = make_instruction(state=InstructionState.DRAFT, issued_on=TODAY)
    for n in range(2):
        make_deadline(
            instruction=instruction, executor=make_organisation(AKMOLA, name_ru=f"Акимат {n}"),
            role="lead" if n == 0 else "co", state=DeadlineState.DRAFT, due=None,
        )  # fmt: skip
    return instruction


def rows_of(instruction):
    return list(instruction.deadlines.order_by("pk"))


def part(response, **wanted):
    return next(
        each for each in response.context["parts"] if all(getattr(each, key) == value for key, value in wanted.items())
    )


def test_a_row_changed_by_both(aigerim, bolat, draft):
    mine = opened(bolat, draft, **{"deadlines-0-due": "05.05.2026", "deadlines-1-due": "06.05.2026"})
    change(aigerim, draft, **{"deadlines-0-due": "07.07.2026"})
    response = save(bolat, draft, mine)
    clash = part(response, stored=rows_of(draft)[0]).differences
    assert [(each.opened, each.typed, each.stored, each.author.who) for each in clash if each.name == "due"] == [
        ("–", "05.05.2026", "07.07.2026", "Айгерим")
    ]
    form = go_on(bolat, draft, response)
    assert "07.07.2026" in form.context["inline_admin_formsets"][0].formset.forms[0].errors["due"][0]
    sent = filled(form)
    assert (sent["deadlines-0-due"], sent["deadlines-1-due"]) == ("05.05.2026", "06.05.2026")
    assert save(bolat, draft, sent).status_code == 302
    assert [f"{row.due:%d.%m}" for row in rows_of(draft)] == ["05.05", "06.05"]


def test_a_row_i_left_alone_keeps_what_another_put_in(aigerim, bolat, draft):
    mine = opened(bolat, draft, text="Мой текст")
    change(aigerim, draft, **{"deadlines-1-due": "07.07.2026"})
    sent = filled(go_on(bolat, draft, save(bolat, draft, mine)))
    assert save(bolat, draft, sent).status_code == 302
    assert (stored(draft).text, f"{rows_of(draft)[1].due:%d.%m}") == ("Мой текст", "07.07")


def test_a_row_added_meanwhile_is_told_and_kept(aigerim, bolat, draft):
    mine = opened(bolat, draft, text="Мой текст")
    make_deadline(instruction=draft, executor=make_organisation(AKMOLA), role="co", state=DeadlineState.DRAFT)
    response = save(bolat, draft, mine)
    assert part(response, is_added=True).stored == rows_of(draft)[2]
    assert save(bolat, draft, filled(go_on(bolat, draft, response))).status_code == 302
    assert (stored(draft).text, len(rows_of(draft))) == ("Мой текст", 3)


def test_a_row_removed_meanwhile_keeps_what_was_typed_on_the_page(aigerim, bolat, draft):
    mine = opened(bolat, draft, **{"deadlines-1-due": "05.05.2026"})
    change(aigerim, draft, **{"deadlines-1-DELETE": "on"})
    response = save(bolat, draft, mine)
    assert [each.typed for each in part(response, is_gone=True).differences if each.name == "due"] == ["05.05.2026"]
    form = go_on(bolat, draft, response)
    assert "05.05.2026" in read(form).words
    assert save(bolat, draft, filled(form)).status_code == 302
    assert len(rows_of(draft)) == 1


def test_a_row_of_mine_survives_the_conflict(aigerim, bolat, draft):
    third = make_organisation(AKMOLA)
    new = {"executor": third.pk, "role": "co", "kind": "final", "period_key": "", "due": ""}
    rows = {f"deadlines-2-{name}": value for name, value in new.items()} | {"deadlines-TOTAL_FORMS": 3}
    mine = opened(bolat, draft, **rows)
    change(aigerim, draft, text="Её текст")
    response = save(bolat, draft, mine)
    assert part(response, is_new=True)
    assert save(bolat, draft, filled(go_on(bolat, draft, response))).status_code == 302
    assert draft.deadlines.filter(executor=third).exists()
    assert stored(draft).text == "Её текст"


def test_a_row_struck_out_while_another_changed_it(aigerim, bolat, draft):
    mine = opened(bolat, draft, **{"deadlines-1-DELETE": "on"})
    change(aigerim, draft, **{"deadlines-1-due": "07.07.2026"})
    response = save(bolat, draft, mine)
    assert part(response, is_struck=True).author.who == "Айгерим"
    form = go_on(bolat, draft, response)
    assert "deadlines-1-DELETE" in filled(form)
    assert len(rows_of(draft)) == 2
    assert save(bolat, draft, filled(form)).status_code == 302
    assert len(rows_of(draft)) == 1


@pytest.mark.parametrize("forged", ["", "x", "7", "0"])
def test_a_forged_version_of_a_row(aigerim, draft, forged):
    form = opened(aigerim, draft, **{"deadlines-0-due": "05.05.2026", "deadlines-0-opened": forged})
    assert save(aigerim, draft, form).status_code == 409
    del form["deadlines-0-opened"]
    assert save(aigerim, draft, form).status_code == 409
    assert rows_of(draft)[0].due is None


def test_a_row_of_elsewhere_is_not_told_about(aigerim, draft):
    foreign = make_deadline(executor=make_organisation(ZHAMBYL, name_ru=CANARY), state=DeadlineState.DRAFT)
    form = opened(aigerim, draft, **{"deadlines-0-id": foreign.pk, "deadlines-0-due": "05.05.2026"})
    response = save(aigerim, draft, form)
    assert response.status_code == 409
    assert CANARY not in response.content.decode()
    assert stored(foreign).due == foreign.due


def test_an_instruction_issued_meanwhile_in_another_window(aigerim, bolat, draft):
    """The page has other tables now; what was typed is told and kept as far as it still has a place."""
    mine = opened(bolat, draft, text="Мой текст", term="до 1 июля", **{"deadlines-0-due": "05.05.2026"})
    issue_instruction(instruction=draft, by=make_user(last_name="Айгерим"), on=TODAY)
    response = save(bolat, draft, mine)
    differences = told(response)
    assert differences["text"][1] == "Мой текст"
    assert differences["state"][3] == "Айгерим"
    form = go_on(bolat, draft, response)
    words = read(form).words
    assert filled(form)["text"] == "Мой текст"
    assert "до 1 июля" in words
    assert "05.05.2026" in words
    assert stored(draft).text != "Мой текст"
    assert save(bolat, draft, filled(form)).status_code == 302
    assert stored(draft).text == "Мой текст"


def test_an_instruction_issued_in_the_moment_of_saving(aigerim, draft, monkeypatch):
    """Only a row is new, so nothing of the instruction's own is written; still it takes no draft once it is issued."""
    rows = {"executor": make_organisation(AKMOLA).pk, "role": "co", "kind": "final", "period_key": "", "due": ""}
    new = {f"deadlines-2-{name}": value for name, value in rows.items()} | {"deadlines-TOTAL_FORMS": 3}
    form = opened(aigerim, draft, **new)
    check = Instruction.require_edition

    def overtaken(self, edition):
        check(self, edition)
        monkeypatch.setattr(Instruction, "require_edition", check)
        issue_instruction(instruction=draft, by="Дана", on=TODAY)

    monkeypatch.setattr(Instruction, "require_edition", overtaken)
    assert save(aigerim, draft, form).status_code == 409
    assert len(rows_of(draft)) == 2


def test_every_record_with_a_version_is_edited_under_the_guard():
    admins = [each for each in admin.site._registry.values() if issubclass(each.model, Record)]
    tables = [inline for each in admins for inline in each.inlines if issubclass(inline.model, Record)]
    assert len(admins) > 20
    assert tables
    assert all(issubclass(each.form, RegistryForm) for each in (*admins, *tables))
    assert all(issubclass(each.formset, RegistryFormSet) for each in tables)


def test_the_guard_asks_the_database_nothing_while_nothing_is_stale(aigerim, draft, monkeypatch):
    def queries():
        form = opened(aigerim, draft)
        with CaptureQueriesContext(connection) as captured:
            assert save(aigerim, draft, form).status_code == 302
        return len(captured)

    guarded = queries()
    monkeypatch.setattr("registry.admin.forms.RegistryForm.clean_opened", lambda form: "")
    monkeypatch.setattr("registry.admin.forms.RegistryFormSet._require_same_rows", lambda formset: None)
    assert guarded == queries()
