"""Names stand in the order of the reader's alphabet, alike in Python, on SQLite and on PostgreSQL."""

import random

import pytest
from django.utils import translation

from regions.models import Organisation
from registry.accounts.choices import Role
from registry.alphabet import alphabetical, by_name
from tests.factories import make_deadline, make_organisation, make_user
from tests.pages import Reader

KAZAKH = [
    "Абай", "Әбдір", "Барыс", "Ғалым", "Дархан", "Жетісу", "Кентау", "Қарағанды", "Неке", "Ңа", "Ордабасы", "Өскемен",
    "Ура", "Ұлытау", "Үржар", "Фара", "Хан", "Һан", "Цемент", "Ыстық", "Ішім", "Эмба",
]  # fmt: skip
RUSSIAN = ["Азов", "Ежи", "Ёлка", "Ель", "жук", "Жуки", "Яр"]


def shuffled(names):
    return random.Random(1).sample(names, len(names))


@pytest.mark.parametrize("names", [KAZAKH, RUSSIAN[:2] + RUSSIAN[3:]])
def test_order_in_python(names):
    assert sorted(shuffled(names), key=alphabetical) == names


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "names"), [("kk", KAZAKH), ("ru", ["Азов", "Ежи", "Жук", "Яр"])])
def test_order_in_the_database(language, names):
    for name in shuffled(names):
        make_organisation(**{"name_ru": "Я", f"name_{language}": name})
    with translation.override(language):
        assert [row.name for row in Organisation.objects.order_by(by_name())] == names


@pytest.mark.django_db
def test_a_name_without_translation_stands_where_its_russian_does():
    for names in ({"name_ru": "Я", "name_kk": "Әбдір"}, {"name_ru": "Ближний"}, {"name_ru": "Абай"}):
        make_organisation(**names)
    with translation.override("kk"):
        assert [row.name for row in Organisation.objects.order_by(by_name())] == ["Абай", "Әбдір", "Ближний"]


@pytest.mark.django_db
def test_a_list_follows_its_readers_alphabet(roles):
    for name_ru, name_kk in (("А", "Өскемен"), ("Б", "Әбдір"), ("В", "Ордабасы")):
        make_deadline(executor=make_organisation(name_ru=name_ru, name_kk=name_kk))
    official = Reader(make_user(Role.OFFICIAL), "kk")
    rows = official.client.get("/deadlines/?ordering=executor").context["rows"]
    assert [row.deadline.executor.name_kk for row in rows] == ["Әбдір", "Ордабасы", "Өскемен"]
