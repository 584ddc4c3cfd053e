"""Every address of the registry for everybody: what opens, what is refused, and nothing of another region.

A route without a row here fails. To add one: a page or an API list gets a line in ROUTES, a model of the admin one in
MODELS; an address that takes arguments of its own is told in `tests/routes.py` which row they are of. A cell reads
GET/POST (an empty POST) for people of Akmola and, where it takes an object, for one of Akmola:

200, 409…  the status            in  to the sign-in          go  to another page          no  any way of refusing

For an object of Zhambyl every cell is "no". HEAD is as GET, OPTIONS tells of what GET shows, and no other method does
more than GET.
"""

from typing import Any

import pytest
from django.test import Client

from registry.accounts.choices import Role
from tests.factories import make_user
from tests.routes import PAGES_OF_MODEL, Route, address, routes
from tests.staff import sign_in
from tests.world import EVERY_STAFF_ROLE, HIDDEN_SIGN, OUTSIDER, READ_BY_ALL, SECRET_SIGN, World, said, state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]

# "nobody" is signed in without role or region; the consumer comes with a token.
ROUTES = """
                          anonymous nobody  consumer executor official editor  controller administrator
set_language              go/go     go/go   go/go    go/go    go/go    go/go   go/go      go/go
login                     200/200   go/go   200/200  go/go    go/go    go/go   go/go      go/go
logout                    405/in    405/in  405/in   405/in   405/in   405/in  405/in     405/in
sign_in_code              in/in     in/in   in/in    in/in    in/in    in/in   in/in      in/in
second_factor             in/in     200/405 in/in    200/405  200/405  200/405 200/405    200/405
second_factor_setup       in/in     200/200 in/in    200/200  200/200  200/200 200/200    200/200
second_factor_codes       in/in     go/200  in/in    go/200   go/200   go/200  go/200     go/200
second_factor_remove      in/in     go/200  in/in    go/200   go/200   go/200  go/200     go/200
password_change           in/in     200/200 in/in    200/200  200/200  200/200 200/200    200/200
healthz                   200/405   200/405 200/405  200/405  200/405  200/405 200/405    200/405
readyz                    200/405   200/405 200/405  200/405  200/405  200/405 200/405    200/405

home                      in/in     403/403 in/in    200/405  200/405  go/go   200/405    200/405
deadlines                 in/in     403/403 in/in    200/405  200/405  403/403 200/405    200/405
discipline                in/in     403/403 in/in    200/405  200/405  403/403 200/405    200/405
instructions              in/in     403/403 in/in    200/405  200/405  403/403 200/405    200/405
instruction               in/in     403/403 in/in    200/405  200/405  403/403 200/405    200/405
deadline                  in/in     403/403 in/in    200/405  200/405  403/403 200/405    200/405
meetings                  in/in     403/403 in/in    200/405  200/405  403/403 200/405    200/405
meeting                   in/in     403/403 in/in    200/405  200/405  403/403 200/405    200/405
programs                  in/in     403/403 in/in    200/405  200/405  200/405 200/405    200/405
program                   in/in     403/403 in/in    200/405  200/405  200/405 200/405    200/405
funding                   in/in     403/403 in/in    403/403  200/405  200/405 200/405    200/405
projects                  in/in     403/403 in/in    403/403  200/405  200/405 200/405    200/405
indicators                in/in     403/403 in/in    403/403  200/405  200/405 200/405    200/405
regions                   in/in     403/403 in/in    200/405  200/405  200/405 200/405    200/405
region                    in/in     403/403 in/in    200/405  200/405  200/405 200/405    200/405
cooperatives              in/in     403/403 in/in    403/403  200/405  200/405 200/405    200/405
cooperative               in/in     403/403 in/in    403/403  200/405  200/405 200/405    200/405
systems                   in/in     403/403 in/in    403/403  200/405  200/405 200/405    200/405
system                    in/in     403/403 in/in    403/403  200/405  200/405 200/405    200/405
standards                 in/in     403/403 in/in    403/403  200/405  200/405 200/405    200/405
provisions                in/in     403/403 in/in    403/403  200/405  200/405 200/405    200/405
calendar                  in/in     403/403 in/in    200/405  200/405  403/403 200/405    200/405
calendar_feed_make        in/in     403/403 in/in    go/400   go/400   403/403 go/400     go/400
calendar_feed             404/405   404/405 404/405  404/405  404/405  404/405 404/405    404/405
quality                   in/in     403/403 in/in    200/405  200/405  200/405 200/405    200/405
search                    in/in     403/403 in/in    200/405  200/405  200/405 200/405    200/405
attachment                in/in     403/403 in/in    200/405  200/405  403/403 200/405    200/405
instruction_act           in/in     403/403 in/in    403/403  403/403  403/403 200/400    403/403
deadline_act              in/in     403/403 in/in    403/403  403/403  403/403 200/400    403/403

api:region                401/401   403/405 200/405  200/405  200/405  200/405 200/405    200/405
api:organisation          401/401   403/405 200/405  200/405  200/405  200/405 200/405    200/405
api:source                401/401   403/405 200/405  200/405  200/405  200/405 200/405    200/405
api:program               401/401   403/405 200/405  200/405  200/405  200/405 200/405    200/405
api:funding               401/401   403/405 200/405  403/405  200/405  200/405 200/405    200/405
api:indicator             401/401   403/405 200/405  403/405  200/405  200/405 200/405    200/405
api:indicatorvalue        401/401   403/405 200/405  403/405  200/405  200/405 200/405    200/405
api:cooperative           401/401   403/405 200/405  403/405  200/405  200/405 200/405    200/405
api:meeting               401/401   403/405 200/405  200/405  200/405  403/405 200/405    200/405
api:instruction           401/401   403/405 200/405  200/405  200/405  403/405 200/405    200/405
api:deadline              401/401   403/405 200/405  200/405  200/405  403/405 200/405    200/405
api:schema                401/401   200/405 200/405  200/405  200/405  200/405 200/405    200/405
api:docs                  in/in     200/405 in/in    200/405  200/405  200/405 200/405    200/405
api:nowhere               404/404   404/404 404/404  404/404  404/404  404/404 404/404    404/404

admin:index               in/in     in/in   in/in    in/in    in/in    200/200 200/200    200/200
admin:login               in/in     403/403 in/in    403/403  403/403  in/in   in/in      in/in
admin:logout              go/go     go/go   go/go    go/go    go/go    405/in  405/in     405/in
admin:password_change     in/in     in/in   in/in    in/in    in/in    200/200 200/200    200/200
admin:password_change_done in/in    in/in   in/in    in/in    in/in    200/405 200/405    200/405
admin:autocomplete        in/in     in/in   in/in    in/in    in/in    403/405 403/405    403/405
admin:jsi18n              in/in     in/in   in/in    in/in    in/in    200/405 200/405    200/405
admin:view_on_site        in/in     in/in   in/in    in/in    in/in    404/404 404/404    404/404
admin:app_list            in/in     in/in   in/in    in/in    in/in    200/200 200/200    200/200
admin/(?P<url>.*)$        in/in     in/in   in/in    in/in    in/in    404/404 404/404    404/404
admin:auth_user_password_change      in/in in/in in/in in/in in/in 403/403 403/403 200/200
admin:instructions_instruction_act   in/in in/in in/in in/in in/in 403/403 200/400 403/403
admin:instructions_deadline_act      in/in in/in in/in in/in in/in 403/403 200/400 403/403
admin:instructions_instruction_term  in/in in/in in/in in/in in/in 403/403 200/200 403/403
"""
# What each role does with a model in the admin; everybody else is sent to the sign-in.
#   -  nothing    r  reads    c  reads, and the country's own people write    w  writes what is of the own region
#   s  as c, but everybody adds
#   u  as w, but one that is named in records is not deleted
#   k  keys: made, shown, never changed    j  reads, there is no history
MODELS = """
                              editor  controller  administrator
accounts.User                 -       -           u
accounts.ApiToken             -       -           k
auth.Group                    -       -           r
regions.Region                r       r           c
regions.RegionRenumbering     r       r           c
regions.RegionGroup           r       r           c
regions.Organisation          r       r           c
regions.OrganisationGroup     r       r           c
regions.Official              r       r           c
standards.StandardItem        c       r           c
standards.Provision           w       r           w
programs.Source               s       s           s
programs.Program              c       r           c
programs.ProgramTerm          c       r           c
programs.MonthlyIndex         c       r           c
programs.Funding              w       r           w
programs.Project              w       r           w
programs.InformationSystem    c       r           c
programs.Connection           w       r           w
programs.Practice             w       r           w
programs.Finding              w       r           w
indicators.Indicator          c       r           c
indicators.IndicatorValue     w       r           w
cooperatives.Cooperative      w       r           w
cooperatives.Support          w       r           w
cooperatives.Facility         w       r           w
instructions.CalendarDay      r       r           c
instructions.Meeting          -       c           r
instructions.Instruction      -       w           r
instructions.Deadline         -       r           r
instructions.Extension        -       r           r
instructions.Report           -       r           r
instructions.Act              -       j           j
instructions.MonthEnd         -       j           j
"""
#     changelist  add      change   delete   history  restore (a field there is none of)  "" (an old address)
CELLS = {
    "-": ("403/403", "403/403", "403/403", "403/403", "no/no", "403/403", "go/go"),
    "r": ("200/200", "403/403", "200/403", "403/403", "200/200", "403/403", "go/go"),
    "c": ("200/200", "403/403", "200/403", "403/403", "200/200", "403/403", "go/go"),
    "s": ("200/200", "200/200", "200/403", "403/403", "200/200", "403/403", "go/go"),
    "w": ("200/200", "200/200", "200/409", "200/200", "200/200", "404/404", "go/go"),
    "u": ("200/200", "200/200", "200/409", "go/go", "200/200", "404/404", "go/go"),
    "k": ("200/200", "200/200", "200/403", "403/403", "go/go", "", "go/go"),
    "j": ("200/200", "403/403", "200/403", "403/403", "go/go", "", "go/go"),
}
WRITERS = "cwuks"  # of the country's own people, who add a row
REFUSALS = {302, 401, 403, 404, 405}
OTHER_METHODS = ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE")
# Where the answer to another method is not that to GET, and says nothing either.
TELLS_NOTHING = dict.fromkeys(
    ("logout", "admin:logout", "admin:login", "admin:autocomplete", "second_factor_codes", "second_factor_remove"),
    ("200",),
)
PAGES_OF_COUNTS = ("home", "deadlines", "instructions", "meetings", "discipline", "programs", "calendar", "quality")
PEOPLE = ("anonymous", OUTSIDER, *sorted(Role.values))


