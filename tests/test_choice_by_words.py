"""Without script a record is chosen by words of its name: one that answers, within reach, or none is taken."""

import pytest
from django.urls import reverse

from programs.cooperatives.models import Cooperative
from programs.instructions.choices import DeadlineState
from programs.instructions.models import Deadline
from registry.accounts.choices import Role
from tests.factories import (
    AKMOLA,
    ZHAMBYL,
    make_cooperative,
    make_deadline,
    make_organisation,
    make_program,
    make_region,
    make_user,
)
from tests.pages import read
from tests.staff import errors_at, filled, make_staff, page_of, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]


@pytest.fixture
def cooperative():
    make_region(AKMOLA, name_ru="Акмолинская область")
    make_region(ZHAMBYL, name_ru="Жамбылская область")
    return make_cooperative(AKMOLA)


def chosen(cooperative, words, user=None, **fields):
    """The answer to a form in which `words` stand under the region."""
    client = sign_in(user or make_staff(), "en")
    form = filled(client.get(page_of(cooperative)))
    return client.post(page_of(cooperative), form | {"region-words": words} | fields)


def region_of(cooperative):
    return Cooperative.objects.get(pk=cooperative.pk).region_id


@pytest.mark.parametrize("words", ["жамбыл", " область ЖАМБЫЛ ", ZHAMBYL])
def test_one_that_answers_is_chosen(cooperative, words):
    assert chosen(cooperative, words).status_code == 302
    assert region_of(cooperative) == ZHAMBYL


def test_of_several_none_is_and_their_names_are_told(cooperative):
    response = chosen(cooperative, "обл")
    assert "Several answer to these words" in errors_at(response)["region"][0]
    assert region_of(cooperative) == AKMOLA
    page = read(response)
    assert page.has("input", name="region-words", value="обл")


@pytest.mark.parametrize("words", ["нет такой", "%", "\x00", "x" * 5000])
def test_words_that_answer_to_nothing_are_refused(cooperative, words):
    response = chosen(cooperative, words)
    assert response.status_code in (200, 400)
    assert region_of(cooperative) == AKMOLA


def test_what_lies_out_of_reach_is_not_found(cooperative):
    response = chosen(cooperative, "жамбыл", make_staff(region=AKMOLA))
    assert errors_at(response)["region"] == ["There is no such record, or it lies outside your scope."]


def test_words_count_for_more_than_what_was_chosen_before(cooperative):
    assert chosen(cooperative, "жамбыл", region=AKMOLA).status_code == 302
    assert region_of(cooperative) == ZHAMBYL


def test_empty_rows_come_by_a_link(cooperative):
    client = sign_in(make_staff(), "en")
    form = read(client.get(page_of(cooperative)))
    assert "supports-0-kind" not in form.fields
    more = client.get(page_of(cooperative) + form.link("empty rows"))
    rows = filled(more)
    program = make_program(name_ru="Ауыл аманаты")
    row = {"supports-0-kind": "loan", "supports-0-amount": "5", "supports-0-provided_on": "02.03.2026"}
    response = client.post(page_of(cooperative), rows | row | {"supports-0-program-words": "аманаты"})
    assert response.status_code == 302, errors_at(response)
    assert cooperative.supports.get().program == program


def test_what_is_retired_is_not_chosen_anew():
    deadline = make_deadline(AKMOLA, state=DeadlineState.DRAFT)
    make_organisation(AKMOLA, name_ru="Бывшее управление", is_active=False)
    client = sign_in(make_staff(), "en")
    form = filled(client.get(page_of(deadline.instruction)))
    client.post(page_of(deadline.instruction), form | {"deadlines-0-executor-words": "бывшее"})
    assert Deadline.objects.get().executor == deadline.executor


def test_a_search_takes_no_more_than_a_few_words():
    client = sign_in(make_staff(), "en")
    flood = "a b " * 600
    autocomplete = {"app_label": "instructions", "model_name": "deadline", "field_name": "executor", "term": flood}
    assert client.get(reverse("admin:autocomplete"), autocomplete).status_code == 400
    assert client.get(reverse("admin:instructions_instruction_changelist"), {"q": flood}).status_code == 400


def test_who_chooses_a_controller_learns_no_address_of_theirs():
    make_user(Role.CONTROLLER, last_name="Ахметова", email="secret@example.kz")
    client = sign_in(make_staff(Role.CONTROLLER), "en")
    asked = {"app_label": "instructions", "model_name": "instruction", "field_name": "controller"}

    def found(term):
        return len(client.get(reverse("admin:autocomplete"), asked | {"term": term}).json()["results"])

    assert (found("ахметова"), found("secret@"), found("secret@example.kz")) == (1, 0, 0)
