"""Passports of programmes: what they say, to whom, and that every figure leads to as many rows as it promised."""

import gzip
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs.choices import Approximation, FundingStage, ProjectStatus, ReplicationState
from programs.indicators.choices import ValueKind
from programs.instructions.choices import AccessMark, DeadlineState, ExecutorRole, InstructionState
from programs.models import (
    Connection,
    Finding,
    InformationSystem,
    Practice,
    PracticeReplication,
    ProgramLink,
    ProgramTerm,
    Project,
)
from programs.passport import AMOUNTS_SHOWN, VALUES_SHOWN
from regions.choices import OrganisationKind
from registry.accounts.choices import Role
from registry.scope import COUNTRY
from tests.factories import (
    AKMOLA,
    TODAY,
    ZHAMBYL,
    make_deadline,
    make_funding,
    make_indicator,
    make_instruction,
    make_organisation,
    make_program,
    make_region,
    make_source,
    make_user,
    make_value,
)
from tests.pages import Reader, read
from tests.test_pages_markup import check_whole
from tests.world import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("roles")]
AMANATY = "/programs/amanaty/"


@pytest.fixture(autouse=True)
def on_2_march(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)


@pytest.fixture
def program():
    return make_program(slug="amanaty", name_ru="Ауыл аманаты", name_kk="Ауыл аманаты (қаз)")


@pytest.fixture
def aigerim():
    return Reader(make_user(Role.OFFICIAL))


@pytest.fixture
def bolat():
    return Reader(make_user(Role.OFFICIAL, AKMOLA))


def csv_of(reader, path):
    return b"".join(reader.client.get(path, {"format": "csv"}).streaming_content).decode()


def make_project(program, region=COUNTRY, **fields):
    values = {"name_ru": "Цех", "kind": "переработка", "status": ProjectStatus.OPERATING} | fields
    return Project.objects.create(program=program, region=make_region(region), **values)


# What is said


def test_head_says_what_the_programme_is(aigerim, program):
    parent = make_program(slug="concept", name_ru="Концепция")
    program.parent, program.owner = parent, make_organisation(name_ru="Минэкономики")
    program.owner_note, program.status_note = "акиматы областей", "с 2025 по новым принципам"
    program.year_from, program.year_to, program.legal_act = 2023, 2029, "Постановление № 1"
    program.summary_ru, program.source = "Доходы сельских жителей", make_source(publisher="gov.kz")
    program.save()
    page = aigerim.get(AMANATY)
    for expected in ("Доходы сельских жителей", "Минэкономики in the source: акиматы областей", "2023–2029",
                     "in force с 2025 по новым принципам", "Постановление № 1", "gov.kz 02.03.2026"):  # fmt: skip
        assert expected in page.words, expected
    assert page.links["Концепция"] == "/programs/concept/"
    assert "Ауыл аманаты" in aigerim.get("/programs/concept/").words


def test_name_is_in_the_language_of_the_reader(aigerim, program):
    aigerim.client.cookies["django_language"] = "kk"
    assert "Ауыл аманаты (қаз)" in aigerim.get(AMANATY).words


def test_links_are_told_from_both_sides_with_their_reason(aigerim, program):
    other = make_program(slug="besigi", name_ru="Ауыл – ел бесігі")
    ProgramLink.objects.create(program=program, linked=other, reason="увязать")
    for path, name in ((AMANATY, "Ауыл – ел бесігі"), ("/programs/besigi/", "Ауыл аманаты")):
        page = aigerim.get(path)
        assert f"{name} увязать; in force" in page.words


def test_terms_stand_by_act_the_latest_first_each_with_its_days(aigerim, program):
    for year, value, act in ((2023, "2500", "Приказ 443"), (2025, "8000", "Приказ 53")):
        ProgramTerm.objects.create(
            program=program, parameter_ru="Наибольшая сумма", value=Decimal(value), unit="МРП", act=act,
            valid_from=date(year, 6, 16), valid_to=date(2025, 6, 15) if year == 2023 else None,
        )  # fmt: skip
    words = aigerim.get(AMANATY).words.replace("\xa0", " ")
    assert words.index("Приказ 53") < words.index("Приказ 443")
    assert "2 500 МРП from 16.06.2023 to 15.06.2025" in words or "2,500 МРП from 16.06.2023 to 15.06.2025" in words
    assert "МРП from 16.06.2025 no end is known" in words


