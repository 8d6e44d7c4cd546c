"""What comes in: bodies and parameters checked once against the fields of a dataclass, everything wrong told at once.

A pydantic model is made from the fields of a command, a nested dataclass or the parameters of a question; unknown
fields and loose types are refused. What is told about a wrong value never repeats the value.
"""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError

from shared.domain import PersonalText, PublicText, Refused
from shared.refusals import BODY_INVALID, BODY_MALFORMED, NOT_FOUND, RefusedRequest
from shared.web.problem import Wrong

TEXT_LONGEST = 20_000
LIST_LONGEST = 1_000
WHOLE_LARGEST = 2**53 - 1
"""Integers that every JSON reader keeps exactly (RFC 8259, 6)."""

# Control characters except tab and line ends: neither PostgreSQL nor spreadsheets can hold all of them.
_TEXT = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"
_IDENTITY = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$"
_DECIMAL = r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,12})?$"
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,18})\Z")
_IS_DECIMAL = re.compile(_DECIMAL.replace("$", r"\Z"))


def _exact(value: Any) -> Decimal:
    """A decimal from a string, or from a number by its shortest notation; never with more than 12 decimals."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float, Decimal)):
        raise PydanticCustomError("decimal_type", "not a decimal")
    try:
        found = Decimal(value) if isinstance(value, (str, int, Decimal)) else Decimal(repr(value))
    except InvalidOperation:
        raise PydanticCustomError("decimal_type", "not a decimal") from None
    text = value if isinstance(value, str) else f"{found:f}" if found.is_finite() and found.adjusted() < 20 else ""
    if not _IS_DECIMAL.match(text):
        raise PydanticCustomError("decimal_type", "not a decimal")
    return Decimal(text)


Text = Annotated[str, Field(max_length=TEXT_LONGEST, pattern=_TEXT)]
Identity = Annotated[str, Field(pattern=_IDENTITY)]
Whole = Annotated[int, Field(ge=-WHOLE_LARGEST, le=WHOLE_LARGEST)]
Exact = Annotated[
    Decimal,
    BeforeValidator(_exact),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": _DECIMAL, "maxLength": 32},
                {"type": "integer", "minimum": -(10**15), "maximum": 10**15},
            ],
            "description": 'An exact decimal as a string, such as "33.5"; a JSON number is taken by its notation.',
            "examples": ["33.5"],
        }
    ),
]

_SCALARS: Mapping[Any, Any] = {
    str: Text,
    int: Whole,
    bool: bool,
    Decimal: Exact,
    date: date,
    datetime: AwareDatetime,
    UUID: UUID,
    PersonalText: Annotated[Text, AfterValidator(PersonalText)],
    PublicText: Text,
}


class Models:
    """The models of one service, made once; a nested dataclass has one model wherever it stands."""

    def __init__(self) -> None:
        self._nested: dict[type, Any] = {}

    def of(self, kind: type, name: str, leave_out: Iterable[str] = ()) -> type[BaseModel]:
        """A model of the dataclass's fields, without those left out. TypeError for a field of an unknown type."""
        left_out = set(leave_out)
        hints = get_type_hints(kind, include_extras=True)
        fields: dict[str, Any] = {}
        for field in dataclasses.fields(kind):
            if field.name in left_out:
                continue
            try:
                fields[field.name] = (self.wire(hints[field.name]), _default(field))
            except TypeError as error:
                raise TypeError(f"{kind.__name__}.{field.name}: {error}") from error
        model: type[BaseModel] = create_model(
            name, __config__=ConfigDict(extra="forbid", strict=True, protected_namespaces=()), **fields
        )
        if kind.__doc__ and not kind.__doc__.startswith(f"{kind.__name__}("):
            model.__doc__ = kind.__doc__
        return model

    def wire(self, hint: Any) -> Any:
        """The annotation under which a value of this type is checked when it comes in."""
        if hint in _SCALARS:
            return _SCALARS[hint]
        if isinstance(hint, NewType):
            return Identity if hint.__supertype__ is str else self.wire(hint.__supertype__)
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            return self._nested_model(hint)
        origin, args = get_origin(hint), get_args(hint)
        if origin is Annotated:
            return self.wire(args[0])
        if origin is Literal:
            return hint
        if origin in (Union, types.UnionType):
            return Union[tuple(None if arg is type(None) else self.wire(arg) for arg in args)]  # noqa: UP007
        if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
            return Annotated[tuple[self.wire(args[0]), ...], Field(max_length=LIST_LONGEST)]  # type: ignore[misc]
        if origin is frozenset:
            return Annotated[frozenset[self.wire(args[0])], Field(max_length=LIST_LONGEST)]  # type: ignore[misc]
        if isinstance(origin, type) and issubclass(origin, Mapping) and args[0] is str:
            return Annotated[dict[Text, self.wire(args[1])], Field(max_length=LIST_LONGEST)]  # type: ignore[misc]
        raise TypeError(f"a request cannot carry {hint!r}")

    def _nested_model(self, kind: type) -> Any:
        if kind not in self._nested:
            model = self.of(kind, f"{kind.__name__}Input")
            self._nested[kind] = Annotated[model, AfterValidator(_maker(kind))]
        return self._nested[kind]


