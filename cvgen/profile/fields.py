"""The field types that all models share, and the errors they give.

A failed check raises `PydanticCustomError` whose `type` is the diagnostic's code and whose context may carry `hint`,
`label`, `offset` and `length`; `load` turns that into a `Diagnostic`. Nothing here knows about positions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, NoReturn

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from cvgen.values import date_parser, dates, urls
from cvgen.values.markdown import has_list, link_targets
from cvgen.values.text_policy import fold_space

__all__ = [
    "TEXT_SCHEMA",
    "Arxiv",
    "Before",
    "Count",
    "Deferred",
    "DocumentDate",
    "Doi",
    "Flag",
    "FooterText",
    "Identifier",
    "ListOf",
    "Model",
    "OneOrMore",
    "Plain",
    "Point",
    "Prose",
    "Text",
    "Url",
    "WhenField",
    "fail",
    "optional",
    "schema_of",
    "text_field",
]


class Model(BaseModel):
    """Base of all models: unknown keys are errors, values cannot change."""

    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True, defer_build=True)


def optional(description: str, *examples: object) -> Any:  # noqa: ANN401 - stands for None in a model of any type
    """Return a field that may be left out, with what editors say of it."""
    return Field(None, description=description, examples=list(examples) or None)


def fail(code: str, message: str, **context: object) -> NoReturn:
    """Raise the validation error `code`. Braces in `message` are literal."""
    raise PydanticCustomError(code, "{message}", {"message": message, **context})


def _filled(text: str) -> str:
    folded = fold_space(text)
    if not folded:
        fail("empty", "the text is empty", hint="write a value, or delete the key")
    return folded


def _markdown(text: str) -> str:
    for url, offset in link_targets(text):
        try:
            urls.check_url(url)
        except urls.UrlError as error:
            hint = error.hint
            if text[offset - 1 : offset] == "<":
                hint = f"{hint}; or write `\\<` if no link is meant"
            fail("link", error.message, hint=hint, part=url, offset=offset)
    return text


def _one_line(text: str) -> str:
    """Fold the lines of a field that has no paragraphs; those of a list, and paragraphs, stay apart."""
    parts = text.splitlines() if has_list(text) else re.split(r"\n[ \t]*\n", text)
    return _filled("<br>".join(part for part in map(fold_space, parts) if part))


def _paragraphs(text: str) -> str:
    """Fold the lines of each paragraph. A text with lists keeps its lines."""
    if has_list(text):
        return text.strip("\n")
    parts = [fold_space(part) for part in re.split(r"\n[ \t]*\n", text)]
    return _filled("\n\n".join(parts)) and "\n\n".join(part for part in parts if part)


def _date(parse: Callable[[str], Any]) -> Callable[[Any], Any]:
    def validate(value: object) -> object:
        if isinstance(value, dates.When):
            return value
        if isinstance(value, dict):
            return _free_date(value)
        if isinstance(value, list | tuple):
            return _dates(value, validate)
        if not isinstance(value, str | int):
            fail("date", "a date is wanted here", hint="write a date such as `2023-09`")
        if isinstance(value, bool):
            fail("date", "a date is wanted here", hint="write a date such as `2023-09`")
        text = fold_space(str(value))
        try:
            return parse(text)
        except dates.DateError as error:
            part = text[error.offset : error.offset + error.length]
            fail("date", error.message, hint=error.hint, label=error.label, part=part, offset=error.offset)

    return validate


def _free_date(value: dict[object, object]) -> dates.FreeDate:
    """Read `{text: …, sort: …}`: what is printed as it is, and the date that puts it into order."""
    if (
        len(ends := [str(value[key]) for name in ("start", "end") for key in (name, f"{name}_date") if key in value])
        > 1
    ):
        fail("date", "a date with two ends is one text", hint=f"write `{'/'.join(ends)}`")
    if set(value) != {"text", "sort"} or not isinstance(value["text"], str):
        fail("date", "a date of your own has `text` and `sort`", hint="write `{text: early 2015, sort: 2015-02}`")
    sort = _date(date_parser.parse_date)(value["sort"])
    if not isinstance(sort, dates.Date):
        fail("date", "`sort` is no single date", hint="write a date such as `2015-02`")
    return dates.FreeDate(_filled(value["text"]), sort)


def _dates(values: Sequence[object], read: Callable[[object], object]) -> dates.DateList:
    found = [read(value) for value in values]
    if not found or any(isinstance(one, dates.DateList) for one in found):
        fail("date", "a list of dates has one date in each item", hint="write it as `[2021 Fall, 2022 Fall]`")
    return dates.DateList(tuple(found))  # type: ignore[arg-type]  # what `read` returns is one


def _document_date(text: str) -> str:
    if text in ("commit", "today"):
        return text
    try:
        when = date_parser.parse_date(text)
    except dates.DateError as error:
        fail("date", error.message, hint=error.hint, label=error.label)
    if not isinstance(when, dates.Date):
        fail("date", f"`{text}` is not a single day", hint="write a date, `commit` or `today`")
    return dates.canonical(when)


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    known = {"true": True, "false": False, "yes": True, "no": False, "on": True, "off": False}
    if not isinstance(value, str):
        fail("flag", "`true` or `false` is wanted here", hint="write `true` or `false`")
    if value.lower() in known:
        return known[value.lower()]
    fail("flag", f"`{value}` is neither `true` nor `false`", hint="write `true` or `false`")


def _count(value: object) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
    elif isinstance(value, str) and value.isascii() and value.isdigit():
        number = int(value[:10])  # Python refuses to read thousands of digits
    elif isinstance(value, str):
        fail("number", f"`{value}` is not a whole number", hint="write a number such as `5`")
    else:
        fail("number", "a whole number is wanted here", hint="write a number such as `5`")
    if not 1 <= number <= 10_000:
        fail("number", f"`{value}` is not between 1 and 10,000", hint="write a number such as `5`")
    return number


def _url(text: str) -> str:
    try:
        return urls.check_url(text.strip())
    except urls.UrlError as error:
        part = text.strip()[error.offset : error.offset + error.length]
        fail("link", error.message, hint=error.hint, part=part, offset=error.offset)


def _doi(text: str) -> str:
    name = re.sub(r"(?i)^(?:https?://(?:dx\.)?doi\.org/|doi: *)", "", text.strip())
    if not re.fullmatch(r"10(?:\.[0-9.]+/\S+|/[a-z0-9]+)", name):  # a short DOI has no prefix
        fail("doi", f"`{text}` is not a DOI", hint="write it as `10.1145/3603269.3604816`")
    return name


def _arxiv(text: str) -> str:
    name = re.sub(r"(?i)^(?:https?://arxiv\.org/(?:abs|pdf)/|arxiv: *)", "", text.strip()).removesuffix(".pdf")
    if not re.fullmatch(r"(?:[0-9]{4}\.[0-9]{4,5}|[a-z-]+(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]+)?", name):
        fail("arxiv", f"`{text}` is not an arXiv id", hint="write it as `2404.12457`")
    return name


def _footer(text: str) -> str:
    known = ("{date}", "{name}", "{page}", "{pages}")
    for match in re.finditer(r"\{\w*\}", text):
        if match[0] not in known:
            message = f"`{match[0]}` stands for nothing"
            fail("placeholder", message, hint=f"one of: {', '.join(known)}", part=match[0], offset=match.start())
    return text


def _identifier(text: str) -> str:
    allowed = "abcdefghijklmnopqrstuvwxyz0123456789-_.:/+"
    if not text or len(text) > 100 or any(char not in allowed for char in text.lower()):
        fail("identifier", f"`{text}` is not an id", hint="use letters, digits and `-_.:/+`, no spaces")
    return text


def _wrap(value: object) -> object:
    return (value,) if isinstance(value, str | dict) else value


class _Checked:
    """Says to pydantic in its own terms what a field passes through: inspecting validators costs it 15 µs a field."""

    def __init__(self, schema: CoreSchema, *checks: Callable[[Any], Any], json: dict[str, Any]) -> None:
        for check in checks:
            schema = core_schema.no_info_after_validator_function(check, schema)
        self._schema, self._json = schema, json

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return {**self._schema}  # pydantic writes into it

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return self._json.copy()


def text_field(*checks: Callable[[str], str], json: dict[str, Any]) -> _Checked:
    """Return what makes a field of text that passes through the checks; `json` is its schema."""
    return _Checked(core_schema.str_schema(), *checks, json=json)


def _any(check: Callable[[Any], Any], json: dict[str, Any]) -> _Checked:
    return _Checked(core_schema.no_info_plain_validator_function(check), json=json)


class Before:
    """Says what a value is turned into before it is validated: a short form into the long one."""

    def __init__(self, turn: Callable[[object], object]) -> None:
        self._turn = turn

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._turn, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": ["string", "number"]}, handler(schema)]}


class ListOf(Before):
    """Lets a list of one be written as its item."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        made = handler(schema)
        return {"anyOf": [made, made["items"]]}