def _table(text: str) -> dict[str, dict[str, str]]:
    head, *lines = (line.split() for line in text.splitlines() if line.strip())
    return {name: dict(zip(head, cells, strict=True)) for name, *cells in lines}


ROLES_OF_ROUTE, ROLES_OF_MODEL = _table(ROUTES), _table(MODELS)


def expected(route: Route, who: str) -> str | None:
    """GET/POST for `who`; None where the tables do not say."""
    if route.model:
        if route.model not in ROLES_OF_MODEL:
            return None
        letter = ROLES_OF_MODEL[route.model].get(who)
        return CELLS[letter][PAGES_OF_MODEL.index(route.page)] if letter else "in/in"
    return ROLES_OF_ROUTE.get(route.name.removesuffix("-list").removesuffix("-detail"), {}).get(who)


def client_of(world: World, who: str) -> Client:
    return world.caller(who) if who == Role.CONSUMER else world.browser(who)


def cell(response: Any) -> str:
    if response.status_code in (301, 302):
        return "in" if "/login/" in response["Location"] else "go"
    return str(response.status_code)


def agrees(response: Any, wanted: str) -> bool:
    return cell(response) == wanted or (wanted == "no" and response.status_code in REFUSALS)


def ask(world: World, client: Client, who: str, route: Route, rows: Any, method: str) -> Any:
    client = client_of(world, who) if "logout" in route.name else client  # others stay signed in
    return client.generic(method, address(route, rows))


