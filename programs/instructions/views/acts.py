"""The acts of the control card: a page each, which leads back to the card."""

from typing import Any

from django.urls import reverse

from programs.instructions.act_page import ActOnDeadline, ActOnInstruction
from registry.pages import RegistryPage


class OnCard(RegistryPage):
    permission_required = "instructions.view_instruction"
    template_name = "instructions/act.html"


class InstructionActPage(OnCard, ActOnInstruction):
    def back(self, subject: Any) -> str:
        return reverse("instruction", args=(subject.pk,))


class DeadlineActPage(OnCard, ActOnDeadline):
    def back(self, subject: Any) -> str:
        return reverse("instruction", args=(subject.instruction_id,))