def test_empty_passport_says_so_in_every_section(aigerim, program):
    page = aigerim.get(AMANATY)
    assert page.html.count('class="empty"') == 7
    assert "Nothing reported is not zero" in page.words
    assert not page.has("svg")


# Money


def test_amount_has_its_word_stage_budget_source_and_doubt(aigerim, program):
    make_funding(
        program=program,
        amount=10**11,
        approximation=Approximation.ABOUT,
        budget_level="republican",
        source=make_source(publisher="inform.kz"),
        quote="предусмотрено 100 млрд",
        note="год – вывод",
    )
    words = aigerim.get(AMANATY).words
    assert "about 100 billion tenge" in words
    assert "planned republican budget about 100 billion tenge inform.kz 02.03.2026" in words
    assert "предусмотрено 100 млрд год – вывод" in words


def test_parts_stand_under_their_whole_and_only_parts_are_added(aigerim, program):
    whole = make_funding(program=program, amount=10**11, year_from=2026, year_to=2026)
    part = make_funding(program=program, purpose="Кооперативы", amount=6 * 10**10, part_of=whole)
    make_funding(program=program, purpose="Цеха", amount=10**10, part_of=part)
    page = aigerim.get(AMANATY)
    assert "of which: Кооперативы" in page.words and "of which: Цеха" in page.words
    assert "The parts known come to 60 billion tenge of 100 billion tenge." in page.words
    assert "170 billion" not in page.words and "160 billion" not in page.words
    assert page.has("svg", role="img")


def test_by_period_and_stage_every_amount_is_a_link_to_its_row(aigerim, program):
    for stage, amount in ((FundingStage.PLAN, 5 * 10**10), (FundingStage.ALLOCATED, 10**10)):
        make_funding(program=program, stage=stage, amount=amount, year_from=2025, year_to=2025)
    page = aigerim.get(AMANATY)
    assert "By period and stage Period Planned Allocated Disbursed 2025 50 billion tenge 10 billion tenge" in page.words
    assert page.has("tr", id=page.links["50 billion tenge"].removeprefix("#"))


def test_amounts_of_regions_stand_apart_and_lead_to_the_region(aigerim, program):
    make_funding(AKMOLA, program=program, amount=10**9)
    page = aigerim.get(AMANATY)
    assert "By region" in page.words and "The whole country" not in page.words
    assert page.link(f"Регион {AKMOLA}") == f"/regions/{AKMOLA}/"
    assert aigerim.count(page.link("1 amount in the list")) == 1


def test_what_does_not_fit_is_in_the_list(aigerim, program):
    for n in range(AMOUNTS_SHOWN + 5):
        make_funding(program=program, amount=n + 1)
    page = aigerim.get(AMANATY)
    assert aigerim.count(page.link(f"All {AMOUNTS_SHOWN + 5} amounts in the list")) == AMOUNTS_SHOWN + 5


# Indicators


def jobs(program, value, **fields):
    indicator = program.indicators.first() or make_indicator(program=program, name_ru="Рабочие места", slug="jobs")
    period = {"period_from": date(2025, 1, 1), "period_to": date(2025, 12, 31)}
    return make_value(**({"indicator": indicator, "value": Decimal(value), "source": make_source()} | period | fields))


def test_values_of_one_indicator_are_shown_together_and_drawn(aigerim, program):
    jobs(program, 20000, kind=ValueKind.PLAN)
    jobs(program, 19700, approximation=Approximation.MORE, approximation_word="свыше", quote="свыше 19,7 тыс.",
         as_of=date(2025, 12, 1), source=make_source(publisher="gov.kz"))  # fmt: skip
    page = aigerim.get(AMANATY)
    for expected in ("2025 plan 20,000", "2025 as of 01.12.2025 actual more than 19,700 «свыше» gov.kz"):
        assert expected in page.words.replace("\xa0", ","), expected
    assert "No two of them exclude one another." in page.words
    assert page.has("svg", **{"aria-labelledby": "chart-jobs-title chart-jobs-text"})
    assert "actual: more than 19" in page.html
    assert aigerim.count(page.link("All 2 values in the list")) == 2


