"""What `load_registry` brings of programmes, their money and their projects."""

from programs.models import (
    Connection,
    Finding,
    Funding,
    InformationSystem,
    MonthlyIndex,
    Practice,
    PracticeReplication,
    Program,
    ProgramLink,
    ProgramTerm,
    Project,
    Source,
)
from registry.loading import tables

STEPS = [
    tables("sources", sources=Source),
    tables("programs", programs=Program, program_links=ProgramLink),
    tables("terms", program_terms=ProgramTerm, monthly_index=MonthlyIndex),
    tables("funding", funding=Funding),
    tables("projects", projects=Project),
    tables("systems", systems=InformationSystem, connections=Connection),
    tables("practices", practices=Practice, practice_replications=PracticeReplication),
    tables("findings", findings=Finding),
]
