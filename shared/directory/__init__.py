"""Who is who: units, posts, holders and delegations, as facts of the ledger that every service folds alike.

The types are here because all services read them; only the ledger emits them. Names, codes, parents, posts and
holders are valid from a date to a date: "who led unit X on date D" has an answer for ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import ClassVar, Literal, NewType

from shared.domain import PersonId, PostId, PublicText, UnitId
from shared.facts import Fact

Level = Literal["province", "city", "county", "township", "grassroots"]
"""省、市、县（区）、乡镇（街道）、基层."""

UnitKind = Literal["committee", "government", "department", "section", "enterprise", "school", "institution", "other"]
"""党委（纪委）、政府、部门、内设机构、企业、学校、事业单位、其他."""

Role = Literal[
    "administrator",
    "coordinator",
    "unit-head",
    "unit-clerk",
    "inspector",
    "assessor",
    "committee",
    "intake-clerk",
    "case-handler",
    "case-supervisor",
    "auditor",
    "privacy-officer",
]
"""What a post may do. 管理员、组织协调、一把手和班子成员、填报、督查、考核、审定、信访、承办、案管、审计、隐私官."""

Scope = Literal["complaints:lodge", "complaints:follow", "public:read", "webhooks:manage"]
"""What a portal may do. 代为提交信访举报、代为查询办理进度、读取公开数据、管理事件推送."""

DelegationId = NewType("DelegationId", str)
PortalId = NewType("PortalId", str)

OWN_UNIT_ONLY: frozenset[Role] = frozenset({"unit-clerk"})
"""Roles that reach no further than the unit they sit in; every other reaches the subtree of `over`."""


@dataclass(frozen=True, slots=True)
class UnitRegistered:
    """A unit exists from a date on.

    Decided by the coordinator or an administrator. `code` is the office's own number for it, unique in the
    installation; `order` is its place in the list of units (机构序); `division_code` GB/T 2260 or 10114;
    `credit_code` GB 32100. No personal data. Kept for ever.
    """

    STREAM: ClassVar = "unit/{unit}"
    unit: UnitId
    code: str
    name: PublicText
    short_name: PublicText | None
    kind: UnitKind
    level: Level
    parent: UnitId | None
    order: int
    division_code: str | None
    credit_code: str | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class UnitRenamed:
    """A unit bears another name from a date on; what was signed under the old one stays so. Kept for ever."""

    STREAM: ClassVar = "unit/{unit}"
    unit: UnitId
    name: PublicText
    short_name: PublicText | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class UnitRecoded:
    """A unit bears other official codes from a date on. Kept for ever."""

    STREAM: ClassVar = "unit/{unit}"
    unit: UnitId
    division_code: str | None
    credit_code: str | None
    valid_from: date


@dataclass(frozen=True, slots=True)
class UnitMoved:
    """A unit has another parent or place in the list from a date on. Kept for ever."""

    STREAM: ClassVar = "unit/{unit}"
    unit: UnitId
    parent: UnitId | None
    order: int
    valid_from: date


@dataclass(frozen=True, slots=True)
class UnitDissolved:
    """A unit ends after a date; its successor takes over what is open. Kept for ever."""

    STREAM: ClassVar = "unit/{unit}"
    unit: UnitId
    successor: UnitId | None
    valid_to: date


@dataclass(frozen=True, slots=True)
class PostCreated:
    """A post exists in a unit, whoever holds it.

    Decided by the coordinator or an administrator. `roles` is what it may do; `leads` marks the unit's chief post
    (一把手); `over` is the unit whose subtree the roles reach: the unit itself for a department head, the division for
    an office that coordinates or inspects for it. Kept for ever.
    """

    STREAM: ClassVar = "post/{post}"
    post: PostId
    unit: UnitId
    title: PublicText
    roles: tuple[Role, ...]
    leads: bool
    over: UnitId
    valid_from: date


@dataclass(frozen=True, slots=True)
class PostAbolished:
    """A post ends after a date. Kept for ever."""

    STREAM: ClassVar = "post/{post}"
    post: PostId
    valid_to: date


@dataclass(frozen=True, slots=True)
class PostFilled:
    """A person holds a post from a date on (任职). Pseudonym only. Kept for ever."""

    STREAM: ClassVar = "post/{post}"
    post: PostId
    person: PersonId
    valid_from: date


@dataclass(frozen=True, slots=True)
class PostVacated:
    """A person no longer holds a post after a date (免职). Pseudonym only. Kept for ever."""

    STREAM: ClassVar = "post/{post}"
    post: PostId
    person: PersonId
    valid_to: date


@dataclass(frozen=True, slots=True)
class DelegationGiven:
    """The holder of a post lets somebody act for it between two dates, both included. Pseudonyms only."""

    STREAM: ClassVar = "post/{post}"
    delegation: DelegationId
    post: PostId
    giver: PersonId
    taker: PersonId
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class DelegationEnded:
    """A delegation ends after a date that lies before its own. Pseudonyms only."""

    STREAM: ClassVar = "post/{post}"
    delegation: DelegationId
    post: PostId
    valid_to: date


@dataclass(frozen=True, slots=True)
class PortalRegistered:
    """A program of another system (政务服务平台 and the like) may do some things, on the word of a unit.

    Decided by an administrator. `portal` is the client as its `issuer` calls it (`client_id`), `subject` what the `sub` of
    a token says that the issuer gave to the client itself. A portal that was revoked may be registered again. No
    personal data. Kept for ever.
    """

    STREAM: ClassVar = "portal/{portal}"
    portal: PortalId
    unit: UnitId
    name: PublicText
    issuer: str
    subject: str
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class PortalRevoked:
    """A portal may do nothing any more, whatever tokens it holds. Decided by an administrator. Kept for ever."""

    STREAM: ClassVar = "portal/{portal}"
    portal: PortalId
    reason: PublicText


FEW_UNITS = 1_000
"""A county with its villages: so many are named in a query, more are looked up in it."""

DIRECTORY_EVENTS: tuple[type, ...] = (
    UnitRegistered,
    UnitRenamed,
    UnitRecoded,
    UnitMoved,
    UnitDissolved,
    PostCreated,
    PostAbolished,
    PostFilled,
    PostVacated,
    DelegationGiven,
    DelegationEnded,
    PortalRegistered,
    PortalRevoked,
)
DIRECTORY_STREAMS = ("unit", "post", "portal")


@dataclass(frozen=True, slots=True)
class Held:
    """A post that somebody may act from today: their own, or one delegated to them (`on_behalf` its holder)."""

    post: PostId
    unit: UnitId
    over: UnitId
    roles: tuple[Role, ...]
    on_behalf: PersonId | None
    version: int
    """Version of the post's stream, for the assertion that nothing about it changed meanwhile."""