def _maker(kind: type) -> Callable[[BaseModel], Any]:
    return lambda model: kind(**model.__dict__)


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return Field(default_factory=field.default_factory)
    return ...


class Shape:
    """How one dataclass comes in over REST: some fields from the path, the others from the body or the query.

    `blank` names a field that is not sent at all and becomes the placeholder "".
    """

    def __init__(self, models: Models, kind: type, in_path: Iterable[str], name: str, blank: str | None = None) -> None:
        names = [field.name for field in dataclasses.fields(kind)]
        self.in_path = [name for name in names if name in set(in_path)]
        self.others = [name for name in names if name not in self.in_path and name != blank]
        self._kind = kind
        self._blank = {blank: ""} if blank else {}
        not_in_path = [name for name in names if name not in self.in_path]
        self.path_model = models.of(kind, f"{name}Path", not_in_path)
        self.model = models.of(kind, name, [*self.in_path, *self._blank])
        self._whole = {k for k, hint in get_type_hints(kind).items() if int in (hint, *get_args(hint))}
        self._truth = {k for k, hint in get_type_hints(kind).items() if bool in (hint, *get_args(hint))}

    def from_body(self, path: Mapping[str, str], body: bytes) -> Any:
        """The dataclass from path and JSON body. RefusedRequest when something is wrong with them."""
        placed = self._placed(path)
        try:
            model = self.model.__pydantic_validator__.validate_json(body or b"{}")
        except ValidationError as error:
            raise RefusedRequest(refused_body(error)) from None
        return self._kind(**placed, **self._blank, **model.__dict__)

    def from_query(self, path: Mapping[str, str], query: Iterable[tuple[str, str]]) -> Any:
        """The dataclass from path and query parameters, each given at most once. RefusedRequest otherwise."""
        placed = self._placed(path)
        values: dict[str, Any] = {}
        twice: list[Wrong] = []
        for name, text in query:
            if name in values:
                twice.append(Wrong(_pointer((name,)), "given-twice", "参数重复。", "The parameter is given twice."))
            values[name] = self._plain(name, text)
        if twice:
            raise RefusedRequest(invalid(twice))
        try:
            model = self.model.__pydantic_validator__.validate_json(orjson.dumps(values))
        except ValidationError as error:
            raise RefusedRequest(refused_body(error)) from None
        except (TypeError, ValueError):
            # A parameter that is not even Unicode.
            raise RefusedRequest(BODY_MALFORMED.of()) from None
        return self._kind(**placed, **self._blank, **model.__dict__)

    def _placed(self, path: Mapping[str, str]) -> dict[str, Any]:
        """The fields in the path; one that cannot be anybody's leads to nothing: 404."""
        if not self.in_path:
            return {}
        try:
            values = {name: self._plain(name, path[name]) for name in self.in_path}
            model = self.path_model.__pydantic_validator__.validate_json(orjson.dumps(values))
        except (ValidationError, TypeError, ValueError):
            raise RefusedRequest(NOT_FOUND.of()) from None
        return dict(model.__dict__)

    def _plain(self, name: str, text: str) -> Any:
        if name in self._whole and _WHOLE.match(text):
            return int(text)
        if name in self._truth and text in ("true", "false"):
            return text == "true"
        return text


