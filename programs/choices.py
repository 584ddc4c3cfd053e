from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy


class Language(models.TextChoices):
    RU = "ru", _("Russian")
    KK = "kk", _("Kazakh")
    EN = "en", _("English")
    OTHER = "other", pgettext_lazy("language", "other")


class ProgramKind(models.TextChoices):
    PROGRAM = "program", _("programme")
    PROJECT = "project", pgettext_lazy("kind of programme", "project")
    CONCEPT = "concept", _("concept")
    STANDARD = "standard", _("standard")
    DIRECTION = "direction", _("direction of a standard")
    PRINCIPLE = "principle", _("principle")
    MEASURE = "measure", _("measure")
    MECHANISM = "mechanism", _("mechanism")
    INFORMATION_SYSTEM = "information_system", _("information system")


class ProgramStatus(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    IN_WORK = "in_work", _("being worked out")
    ACTIVE = "active", pgettext_lazy("programme", "in force")
    MENTIONED = "mentioned", _("mentioned in a source, state not known")
    REPLACED = "replaced", _("replaced")
    FINISHED = "finished", _("finished")


class Approximation(models.TextChoices):
    """The word of the source before a figure; what it lets the true value be is in `IndicatorValue.bounds`."""

    EXACT = "", _("exactly as stated")
    ABOUT = "about", _("about")
    ALMOST = "almost", _("almost")
    MORE = "more", _("more than")
    UP_TO = "up_to", _("up to")

    def of(self, figure: str) -> str:
        """`figure` with the word where the reader's language puts it: Kazakh says «600 дерлік»."""
        patterns = {
            Approximation.ABOUT: pgettext("figure", "about %(figure)s"),
            Approximation.ALMOST: pgettext("figure", "almost %(figure)s"),
            Approximation.MORE: pgettext("figure", "more than %(figure)s"),
            Approximation.UP_TO: pgettext("figure", "up to %(figure)s"),
        }
        return patterns.get(self, "%(figure)s") % {"figure": figure}


class BudgetLevel(models.TextChoices):
    NOT_STATED = "not_stated", _("not stated")
    REPUBLICAN = "republican", _("republican budget")
    LOCAL = "local", _("local budget")
    OWN = "own", _("own or private money")
    MIXED = "mixed", _("several sources")


class FundingStage(models.TextChoices):
    PLAN = "plan", pgettext_lazy("money", "planned")
    ALLOCATED = "allocated", pgettext_lazy("money", "allocated")
    DISBURSED = "disbursed", pgettext_lazy("money", "disbursed")


class ProjectStatus(models.TextChoices):
    CONSIDERED = "considered", _("being considered")
    PLANNED = "planned", pgettext_lazy("project", "planned")
    UNDER_CONSTRUCTION = "under_construction", _("under construction")
    OPERATING = "operating", _("operating")
    COMPLETED = "completed", pgettext_lazy("project", "completed")
    STOPPED = "stopped", _("stopped")


class ConnectionState(models.TextChoices):
    NO_DATA = "no_data", _("no data")
    NOT_STARTED = "not_started", pgettext_lazy("connection", "not started")
    ACCESS_ISSUED = "access_issued", _("access issued")
    TESTING = "testing", _("testing")
    CONNECTED = "connected", _("connected")


class ReplicationState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("replication", "proposed")
    STARTED = "started", _("started")
    WORKING = "working", _("working")
    DECLINED = "declined", pgettext_lazy("replication", "declined")


class FindingState(models.TextChoices):
    STATED = "stated", _("stated")
    BEING_MENDED = "being_mended", _("being mended")
    MENDED = "mended", _("mended")