@dataclass(frozen=True, slots=True)
class Program:
    """The program that a token was issued to, as the token says it: what it is called there, and what it may do."""

    issuer: str
    client: str
    subject: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Portal:
    """A program of another system, as the ledger knows it. No scopes: it is revoked."""

    id: PortalId
    unit: UnitId
    name: PublicText
    issuer: str
    subject: str
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """A portal that asks, with what it may do: what is registered for it, as far as its token says so too."""

    portal: PortalId
    unit: UnitId
    scopes: frozenset[Scope]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a person and the posts they may act from on that date. No posts: an outsider.

    Where `machine` is set it is a portal, under the name `portal/…` and without posts: it may do what asks for one of its
    scopes, and nothing else.
    """

    person: PersonId
    posts: tuple[Held, ...]
    machine: Machine | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as it stands; `valid_to` is set once it is dissolved."""

    id: UnitId
    code: str
    name: PublicText
    short_name: PublicText | None
    kind: UnitKind
    level: Level
    parent: UnitId | None
    order: int
    division_code: str | None
    credit_code: str | None
    valid_from: date
    valid_to: date | None = None
    successor: UnitId | None = None


@dataclass(frozen=True, slots=True)
class Tenure:
    """Somebody's time in a post; both dates are included, `valid_to` None while it lasts."""

    person: PersonId
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Delegation:
    id: DelegationId
    giver: PersonId
    taker: PersonId
    valid_from: date
    valid_to: date


@dataclass(frozen=True, slots=True)
class Post:
    """A post with everybody who held it, in order."""

    id: PostId
    unit: UnitId
    title: PublicText
    roles: tuple[Role, ...]
    leads: bool
    over: UnitId
    valid_from: date
    version: int
    valid_to: date | None = None
    tenures: tuple[Tenure, ...] = ()
    delegations: tuple[Delegation, ...] = ()

    def holder(self, on: date) -> PersonId | None:
        return next((t.person for t in self.tenures if _covers(t.valid_from, t.valid_to, on)), None)


def _covers(valid_from: date, valid_to: date | None, on: date) -> bool:
    return valid_from <= on and (valid_to is None or on <= valid_to)


