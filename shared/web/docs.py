"""The page about everything that is served, and a page for each kind of problem.

Written whole on the server, without a script and without anything from elsewhere: offices have no internet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from shared.directory import Role
from shared.domain import Refusal
from shared.service import Service
from shared.web.problem import status_of

ROLE_NAMES: Mapping[Role, str] = {
    "administrator": "系统管理员",
    "coordinator": "组织协调",
    "unit-head": "单位领导班子成员",
    "unit-clerk": "填报员",
    "inspector": "督查人员",
    "assessor": "考核人员",
    "committee": "审定",
    "intake-clerk": "信访受理",
    "case-handler": "案件承办",
    "case-supervisor": "案管",
    "auditor": "审计",
    "privacy-officer": "隐私官",
}

_STYLE = """
body { margin: 0 auto; max-width: 64rem; padding: 2rem 1.25rem 4rem; line-height: 1.65; color: #1d2733; background: #fff;
  font-family: system-ui, "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
h1 { font-size: 1.75rem; margin: 0 0 .25rem; } h2 { margin: 2.5rem 0 .25rem; border-top: 3px solid #a4262c; padding-top: 1rem; }
h3 { margin: 1.5rem 0 .5rem; font-size: 1.05rem; } p { margin: .4rem 0; } a { color: #0b5cad; }
nav a, .links a { margin-right: 1.25rem; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem; border-bottom: 1px solid #dde3ea; }
th { background: #f4f6f8; white-space: nowrap; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; font-size: .9em; }
pre { background: #f4f6f8; padding: .8rem 1rem; overflow-x: auto; white-space: pre-wrap; }
.method { font-weight: 600; color: #a4262c; } .get { color: #0b6e4f; } .note { color: #5a6776; font-size: .9rem; }
@media (prefers-color-scheme: dark) { body { color: #e6eaef; background: #14181d; } a { color: #7cb8f2; }
  th, pre { background: #20262d; } th, td { border-color: #333b45; } .note { color: #9aa7b5; }
  .method { color: #f08a8f; } .get { color: #6fd0ad; } }
"""


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>"
    )


_TOGETHER = (
    "<p>一次问遍各项服务：<code>POST /graphql</code>。"
    '<span class="note">All services are asked together at <code>/graphql</code>.</span></p>'
)


def docs_page(services: Sequence[tuple[Service, Mapping[str, Any]]], *, together: bool = False) -> str:
    """HTML: every operation of every service, with links to its OpenAPI document and its GraphQL schema.

    `together` says that `/graphql` answers for all of them.
    """
    menu = "".join(f'<a href="#{escape(s.name)}">{escape(s.title)}</a>' for s, _ in services)
    parts = "".join(_service(service, document) for service, document in services)
    return _page(
        "责任台账接口",
        "<h1>责任台账接口 <small>Zeren interfaces</small></h1>"
        "<p>办理事项一律用 <code>POST</code>，查询一律用 <code>GET</code>；每次请求须带访问令牌，办理时另带请求编号。</p>"
        '<p class="note">Actions are POSTs, questions are GETs. Every request carries a bearer token, every action an '
        "Idempotency-Key. Refusals are problem details (RFC 9457) in Chinese or English.</p>"
        "<pre>Authorization: Bearer …\nIdempotency-Key: 8e03978e-40d5-43dd-bc93-6894a57f9324\nAccept-Language: zh</pre>"
        f"{_TOGETHER if together else ''}"
        f'<nav>{menu}<a href="/readyz">运行状态 readiness</a><a href="/metrics">指标 metrics</a></nav>{parts}',
    )


def _service(service: Service, document: Mapping[str, Any]) -> str:
    base = f"/api/{service.name}"
    rows: dict[str, list[str]] = {"post": [], "get": []}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            rows[method].append(_operation(base, path, method, operation))
    tables = "".join(
        f"<h3>{heading}</h3><table><thead><tr><th>事项</th><th>地址</th><th>谁可以办理</th></tr></thead>"
        f"<tbody>{''.join(rows[method])}</tbody></table>"
        for method, heading in (("post", "办理 Actions"), ("get", "查询 Questions"))
        if rows[method]
    )
    return (
        f'<section id="{escape(service.name)}"><h2>{escape(service.title)} <small>{escape(service.name)}</small></h2>'
        f'<p class="links"><a href="{base}/openapi.json">OpenAPI</a><a href="{base}/schema.graphql">GraphQL schema</a>'
        f"<code>POST {base}/graphql</code></p>{tables}</section>"
    )


def _operation(base: str, path: str, method: str, operation: Mapping[str, Any]) -> str:
    words, _, roles = operation["description"].partition("Roles: ")
    names = "、".join(f"{ROLE_NAMES.get(role, role)}" for role in (one.strip(" .") for one in roles.split(",")) if role)
    told = re.sub(r"`", "", words.strip())
    more = f'<br><span class="note">{escape(told)}</span>' if told else ""
    return (
        f"<tr><td><strong>{escape(operation['summary'])}</strong>{more}</td>"
        f'<td><code><span class="method {method}">{method.upper()}</span> {escape(base + path)}</code></td>'
        f"<td>{escape(names) or '有权查看者'}</td></tr>"
    )


def problem_page(refusal: Refusal) -> str:
    """HTML about one kind of problem: what a problem's `type` leads to."""
    source = f"<p>依据 Source：{escape(refusal.source)}</p>" if refusal.source else ""
    return _page(
        refusal.code,
        f"<h1><code>{escape(refusal.code)}</code></h1><p>{escape(refusal.zh)}</p>"
        f'<p class="note">{escape(refusal.en)}</p>{source}<p>HTTP {status_of(refusal.code)}</p>'
        '<p><a href="/docs">返回接口说明</a></p>',
    )