def test_every_route_has_a_row():
    without = [route.name for route in routes() if any(expected(route, who) is None for who in PEOPLE)]
    assert not without
    known = {route.name.removesuffix("-list").removesuffix("-detail") for route in routes() if not route.model}
    assert ROLES_OF_ROUTE.keys() == known
    assert ROLES_OF_MODEL.keys() == {route.model for route in routes() if route.model}


# Permissions are no matter of the database; whoever opens all pages shows that both can answer them.
@pytest.mark.parametrize(
    "who", [pytest.param(who, marks=[] if who == Role.ADMINISTRATOR else pytest.mark.once) for who in PEOPLE]
)
def test_who_opens_what(world, who):
    client, wrong, before = client_of(world, who), [], state()
    for route in routes():
        for method, wanted in zip(("GET", "POST"), str(expected(route, who)).split("/"), strict=True):
            response = ask(world, client, who, route, world.own, method)
            if not agrees(response, wanted) or HIDDEN_SIGN in said(response):
                wrong.append((method, route.name, cell(response), f"not {wanted}", HIDDEN_SIGN in said(response)))
    assert not wrong
    assert state() == before


@pytest.mark.once
@pytest.mark.parametrize("who", PEOPLE)
def test_a_row_of_another_region_is_refused(world, who):
    client, wrong, before = client_of(world, who), [], state()
    for route in routes():
        if not route.about or route.about in READ_BY_ALL or route.about == "auth.Group":
            continue
        for method in ("GET", "POST", "DELETE"):
            response = ask(world, client, who, route, world.foreign, method)
            if response.status_code not in REFUSALS or HIDDEN_SIGN in said(response):
                wrong.append((method, route.name, cell(response), HIDDEN_SIGN in said(response)))
    assert not wrong
    assert state() == before


