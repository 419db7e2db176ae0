"""Requests and answers on the wire, and what goes wrong there."""

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from . import checking
from .faults import ServerError
from .records import Json, RefusalError, bad_request


async def params_of(http: web.BaseRequest, method: str) -> dict[str, Any]:
    """Return a request's parameters: JSON, a form or the query, as the real server takes them."""
    params = checking.decoded(method, _strings(http.query))
    if http.content_type == "application/json" and http.can_read_body:
        try:
            body = json.loads(await http.read())
        except ValueError as error:
            raise bad_request("can't parse JSON object") from error
        if not isinstance(body, dict):
            raise bad_request("object expected as POST parameters")
        return params | {name: value for name, value in body.items() if value is not None}
    form = await http.post()
    files = {n: v.file.read() for n, v in form.items() if isinstance(v, web.FileField)}
    params |= checking.decoded(method, _strings(form))
    return params | _attached(params, files)


def _strings(form: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _attached(params: Mapping[str, Any], files: Mapping[str, bytes]) -> dict[str, Any]:
    named = {
        name: files[value.removeprefix("attach://")]
        for name, value in params.items()
        if isinstance(value, str) and value.removeprefix("attach://") in files
    }
    return {**files, **named}


def without_files(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters in which a file is only named."""
    return {
        name: "attach://file" if isinstance(value, bytes) else value
        for name, value in params.items()
    }


def answer(body: Json) -> web.Response:
    """Return an answer in Telegram's form."""
    return web.json_response(body, status=body.get("error_code", 200))


def refused(error: RefusalError) -> Json:
    """Return the body of a refusal."""
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    return body | ({"parameters": error.parameters} if error.parameters else {})


def server_error(fault: ServerError) -> web.Response:
    """Return what a proxy says, or the server itself."""
    if not fault.html:
        body = {"ok": False, "error_code": fault.status, "description": "Internal Server Error"}
        return answer(body)
    page = f"<html><head><title>{fault.status}</title></head><body><h1>{fault.status}</h1></body>"
    return web.Response(text=page, content_type="text/html", status=fault.status)


async def cut(http: web.BaseRequest, body: Json) -> web.StreamResponse:
    """Send half an answer and end the connection."""
    data = json.dumps(body).encode()
    response = web.StreamResponse()
    response.content_type, response.content_length = "application/json", len(data)
    await response.prepare(http)
    await response.write(data[: len(data) // 2])
    if http.transport is not None:
        http.transport.close()
    return response


def dropped(http: web.BaseRequest) -> web.StreamResponse:
    """End the connection without an answer."""
    if http.transport is not None:
        http.transport.abort()
    return web.Response()
