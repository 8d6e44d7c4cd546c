"""首任管理员: the first unit, post and administrator of an empty installation."""

from services.ledger.events import AdministratorInstalled, PersonNamed, PersonRegistered, UnitCodeTaken
from services.ledger.rules.install_administrator import InstallAdministrator
from shared.directory import PostCreated, PostFilled, UnitRegistered
from shared.domain import Actor, PersonalText, PersonId, PostId, PublicText, UnitId
from tests.ledger.city import UNITS, ledger
from tests.support.spec import TODAY

OPERATOR = Actor("operator/ledger")


def install(
    *, name: str = "管平", code: str = "YL", unit_name: str = "中共云岭市委", title: str = "系统管理员"
) -> InstallAdministrator:
    return InstallAdministrator(
        PersonId("p1"), PersonalText(name), code, PublicText(unit_name), "committee", "city", PublicText(title)
    )


def test_an_empty_installation_gets_a_topmost_unit_and_an_administrator_over_it() -> None:
    unit, post, person = UnitId("id:unit"), PostId("id:post"), PersonId("p1")
    ledger.given().when(install(), by=OPERATOR).then(
        AdministratorInstalled(unit, post, person),
        UnitCodeTaken("YL", unit),
        UnitRegistered(
            unit, "YL", PublicText("中共云岭市委"), None, "committee", "city", None, 1, None, None, TODAY.today
        ),
        PostCreated(post, unit, PublicText("系统管理员"), ("administrator",), False, unit, TODAY.today),
        PersonRegistered(person),
        PersonNamed(person, PersonalText("管平")),
        PostFilled(post, person, TODAY.today),
    )


def test_a_second_administrator_is_not_installed() -> None:
    installed = AdministratorInstalled(UnitId("u"), PostId("p"), PersonId("p0"))
    ledger.given(installed).when(install(), by=OPERATOR).then_refused("installation-not-empty")


def test_where_there_are_units_nobody_is_installed() -> None:
    ledger.given(*UNITS).when(install(), by=OPERATOR).then_refused("installation-not-empty")


def test_the_administrator_has_a_name() -> None:
    ledger.given().when(install(name=" "), by=OPERATOR).then_refused("text-missing", field_zh="姓名")


def test_the_unit_has_a_code_without_slashes() -> None:
    ledger.given().when(install(code="YL/1"), by=OPERATOR).then_refused("number-invalid", number="YL/1")


def test_the_unit_has_a_name() -> None:
    ledger.given().when(install(unit_name=""), by=OPERATOR).then_refused("text-missing", field_zh="单位名称")


def test_the_post_has_a_title() -> None:
    ledger.given().when(install(title=""), by=OPERATOR).then_refused("text-missing", field_zh="岗位名称")