@pytest.mark.once
@pytest.mark.parametrize("who", ["anonymous", EVERY_STAFF_ROLE])
def test_other_methods_do_no_more_than_reading(world, who):
    """The usual pages of all models are the same code: one of them is asked with every method."""
    client, wrong, before = world.browser(who), [], state()
    for route in routes():
        if route.model not in ("", "cooperatives.Cooperative"):
            continue
        got = cell(ask(world, client, who, route, world.own, "GET"))
        for method in OTHER_METHODS:
            response = ask(world, client, who, route, world.own, method)
            if cell(response) not in {got, "405", *TELLS_NOTHING.get(route.name, ())}:
                wrong.append((method, route.name, cell(response), f"GET: {got}"))
    assert not wrong
    assert state() == before


@pytest.mark.parametrize("role", [Role.EDITOR, Role.CONTROLLER, Role.ADMINISTRATOR])
def test_reference_data_are_written_by_the_country(world, role):
    user = make_user(role, is_staff=True)
    client = sign_in(user)
    adding = [route for route in routes() if route.page == "add"]
    opens = {route.model for route in adding if client.get(address(route, world.own)).status_code == 200}
    assert opens == {model for model, roles in ROLES_OF_MODEL.items() if roles[role] in WRITERS}


def test_what_is_for_official_use_leaves_no_trace_in_any_list(world):
    """Not even for those who may read it: no figure, list, page of the API or of discipline tells of it."""
    for who in (Role.CONTROLLER, Role.ADMINISTRATOR):
        for route in routes():
            client = world.caller(who) if route.name.startswith("api:") else world.browser(who)
            counts = route.name in PAGES_OF_COUNTS
            if not route.takes and (counts or route.name.startswith("api:")):
                assert SECRET_SIGN not in said(client.get(address(route, world.secret))), route.name