def test_values_that_cannot_all_be_true_are_called_a_disagreement_and_explained(aigerim, program):
    jobs(program, 20000)
    jobs(program, 21000, approximation=Approximation.MORE)
    words = aigerim.get(AMANATY).words.replace("\xa0", ",")
    assert "Sources disagree : Рабочие места" in words
    assert "exactly 20,000" in words and "21,000 or more" in words
    assert "No two of them exclude" not in words


@pytest.mark.parametrize(
    "other",
    [
        {"value": Decimal(19000), "approximation": Approximation.MORE},
        {"value": Decimal(20500), "approximation": Approximation.ABOUT},
        {"value": Decimal(3), "kind": ValueKind.PLAN},
        {"value": Decimal(3), "as_of": TODAY},
    ],
    ids=str,
)
def test_values_that_may_all_be_true_or_speak_of_other_things_are_no_disagreement(aigerim, program, other):
    jobs(program, 20000)
    jobs(program, **other)
    assert "Sources disagree" not in aigerim.get(AMANATY).words


def test_a_single_value_is_not_drawn(aigerim, program):
    jobs(program, 5)
    page = aigerim.get(AMANATY)
    assert not page.has("svg")
    assert "Indicators with one value" in page.words


# Projects, practices, systems, findings


def test_projects_practices_systems_and_findings_are_told(aigerim, program):
    make_project(program, AKMOLA, name_ru="Завод", cost=10**10, quantity=2, unit="линии", year_from=2026, note="вывод")
    practice = Practice.objects.create(program=program, region=make_region(ZHAMBYL), name_ru="Пилот", description="Как")
    PracticeReplication.objects.create(practice=practice, region=make_region(AKMOLA), state=ReplicationState.STARTED)
    system = InformationSystem.objects.create(program=program, slug="amanatnesie", name_ru="Amanatnesie")
    Connection.objects.create(system=system, region=make_region(AKMOLA))
    program.owner = make_organisation(kind=OrganisationKind.SPK)
    program.save()
    agency = make_organisation(name_ru="Агентство")
    Finding.objects.create(authority=agency, organisation_kind=OrganisationKind.SPK, subject="Нарушения СПК")
    Finding.objects.create(authority=agency, organisation_kind=OrganisationKind.PARTY, subject="О другом")
    words = aigerim.get(AMANATY).words
    for expected in ("2 линии 10 billion tenge operating since 2026", f"Elsewhere: started – Регион {AKMOLA}",
                     "Connections of regions: no data: 1", "Нарушения СПК finding · Агентство · stated"):  # fmt: skip
        assert expected in words, expected
    assert "О другом" not in words


def test_finding_on_an_executor_is_told_unless_only_a_restricted_instruction_names_it(aigerim, program):
    told, secret = make_organisation(), make_organisation()
    make_deadline(executor=told, instruction=make_instruction(program=program))
    restricted = make_instruction(program=program, access_mark=AccessMark.RESTRICTED)
    make_deadline(executor=secret, instruction=restricted)
    for organisation, subject in ((told, "Первое"), (secret, "Второе")):
        Finding.objects.create(authority=make_organisation(), organisation=organisation, subject=subject)
    words = Reader(make_user(Role.CONTROLLER)).get(AMANATY).words
    assert "Первое" in words and "Второе" not in words


# Instructions


