"""Programmes and all that hangs on them."""

from programs.models.money import MONEY, Funding, MonthlyIndex
from programs.models.practices import Finding, Practice, PracticeReplication
from programs.models.programs import Program, ProgramLink, ProgramTerm
from programs.models.projects import Connection, InformationSystem, Project
from programs.models.sources import Source, Sourced

__all__ = [
    "MONEY",
    "Connection",
    "Finding",
    "Funding",
    "InformationSystem",
    "MonthlyIndex",
    "Practice",
    "PracticeReplication",
    "Program",
    "ProgramLink",
    "ProgramTerm",
    "Project",
    "Source",
    "Sourced",
]
