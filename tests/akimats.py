"""Akimats that one instruction concerns, as the tests of tasks begin with them."""

from datetime import date
from typing import Any

from programs.instructions import services
from programs.instructions.choices import ExecutorRole, InstructionState
from programs.instructions.models import Instruction
from regions.models import OrganisationGroup, OrganisationGroupMember
from registry.accounts.choices import Role
from tests.factories import AKMOLA, ZHAMBYL, make_instruction, make_meeting, make_organisation, make_source
from tests.staff import make_staff

AKIMATS = {
    AKMOLA: ("Акимат Акмолинской области", "Ақмола облысының әкімдігі"),
    ZHAMBYL: ("Акимат Жамбылской области", "Жамбыл облысының әкімдігі"),
    "610000000": ("Акимат Туркестанской области", "Түркістан облысының әкімдігі"),
}
TERM = "в двухнедельный срок"


def make_akimats() -> list[Any]:
    """Akimats of three oblasts, which make the group «Акиматы областей»."""
    group = OrganisationGroup.objects.create(name_ru="Акиматы областей", name_kk="Облыстардың әкімдіктері")
    made = [make_organisation(code, name_ru=ru, name_kk=kk) for code, (ru, kk) in AKIMATS.items()]
    for akimat in made:
        OrganisationGroupMember.objects.create(group=group, organisation=akimat)
    return made


def make_late(akimats: list[Any]) -> Instruction:
    """An instruction of a public text to all three, due on Monday 16 February; Zhambyl alone has reported."""
    controller = make_staff(Role.CONTROLLER)
    instruction = make_instruction(
        text="Подключить регионы к Amanatnesie", ref="amanatnesie", source=make_source(), meeting=make_meeting(),
        issued_on=date(2026, 1, 31), term=TERM, state=InstructionState.DRAFT,
    )  # fmt: skip
    by = {"by": controller, "on": date(2026, 2, 2)}
    services.add_executors(instruction=instruction, executors=akimats, role=ExecutorRole.EQUAL, **by)
    services.issue_instruction(instruction=instruction, **by)
    reported = instruction.deadlines.get(executor__region=ZHAMBYL)
    services.submit_report(deadline=reported, text="Подключено", by=controller, on=date(2026, 2, 13))
    return instruction