class Deferred:
    """Validates with a function, so that a model behind it is built for its first value: that takes a millisecond.

    `model` is the type that the JSON schema is made of.
    """

    def __init__(self, validate: Callable[[Any], Any], model: Callable[[], Any]) -> None:
        self._validate, self._model = validate, model

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validate)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return schema_of(self._model(), handler)


def schema_of(model: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:  # noqa: ANN401 - any type
    """Return the JSON schema of a type by reference."""
    # A handler makes no reference of the schema that it is given, only of those within.
    return handler(core_schema.definitions_schema(TypeAdapter(model).core_schema, []))


OneOrMore = ListOf(_wrap)
"""Lets a list of one be written without its dash."""


# What editors may show as a value of these fields: YAML readers type plain scalars, cvgen does not.
TEXT_SCHEMA = {"type": ["string", "number", "boolean"]}

Plain = Annotated[str, text_field(_filled, json=TEXT_SCHEMA)]
"""Text that is set as it is, with no Markdown: names, labels."""

Text = Annotated[str, text_field(_one_line, _markdown, json=TEXT_SCHEMA)]
"""A line of inline Markdown: `*italic*`, `**bold**`, `` `code` ``, `[link](https://…)`."""

Prose = Annotated[str, text_field(_paragraphs, _markdown, json=TEXT_SCHEMA)]
"""Inline Markdown in paragraphs, which an empty line separates, and lists of `- one` or `1. one`."""

Identifier = Annotated[str, text_field(_identifier, json={"type": "string"})]

_DATE_SCHEMA = {
    "type": ["string", "number"],
    "examples": ["2023-09", "2023", "2023-09-14", "present", "2024 Spring", "2024-04-16/2024-04-18"],
}
_DATES_SCHEMA = {
    "anyOf": [
        _DATE_SCHEMA,
        {"type": "array", "items": _DATE_SCHEMA, "description": "Several dates or terms."},
        {
            "type": "object",
            "description": "What no other date can say.",
            "properties": {
                "text": {"type": "string", "description": "What is printed."},
                "sort": {**_DATE_SCHEMA, "description": "The date that puts it into order."},
            },
            "required": ["text", "sort"],
            "additionalProperties": False,
        },
    ]
}
WhenField = Annotated[dates.When, _any(_date(date_parser.parse_date), _DATES_SCHEMA)]
"""A date, a term, `present`, a range, several of them, or `{text: …, sort: …}`."""

Point = Annotated[
    dates.Date | dates.Present | dates.Term | dates.Expected | dates.Approximate,
    _any(_date(date_parser.parse_point), _DATE_SCHEMA),
]
"""One end of a stretch of time: a date, a term or `present`."""

_DOCUMENT_DATE_SCHEMA = {"type": "string", "examples": ["2024-10-22", "commit", "today"]}
DocumentDate = Annotated[str, text_field(_document_date, json=_DOCUMENT_DATE_SCHEMA)]
Flag = Annotated[bool, _any(_flag, {"type": "boolean"})]
Count = Annotated[int, _any(_count, {"type": "integer", "minimum": 1})]
Url = Annotated[str, text_field(_url, json={"type": "string", "format": "uri"})]
Doi = Annotated[str, text_field(_doi, json={"type": "string"})]
Arxiv = Annotated[str, text_field(_arxiv, json={"type": ["string", "number"]})]
FooterText = Annotated[str, text_field(_one_line, _markdown, _footer, json=TEXT_SCHEMA)]