@pytest.fixture
def instructions(program):
    """One overdue twice, one in time and reported, one without a date, one nobody is told, a restricted one."""
    late = make_instruction(program=program, text="Опоздавшее")
    make_deadline(AKMOLA, instruction=late, due=date(2026, 2, 27), role=ExecutorRole.EQUAL)
    make_deadline(ZHAMBYL, instruction=late, due=date(2026, 2, 27), role=ExecutorRole.EQUAL)
    mixed = make_instruction(program=program, text="В работе")
    make_deadline(AKMOLA, instruction=mixed, due=TODAY)
    make_deadline(ZHAMBYL, instruction=mixed, state=DeadlineState.REPORTED, role=ExecutorRole.CO)
    make_deadline(ZHAMBYL, instruction=make_instruction(program=program, text="Бессрочное"), due=None)
    make_instruction(program=program, text="Ничьё", state=InstructionState.DRAFT)
    make_instruction(program=program, text="Снятое", state=InstructionState.REMOVED)
    secret = make_instruction(program=program, text="Тайное", access_mark=AccessMark.RESTRICTED)
    make_deadline(AKMOLA, instruction=secret, due=date(2026, 2, 27))
    make_deadline(AKMOLA, due=date(2026, 2, 27))


@pytest.mark.parametrize(
    ("who", "region", "expected"),
    [
        (Role.OFFICIAL, COUNTRY, [2, 1, 1, 1]),
        (Role.CONTROLLER, COUNTRY, [2, 1, 1, 1]),
        (Role.OFFICIAL, AKMOLA, [1, 1, 0, 0]),
    ],
)
def test_figures_lead_to_as_many_deadlines_as_they_say(instructions, who, region, expected):
    reader = Reader(make_user(who, region))
    page = reader.get(AMANATY)
    labels = ("overdue", "in work, the day has not passed", "under review", "without a date")
    links = [page.links[f"{n} {label}"] for n, label in zip(expected, labels, strict=True)]
    assert [reader.count(link) for link in links] == expected
    assert "Тайное" not in page.words and "Снятое" not in page.words


def test_each_instruction_says_how_its_executors_stand(aigerim, instructions):
    page = aigerim.get(AMANATY)
    assert aigerim.count(page.links["overdue: 2"]) == 2
    assert aigerim.count(page.links["in work: 1"]) == aigerim.count(page.links["without a date: 1"]) == 1
    assert page.words.index("Опоздавшее") < page.words.index("В работе") < page.words.index("Ничьё")
    assert "02.03.2026 under review: 1 in work: 1" in page.words
    assert "no executor that you see" in page.words


def test_lateness_known_from_a_public_text_alone_is_no_accusation(aigerim, program):
    public = make_instruction(program=program, ref="seed:1", source=make_source())
    make_deadline(instruction=public, due=date(2026, 2, 27))
    make_deadline(instruction=make_instruction(program=program), due=date(2026, 2, 27))
    words = aigerim.get(AMANATY).words
    assert "2 overdue of them 1: the source does not report execution" in words
    assert words.count("the source does not report execution") == 2


# As a file


def test_passport_is_had_as_a_file_with_what_its_reader_sees(bolat, program):
    whole = make_funding(program=program, purpose="Целое", amount=10**11)
    make_funding(AKMOLA, program=program, purpose="Часть", part_of=whole, source=make_source(title="Газета"))
    make_funding(ZHAMBYL, program=program, purpose="Чужое")
    jobs(program, 20000, approximation=Approximation.ABOUT)
    make_deadline(AKMOLA, instruction=make_instruction(program=program, text="Подключить"), due=date(2026, 2, 27))
    file = bolat.client.get(AMANATY, {"format": "xlsx"})
    text = said(file).replace("\xa0", ",")
    for expected in ("Целое", "Часть", "Газета", "about 20,000", "Подключить", "100 billion tenge"):
        assert expected.lower() in text, expected
    assert "чужое" not in text
    for kind in ("pdf", "docx"):
        assert bolat.client.get(AMANATY, {"format": kind}).status_code == 200
    assert bolat.get(f"{AMANATY}?format=exe").status == 404


# For whom