@dataclass(slots=True)
class Directory:
    """The fold of all directory facts, advanced by `apply` in log order.

    A later fact about the same thing stands at once, whatever its date: the tree is the one last recorded, and
    tenures keep their dates. Questions about the past are asked of the views.
    """

    units: dict[UnitId, Unit] = field(default_factory=dict)
    posts: dict[PostId, Post] = field(default_factory=dict)
    portals: dict[PortalId, Portal] = field(default_factory=dict)
    _posts_of_unit: dict[UnitId, list[PostId]] = field(default_factory=dict)
    _posts_of_person: dict[PersonId, set[PostId]] = field(default_factory=dict)
    _children: dict[UnitId | None, set[UnitId]] = field(default_factory=dict)
    """Of each unit; of None those that are topmost."""
    _by_code: dict[str, UnitId] = field(default_factory=dict)
    _few: dict[UnitId, tuple[UnitId, ...] | None] = field(default_factory=dict)
    """What `few_below` found, until the tree changes."""

    def apply(self, fact: Fact) -> None:
        event = fact.event
        match event:
            case UnitRegistered():
                self.units[event.unit] = Unit(
                    event.unit,
                    event.code,
                    event.name,
                    event.short_name,
                    event.kind,
                    event.level,
                    event.parent,
                    event.order,
                    event.division_code,
                    event.credit_code,
                    event.valid_from,
                )
                self._by_code[event.code] = event.unit
                self._few.clear()
                self._children.setdefault(event.parent, set()).add(event.unit)
            case UnitRenamed():
                self._change(event.unit, name=event.name, short_name=event.short_name)
            case UnitRecoded():
                self._change(event.unit, division_code=event.division_code, credit_code=event.credit_code)
            case UnitMoved():
                self._few.clear()
                self._children[self.units[event.unit].parent].discard(event.unit)
                self._children.setdefault(event.parent, set()).add(event.unit)
                self._change(event.unit, parent=event.parent, order=event.order)
            case UnitDissolved():
                self._change(event.unit, valid_to=event.valid_to, successor=event.successor)
            case PostCreated():
                self.posts[event.post] = Post(
                    event.post,
                    event.unit,
                    event.title,
                    event.roles,
                    event.leads,
                    event.over,
                    event.valid_from,
                    fact.version,
                )
                self._posts_of_unit.setdefault(event.unit, []).append(event.post)
            case PostAbolished():
                self._change_post(fact, event.post, valid_to=event.valid_to)
            case PostFilled():
                tenures = self.posts[event.post].tenures
                self._change_post(fact, event.post, tenures=(*tenures, Tenure(event.person, event.valid_from)))
                self._posts_of_person.setdefault(event.person, set()).add(event.post)
            case PostVacated():
                self._change_post(
                    fact,
                    event.post,
                    tenures=tuple(
                        replace(t, valid_to=event.valid_to) if t.person == event.person and t.valid_to is None else t
                        for t in self.posts[event.post].tenures
                    ),
                )
            case DelegationGiven():
                given = Delegation(event.delegation, event.giver, event.taker, event.valid_from, event.valid_to)
                self._change_post(fact, event.post, delegations=(*self.posts[event.post].delegations, given))
                self._posts_of_person.setdefault(event.taker, set()).add(event.post)
            case DelegationEnded():
                self._change_post(
                    fact,
                    event.post,
                    delegations=tuple(
                        replace(d, valid_to=event.valid_to) if d.id == event.delegation else d
                        for d in self.posts[event.post].delegations
                    ),
                )
            case PortalRegistered():
                self.portals[event.portal] = Portal(
                    event.portal, event.unit, event.name, event.issuer, event.subject, event.scopes
                )
            case PortalRevoked():
                self.portals[event.portal] = replace(self.portals[event.portal], scopes=())
            case _:
                pass

    def _change(self, unit: UnitId, **changes: object) -> None:
        self.units[unit] = replace(self.units[unit], **changes)  # type: ignore[arg-type]

    def _change_post(self, fact: Fact, post: PostId, **changes: object) -> None:
        self.posts[post] = replace(self.posts[post], version=fact.version, **changes)  # type: ignore[arg-type]

    # --- questions ---------------------------------------------------------------------------------------------

    def unit_by_code(self, code: str) -> Unit | None:
        unit = self._by_code.get(code)
        return self.units[unit] if unit else None

    def ancestors(self, unit: UnitId) -> Iterable[UnitId]:
        """The unit itself, then its parents up to the root."""
        at: UnitId | None = unit
        while at is not None and at in self.units:
            yield at
            at = self.units[at].parent

    def is_within(self, unit: UnitId, root: UnitId) -> bool:
        """Whether a unit is `root` or lies below it."""
        return root in self.ancestors(unit)

    def is_topmost(self, unit: UnitId) -> bool:
        """Whether no unit stands above it: whoever reaches over it reaches over the installation as a whole."""
        known = self.units.get(unit)
        return known is not None and known.parent is None

    def are_above_all(self, units: Collection[UnitId]) -> bool:
        """Whether every unit there is is one of these or lies below one of them."""
        topmost = self._children.get(None, set())
        return bool(topmost) and topmost.issubset(units)

    def below(self, root: UnitId) -> Iterable[UnitId]:
        """`root` and every unit below it."""
        yield root
        for child in self._children.get(root, ()):
            yield from self.below(child)

    def few_below(self, root: UnitId) -> tuple[UnitId, ...] | None:
        """The same, sorted, where they are `FEW_UNITS` at most; None where they are more."""
        if root not in self.units:
            return (root,)  # and nothing is kept of what anybody may make up
        if root not in self._few:
            found = tuple(islice(self.below(root), FEW_UNITS + 1))
            self._few[root] = tuple(sorted(found)) if len(found) <= FEW_UNITS else None
        return self._few[root]

    def path(self, unit: UnitId) -> str:
        """`/root/…/unit/`: a unit lies below another exactly when its path begins with the other's."""
        return "/" + "".join(f"{u}/" for u in reversed(list(self.ancestors(unit))))

    def posts_of(self, unit: UnitId) -> Iterable[Post]:
        return (self.posts[post] for post in self._posts_of_unit.get(unit, ()))

    def units_of(self, person: PersonId) -> frozenset[UnitId]:
        """The units in which a person holds or held a post, delegated ones left aside."""
        posts = (self.posts[post] for post in self._posts_of_person.get(person, ()))
        return frozenset(post.unit for post in posts if any(tenure.person == person for tenure in post.tenures))

    def leader(self, unit: UnitId, on: date) -> PersonId | None:
        """Who holds the unit's chief post (一把手) on a date."""
        return next((who for p in self.posts_of(unit) if p.leads and (who := p.holder(on))), None)

    def machine(self, program: Program) -> Machine | None:
        """The portal that a token belongs to; None for a token that was given to somebody who signed in there."""
        portal = self.portals.get(PortalId(program.client))
        if portal is None or (portal.issuer, portal.subject) != (program.issuer, program.subject):
            return None
        return Machine(portal.id, portal.unit, frozenset(portal.scopes) & program.scopes)

    def principal(self, person: PersonId, on: date, program: Program | None = None) -> Principal:
        """The person with the posts they may act from on a date: held ones first, then delegated ones.

        `program` is whom the token was issued to; where that is a portal, it is no person who asks.
        """
        if program is not None and (machine := self.machine(program)) is not None:
            return Principal(PersonId(f"portal/{machine.portal}"), (), machine)
        held: list[Held] = []
        delegated: list[Held] = []
        for post_id in sorted(self._posts_of_person.get(person, ())):
            post = self.posts[post_id]
            if not _covers(post.valid_from, post.valid_to, on):
                continue
            if any(t.person == person and _covers(t.valid_from, t.valid_to, on) for t in post.tenures):
                held.append(Held(post.id, post.unit, post.over, post.roles, None, post.version))
            delegated.extend(
                Held(post.id, post.unit, post.over, post.roles, d.giver, post.version)
                for d in post.delegations
                if d.taker == person and _covers(d.valid_from, d.valid_to, on) and post.holder(on) == d.giver
            )
        return Principal(person, (*held, *delegated))

    def acting(self, who: Principal, may: Iterable[Role], unit: UnitId) -> Held | None:
        """The post from which `who` may act with one of the roles on a unit; None when there is none."""
        wanted = set(may)
        return next((h for h in who.posts if any(r in wanted and self.reaches(h, r, unit) for r in h.roles)), None)

    def reaches(self, held: Held, role: Role, unit: UnitId) -> bool:
        """Whether a role of a held post extends to a unit."""
        return held.unit == unit if role in OWN_UNIT_ONLY else self.is_within(unit, held.over)

    def sees(self, who: Principal, unit: UnitId) -> bool:
        """Whether anything of the unit may be shown at all: what may not be seen is answered 404, not 403."""
        if who.machine is not None:
            return self.is_within(unit, who.machine.unit)
        return any(self.reaches(held, role, unit) for held in who.posts for role in held.roles)
