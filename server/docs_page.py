"""GET /docs: the API in one page without scripts, made from the OpenAPI description."""

from __future__ import annotations

import html
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

__all__ = ["router"]

router = APIRouter(include_in_schema=False)
_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "code{background:#eee;padding:0 .2rem}pre{background:#eee;padding:.5rem;overflow:auto}"
    "h2{border-top:1px solid #ccc;padding-top:1rem}"
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}


@router.get("/docs")
async def get_docs(request: Request) -> HTMLResponse:
    """Every question with its words, fields and answers."""
    described = request.app.openapi()
    parts = [f"<h1>{html.escape(described['info']['title'])}</h1>"]
    parts.append('<p>Máy đọc: <a href="/openapi.json">openapi.json</a></p>')
    for path, methods in described["paths"].items():
        for method, about in methods.items():
            parts.append(_operation(f"{method.upper()} {path}", about))
    for name, schema in described.get("components", {}).get("schemas", {}).items():
        parts.append(_schema(name, schema))
    page = (
        '<!doctype html><html lang="vi"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>API</title><style>{_STYLE}</style>{''.join(parts)}</html>"
    )
    return HTMLResponse(page, headers=_HEADERS)


def _operation(title: str, about: dict[str, Any]) -> str:
    answers = "".join(
        f"<li><code>{html.escape(status)}</code> {html.escape(answer.get('description', ''))}</li>"
        for status, answer in about.get("responses", {}).items()
    )
    words = html.escape(about.get("description", ""))
    return f"<h2><code>{html.escape(title)}</code></h2><p>{words}</p><ul>{answers}</ul>"


def _schema(name: str, schema: dict[str, Any]) -> str:
    fields = "".join(
        f"<li><code>{html.escape(field)}</code> "
        f"{html.escape(str(what.get('type', what.get('title', ''))))} "
        f"{html.escape(what.get('description', ''))}</li>"
        for field, what in schema.get("properties", {}).items()
    )
    words = html.escape(schema.get("description", ""))
    return f"<h2>{html.escape(name)}</h2><p>{words}</p><ul>{fields}</ul>"