def test_region_sees_its_own_rows_and_those_of_the_country(bolat, program):
    for region, word in ((COUNTRY, "Страна"), (AKMOLA, "Своё"), (ZHAMBYL, "Чужое")):
        make_funding(region, program=program, purpose=f"{word}: деньги")
        make_project(program, region, name_ru=f"{word}: цех")
        jobs(program, 5, region=region, note=f"{word}: места")
    words = bolat.get(AMANATY).words
    for thing in ("деньги", "цех", "места"):
        assert f"Страна: {thing}" in words and f"Своё: {thing}" in words
        assert f"Чужое: {thing}" not in words
    assert "Чужое" not in bolat.get("/funding/").words + bolat.get("/indicators/").words


def test_whole_that_lies_in_another_region_is_not_named(bolat, program):
    whole = make_funding(ZHAMBYL, program=program, purpose="Чужое", amount=200)
    make_funding(AKMOLA, program=program, purpose="Своё", part_of=whole)
    for text in (bolat.get(AMANATY).words, bolat.get("/funding/").words, csv_of(bolat, "/funding/")):
        assert "Своё" in text and "Чужое" not in text
    aigerim = Reader(make_user(Role.OFFICIAL))
    assert "part of: Чужое" in aigerim.get("/funding/").words and "Чужое" in csv_of(aigerim, "/funding/")


def test_executor_sees_the_programme_and_the_own_deadlines_but_no_money(program):
    dana = make_user(Role.EXECUTOR, AKMOLA, organisation=make_organisation(AKMOLA))
    make_deadline(executor=dana.organisation, instruction=make_instruction(program=program, text="Наше"))
    make_instruction(program=program, text="Не наше")
    make_funding(program=program, purpose="Деньги")
    jobs(program, 5)
    page = Reader(dana).get(AMANATY)
    assert "Наше" in page.words and "Не наше" not in page.words
    assert "Деньги" not in page.words and "Indicators" not in page.words
    assert Reader(dana).get("/funding/").status == Reader(dana).get("/indicators/").status == 403


def test_nobody_and_those_without_a_region_see_nothing(program):
    assert Reader().get(AMANATY).status == Reader().get("/programs/").status == 302
    lost = Reader(make_user(Role.OFFICIAL, region=None))
    assert lost.get(AMANATY).status == 404
    assert lost.count("/programs/") == lost.count("/funding/") == lost.count("/indicators/") == 0


def test_unknown_programme_is_not_found(aigerim, program):
    for slug in ("nowhere", "1", "-", "a" * 300, "x%00", "%D0%B0"):
        assert aigerim.get(f"/programs/{slug}/").status == 404, slug


# The lists


def test_list_is_filtered_and_sorted(aigerim, program):
    program.parent = make_program(slug="concept", name_ru="Концепция", kind="concept", year_from=2025)
    program.save()
    make_program(slug="besigi", name_ru="Ауыл – ел бесігі", status="replaced", year_from=2019)
    for query, expected in (
        ("", ["besigi", "amanaty", "concept"]),
        ("search=АУЫЛ", ["besigi", "amanaty"]),
        ("kind=concept", ["concept"]),
        ("status=replaced", ["besigi"]),
        ("parent=concept", ["amanaty"]),
        ("ordering=-from", ["concept", "besigi", "amanaty"]),
    ):
        rows = aigerim.client.get(f"/programs/?{query}").context["rows"]
        assert [each.slug for each in rows] == expected, query


def test_list_counts_instructions_on_control_that_one_may_see(bolat, program):
    make_deadline(AKMOLA, instruction=make_instruction(program=program))
    make_instruction(ZHAMBYL, program=program)
    make_instruction(AKMOLA, program=program, state=InstructionState.DRAFT)
    make_instruction(AKMOLA, program=program, access_mark=AccessMark.RESTRICTED)
    assert bolat.count(bolat.get("/programs/").links["Ауыл аманаты: 1"]) == 1


@pytest.mark.parametrize("path", ["/programs/", "/funding/", "/indicators/", "/regions/"])
def test_nonsense_is_told_and_answered_with_no_rows(aigerim, program, path):
    for query in ("status=x", "kindd=project", "parent=1'", "ordering=owner__email", "page=0", "page=x", "format=exe"):
        page = aigerim.get(f"{path}?{query}")
        assert page.status in (400, 404), query
        assert page.has("div", **{"class": "notice notice-wrong", "role": "alert"}), query


