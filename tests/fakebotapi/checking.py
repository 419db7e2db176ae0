"""Requests and answers held against aiogram's models of the Bot API."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError


@cache
def _models() -> dict[str, type[BaseModel]]:
    import aiogram.methods  # noqa: PLC0415  # takes three seconds: only when a server starts

    found = (getattr(aiogram.methods, name) for name in aiogram.methods.__all__)
    return {
        cls.__api_method__: cls
        for cls in found
        if isinstance(getattr(cls, "__api_method__", 0), str)
    }


@cache
def _names() -> dict[str, str]:
    return {name.lower(): name for name in _models()}


def canonical(method: str) -> str | None:
    """Return a method's name as it is documented, None if there is no such method."""
    return _names().get(method.lower())


def decoded(method: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Turn the values of a form, all of them strings, into what they mean."""
    fields = _models()[method].model_fields
    return {
        name: _value(value, fields[name].annotation) if name in fields else value
        for name, value in form.items()
    }


def _value(value: str, annotation: object) -> object:
    kinds = _kinds(annotation)
    if str in kinds:
        return int(value) if int in kinds and re.fullmatch(r"-?\d+", value) else value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _kinds(annotation: object) -> set[object]:
    if get_origin(annotation) in {Union, UnionType}:
        return set().union(*map(_kinds, get_args(annotation)))
    return {annotation}


def mistakes(method: str, params: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a request."""
    try:
        model = _models()[method].model_validate(dict(params))
    except ValidationError as error:
        return [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
    return [f"{name}: no such parameter" for name in _unknown(model)]


def wrong_answer(method: str, result: object) -> list[str]:
    """Return what is wrong with an answer."""
    try:
        value = _adapter(method).validate_python(result)
    except ValidationError as error:
        return [str(error)]
    return [f"{name}: no such field" for name in _unknown(value)]


def wrong_update(update: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with an update."""
    return wrong_answer("getUpdates", [update])


@cache
def _adapter(method: str) -> TypeAdapter[Any]:
    return TypeAdapter(_models()[method].__returning__)  # type: ignore[attr-defined]


def _unknown(value: object, path: str = "") -> Iterator[str]:
    if isinstance(value, BaseModel):
        yield from (f"{path}{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from _unknown(getattr(value, name), f"{path}{name}.")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _unknown(item, f"{path}{index}.")


def warm_up() -> None:
    """Load the models, so that the first request is as fast as the others."""
    _names()
    _adapter("sendMessage")