# --- what is wrong, without repeating it -------------------------------------------------------------------------

_WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("缺少此项。", "This field is required."),
    "extra_forbidden": ("没有这一项。", "There is no such field."),
    "string_type": ("须为文本。", "This must be a string."),
    "string_too_long": ("文本不得超过 {max_length} 个字符。", "This must not be longer than {max_length} characters."),
    "string_too_short": ("文本不得少于 {min_length} 个字符。", "This must have at least {min_length} characters."),
    "string_pattern_mismatch": (
        "文本含有不允许的字符或格式不符。",
        "This has characters that are not allowed, or another form than required.",
    ),
    "int_type": ("须为整数。", "This must be an integer."),
    "int_parsing": ("须为整数。", "This must be an integer."),
    "int_from_float": ("须为整数。", "This must be an integer."),
    "greater_than_equal": ("不得小于 {ge}。", "This must be at least {ge}."),
    "less_than_equal": ("不得大于 {le}。", "This must be at most {le}."),
    "bool_type": ("须为 true 或 false。", "This must be true or false."),
    "decimal_type": (
        "须为十进制数，整数部分不超过 18 位、小数不超过 12 位。",
        "This must be a decimal with at most 18 digits and 12 decimals.",
    ),
    "date_type": ("须为日期，如 2026-06-30。", "This must be a date such as 2026-06-30."),
    "date_parsing": ("须为日期，如 2026-06-30。", "This must be a date such as 2026-06-30."),
    "date_from_datetime_parsing": ("须为日期，如 2026-06-30。", "This must be a date such as 2026-06-30."),
    "datetime_type": ("须为带时区的时刻。", "This must be an instant with its offset."),
    "datetime_parsing": ("须为带时区的时刻。", "This must be an instant with its offset."),
    "timezone_aware": ("时刻须带时区，如 +08:00。", "The instant needs its offset, such as +08:00."),
    "literal_error": ("须为下列之一：{expected}。", "This must be one of: {expected}."),
    "too_long": ("不得超过 {max_length} 项。", "This must not have more than {max_length} items."),
    "too_short": ("不得少于 {min_length} 项。", "This must have at least {min_length} items."),
    "tuple_type": ("须为列表。", "This must be an array."),
    "frozen_set_type": ("须为列表。", "This must be an array."),
    "dict_type": ("须为对象。", "This must be an object."),
    "model_type": ("须为对象。", "This must be an object."),
    "model_attributes_type": ("须为对象。", "This must be an object."),
    "none_required": ("须为空（null）。", "This must be null."),
    "uuid_parsing": ("须为 UUID。", "This must be a UUID."),
    "uuid_type": ("须为 UUID。", "This must be a UUID."),
}
_OTHERWISE = ("不符合要求。", "This is not valid.")


def wrongs(error: ValidationError) -> list[Wrong]:
    """Everything that a validation found, by JSON pointer, in both languages, without a single value sent."""
    found = []
    for one in error.errors(include_input=False, include_url=False):
        zh, en = _WORDS.get(one["type"], _OTHERWISE)
        # The context holds limits and allowed words; only those that a sentence names are used.
        context = one.get("ctx", {})
        found.append(
            Wrong(_pointer(one["loc"]), one["type"].replace("_", "-"), zh.format(**context), en.format(**context))
        )
    return found


def invalid(found: list[Wrong]) -> Refused:
    return BODY_INVALID.of(count=len(found), errors=found)


def refused_body(error: ValidationError) -> Refused:
    if any(one["type"] == "json_invalid" for one in error.errors(include_input=False, include_url=False)):
        return BODY_MALFORMED.of()
    return invalid(wrongs(error))


def _pointer(location: Iterable[str | int]) -> str:
    return "".join("/" + str(step)[:100].replace("~", "~0").replace("/", "~1") for step in location)