def test_a_mistake_keeps_the_other_filters(aigerim, program):
    page = aigerim.get("/programs/?kind=project&status=x")
    assert page.status == 400
    assert page.fields["kind"] == "project"


@pytest.mark.parametrize(
    ("path", "told"),
    [("/programs/", "Ауыл аманаты"), ("/funding/", "'=1+1"), ("/indicators/", "Рабочие места"), ("/regions/", COUNTRY)],
)
def test_lists_are_had_as_files(aigerim, program, path, told):
    make_funding(program=program, purpose="=1+1")
    jobs(program, 100000)
    text = csv_of(aigerim, path)
    assert told in text
    assert "E+" not in text
    assert aigerim.client.get(path, {"format": "xlsx"}).status_code == 200


def test_money_is_filtered(aigerim, program):
    make_funding(AKMOLA, program=program, year_from=2024, year_to=2026)
    make_funding(stage=FundingStage.DISBURSED, year_from=2020, year_to=2020)
    assert aigerim.count("/funding/") == 2
    for query in ("year=2025", "stage=plan", f"region_under={AKMOLA}", "program=amanaty"):
        assert aigerim.count(f"/funding/?{query}") == 1, query


def test_empty_list_says_what_to_do(aigerim, program):
    for path in ("/programs/?search=zzz", "/funding/?year=1", "/indicators/?kind=target"):
        assert "Remove one of them, or clear all." in aigerim.get(path).words, path


# What it costs


def fill(program, n):
    for i in range(n):
        part_of = make_funding(AKMOLA, program=program, source=make_source())
        make_funding(program=program, part_of=part_of, year_from=2000 + i)
        indicator = make_indicator(program=program)
        for kind in (ValueKind.PLAN, ValueKind.ACTUAL):
            make_value(AKMOLA, indicator=indicator, kind=kind, source=make_source())
        make_project(program, name_ru=f"Цех {i}", source=make_source())
        practice = Practice.objects.create(program=program, region=make_region(), name_ru=f"П {i}", description="Как")
        PracticeReplication.objects.create(practice=practice, region=make_region(AKMOLA), state="started")
        ProgramLink.objects.create(program=program, linked=make_program(owner=make_organisation()))
        make_program(parent=program)
        make_deadline(AKMOLA, instruction=make_instruction(program=program), due=date(2026, 2, 1))


@pytest.mark.parametrize("region", [COUNTRY, AKMOLA])
def test_passport_costs_twelve_queries_whatever_its_size(program, region):
    reader = Reader(make_user(Role.OFFICIAL, region))
    fill(program, 1)
    for n in (0, 20):
        fill(program, n)
        with CaptureQueriesContext(connection) as captured:
            assert reader.get(AMANATY).status == 200
        # 4 for the session and rights; the programme with those around it, instructions, the role, money, values,
        # projects, practices with systems and findings, terms
        assert len(captured) == 12


@pytest.mark.parametrize(("path", "expected"), [("/programs/", 8), ("/funding/", 8), ("/indicators/", 9)])
def test_lists_cost_the_same_at_1_row_and_at_20(aigerim, program, path, expected):
    counts = set()
    for n in (1, 20):
        fill(program, n)
        with CaptureQueriesContext(connection) as captured:
            aigerim.count(path)
        counts.add(len(captured))
    assert counts == {expected}


@pytest.mark.once
def test_largest_passport_is_light(aigerim, program):
    fill(program, 8)
    source = make_source(title="Источник " * 8, publisher="Издание")
    indicator = make_indicator(program=program)
    for n in range(VALUES_SHOWN):
        make_value(
            indicator=indicator, source=source, as_of=date(2020, 1, 1), period_label=f"период {n}", quote="слово " * 8
        )
    for n in range(AMOUNTS_SHOWN):
        make_funding(program=program, source=source, year_from=2000 + n, quote="слово " * 8)
    answer = aigerim.client.get(AMANATY)
    assert len(gzip.compress(answer.content)) < 100_000
    page = read(answer)
    check_whole(page, "en")
