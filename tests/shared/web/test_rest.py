"""REST made from the action table: what is answered, what is refused, and that nothing sent is echoed."""

from __future__ import annotations

import io
from typing import Any

import asyncpg

from shared.log.append import LogClosed, Overloaded
from tests.shared.web.conftest import Client
from tests.shared.web.small import STRANGER, SmallService

TITLE = "南渠清淤工程廉政监督"


def part(weight: Any = "40", name: str = "清淤") -> dict[str, Any]:
    return {"unit": "water", "name": name, "weight": weight, "due": "2026-06-30"}


async def issued(client: Client) -> str:
    answer = await client.send("POST", "/tasks", {"title": TITLE}, key="issue-1")
    assert answer.status == 201
    return str(answer.json["id"])


async def test_an_action_that_creates_answers_201_with_the_identity_position_and_version(client: Client) -> None:
    answer = await client.send("POST", "/tasks", {"title": TITLE}, key="issue-1")
    assert answer.status == 201
    task = answer.json["id"]
    assert answer.json == {
        "position": 1,
        "id": task,
        "events": [
            {"type": "task-issued", "stream": f"task/{task}", "version": 1, "data": {"task": task, "title": TITLE}}
        ],
    }
    assert answer.headers["Zeren-Position"] == "ledger=1"
    assert answer.headers["ETag"] == '"1"'


async def test_the_same_request_with_its_key_gives_the_same_answer_and_records_nothing_twice(
    client: Client, small: SmallService
) -> None:
    first = await client.send("POST", "/tasks", {"title": TITLE}, key="issue-1")
    again = await client.send("POST", "/tasks", {"title": TITLE}, key='"issue-1"')
    assert again.body == first.body
    assert len(small.facts) == 1


async def test_a_key_with_another_body_is_refused(client: Client) -> None:
    await issued(client)
    answer = await client.send("POST", "/tasks", {"title": "另一项任务"}, key="issue-1")
    assert (answer.status, answer.json["code"]) == (422, "key-reused")


async def test_a_request_without_a_key_is_refused(client: Client, small: SmallService) -> None:
    answer = await client.send("POST", "/tasks", {"title": TITLE})
    assert (answer.status, answer.json["code"]) == (400, "key-missing")
    assert not small.facts


async def test_nested_parts_decimals_and_personal_texts_reach_the_rule_and_personal_texts_do_not_come_back(
    client: Client, small: SmallService
) -> None:
    task = await issued(client)
    body = {"direction": "internal", "parts": [part("59.9"), part(40.1)], "opinion": "同意，请王科长负责"}
    answer = await client.send("POST", f"/tasks/{task}/split", body, key="split-1")
    assert answer.status == 200
    split = small.facts[-1].event
    assert [str(part.weight) for part in split.parts] == ["59.9", "40.1"]
    assert split.opinion.clear() == "同意，请王科长负责"
    assert "opinion" not in answer.json["events"][0]["data"]
    assert answer.json["events"][0]["data"]["parts"][0]["weight"] == "59.9"
    assert "王科长" not in answer.body.decode()


async def test_a_refusal_of_a_rule_is_a_problem_in_the_language_asked_for(client: Client) -> None:
    task = await issued(client)
    body = {"direction": "internal", "parts": [part("59.9"), part("40")]}
    chinese = await client.send("POST", f"/tasks/{task}/split", body, key="split-1")
    english = await client.send("POST", f"/tasks/{task}/split", body, key="split-1", accept_language="en-GB,zh;q=0.5")
    assert chinese.status == english.status == 422
    assert chinese.headers["Content-Type"] == "application/problem+json"
    assert chinese.json == {
        "type": "/problems/split-weights-not-100",
        "title": "按规定不能办理",
        "status": 422,
        "detail": "各分解项权重之和为 99.9，应为 100。",
        "code": "split-weights-not-100",
        "zh": "各分解项权重之和为 99.9，应为 100。",
        "en": "The weights add up to 99.9, not 100.",
        "values": {"total": "99.9"},
    }
    assert english.json["title"] == "Refused by a rule"
    assert english.json["detail"] == "The weights add up to 99.9, not 100."


async def test_everything_wrong_with_a_body_is_told_at_once_by_pointer_without_the_values(
    client: Client, small: SmallService
) -> None:
    body = {
        "direction": "张三的意见",
        "parts": [{**part("13800000000x"), "due": "李四"}, {"unit": "王五/..", "weight": "60", "due": "2026-06-30"}],
        "mood": "赵六",
    }
    answer = await client.send("POST", "/tasks/T1/split", body, key="split-1")
    assert (answer.status, answer.json["code"]) == (400, "body-invalid")
    assert sorted((wrong["pointer"], wrong["code"]) for wrong in answer.json["errors"]) == [
        ("/direction", "literal-error"),
        ("/mood", "extra-forbidden"),
        ("/parts/0/due", "date-parsing"),
        ("/parts/0/weight", "decimal-type"),
        ("/parts/1/name", "missing"),
        ("/parts/1/unit", "string-pattern-mismatch"),
    ]
    for value in ("张三", "13800000000", "李四", "王五", "赵六"):
        assert value not in answer.body.decode()
    assert not small.facts


async def test_wrong_types_are_refused_rather_than_read_loosely(client: Client) -> None:
    for title in (7, True, None, ["x"], {"a": 1}):
        answer = await client.send("POST", "/tasks", {"title": title}, key="k")
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (400, "/title")


async def test_a_text_with_a_nul_or_longer_than_20000_characters_is_refused(client: Client) -> None:
    for title in ("责任\u0000", "长" * 20_001):
        answer = await client.send("POST", "/tasks", {"title": title}, key="k")
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (400, "/title")


async def test_malformed_json_is_refused(client: Client) -> None:
    for body in ('{"title": "缺右括号"', "", "[]", "\xff", '{"title": "\\ud800"}'):
        answer = await client.send("POST", "/tasks", data=body.encode("latin-1", "replace"), key="k")
        assert answer.status == 400, body
        assert answer.json["code"] in ("body-malformed", "body-invalid")


async def test_a_body_of_another_content_type_is_refused(client: Client) -> None:
    answer = await client.send("POST", "/tasks", data="title=x", key="k", content_type="text/plain")
    assert (answer.status, answer.json["code"]) == (415, "body-not-json")


async def test_a_body_over_one_mebibyte_is_refused_announced_or_not(client: Client, small: SmallService) -> None:
    huge = b'{"title": "' + b"x" * (1 << 20) + b'"}'
    announced = await client.send("POST", "/tasks", data=io.BytesIO(huge), key="k")

    async def chunks() -> Any:
        for start in range(0, len(huge), 65536):
            yield huge[start : start + 65536]

    streamed = await client.send("POST", "/tasks", data=chunks(), key="k")
    assert (announced.status, announced.json["code"]) == (413, "body-too-large")
    assert (streamed.status, streamed.json["code"]) == (413, "body-too-large")
    assert not small.facts


async def test_if_match_with_another_version_is_refused(client: Client) -> None:
    task = await issued(client)
    body = {"direction": "internal", "parts": [part("100")]}
    stale = await client.send("POST", f"/tasks/{task}/split", body, key="k1", if_match='"7"')
    weak = await client.send("POST", f"/tasks/{task}/split", body, key="k2", if_match='W/"1"')
    wrong = await client.send("POST", f"/tasks/{task}/split", body, key="k3", if_match="seven")
    right = await client.send("POST", f"/tasks/{task}/split", body, key="k4", if_match='"1"')
    assert [stale.status, weak.status, wrong.status, right.status] == [412, 412, 400, 200]
    assert right.headers["ETag"] == '"2"'


async def test_somebody_without_a_post_is_not_allowed(client: Client) -> None:
    answer = await client.send("POST", "/tasks", {"title": TITLE}, key="k", person=STRANGER)
    assert (answer.status, answer.json["code"]) == (403, "not-allowed")


async def test_an_action_of_the_system_has_no_address(client: Client) -> None:
    answer = await client.send("POST", "/tasks/T1/remind", {}, key="k")
    assert (answer.status, answer.json["code"]) == (404, "not-found")


async def test_a_wrong_method_is_told_the_right_ones(client: Client) -> None:
    answer = await client.send("DELETE", "/tasks")
    assert (answer.status, answer.json["code"]) == (405, "method-not-allowed")
    assert set(answer.headers["Allow"].replace(" ", "").split(",")) == {"GET", "HEAD", "POST"}


async def test_a_question_answers_with_decimals_as_strings_and_304_to_who_has_it(client: Client) -> None:
    task = await issued(client)
    answer = await client.send("GET", f"/tasks/{task}?deep=true&depth=2&on=2026-01-05")
    assert (answer.status, answer.json) == (200, {"task": task, "title": TITLE, "share": "33.50"})
    again = await client.send("GET", f"/tasks/{task}", if_none_match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


async def test_what_is_not_there_is_404(client: Client) -> None:
    for task in ("T404", "%00", "a%20b", "张三"):
        answer = await client.send("GET", f"/tasks/{task}")
        assert (answer.status, answer.json["code"]) == (404, "not-found")


async def test_query_parameters_are_checked_and_not_echoed(client: Client) -> None:
    answer = await client.send("GET", "/tasks/T1?deep=yes&depth=1.5&on=2026-02-30&name=张三&depth=2")
    assert (answer.status, answer.json["code"]) == (400, "body-invalid")
    assert "given-twice" in answer.body.decode()
    answer = await client.send("GET", "/tasks/T1?deep=yes&depth=1.5&on=2026-02-30&who=张三")
    assert sorted(wrong["pointer"] for wrong in answer.json["errors"]) == ["/deep", "/depth", "/on", "/who"]
    assert "张三" not in answer.body.decode()


async def test_a_page_links_to_the_next_until_the_last(client: Client) -> None:
    for n in (1, 2):
        await client.send("POST", "/tasks", {"title": f"第{n}项"}, key=f"issue-{n}")
    first = await client.send("GET", "/tasks")
    assert [card["title"] for card in first.json["items"]] == ["第1项"]
    assert first.headers["Link"] == '</tasks?after=1>; rel="next"'
    last = await client.send("GET", "/tasks?after=1")
    assert [card["title"] for card in last.json["items"]] == ["第2项"]
    assert last.json["next"] is None
    assert "Link" not in last.headers


async def test_a_cursor_of_another_list_is_refused(client: Client) -> None:
    answer = await client.send("GET", "/tasks?after=zhang.san")
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (400, "/after")
    assert "zhang.san" not in answer.body.decode()


async def test_a_question_for_another_role_is_not_allowed(client: Client) -> None:
    answer = await client.send("GET", "/secrets")
    assert (answer.status, answer.json["code"]) == (403, "not-allowed")


async def test_a_position_not_reached_in_time_is_503_with_a_time_to_retry(client: Client) -> None:
    task = await issued(client)
    reached = await client.send("GET", f"/tasks/{task}", zeren_position="ledger=1, assessment=99")
    behind = await client.send("GET", f"/tasks/{task}", zeren_position="ledger=2")
    wrong = await client.send("GET", f"/tasks/{task}", zeren_position="two")
    assert [reached.status, behind.status, wrong.status] == [200, 503, 400]
    assert behind.json["code"] == "behind"
    assert behind.headers["Retry-After"] == "1"


async def test_a_full_queue_and_a_log_out_of_reach_are_503(client: Client, small: SmallService) -> None:
    for error, code in (
        (Overloaded(), "busy"),
        (LogClosed(), "log-unavailable"),
        (ConnectionRefusedError(), "log-unavailable"),
        (asyncpg.AdminShutdownError("terminating connection due to administrator command"), "log-unavailable"),
        (asyncpg.DiskFullError("could not extend file: No space left on device"), "log-unavailable"),
        (asyncpg.CrashShutdownError("terminating connection because of crash"), "log-unavailable"),
        (asyncpg.InternalClientError("got result for unknown protocol state 3"), "log-unavailable"),
    ):
        small.raises = error
        answer = await client.send("POST", "/tasks", {"title": TITLE}, key="k")
        assert (answer.status, answer.json["code"]) == (503, code)
        assert answer.headers["Retry-After"] == "1"


async def test_an_unexpected_error_shows_nothing_internal(client: Client, small: SmallService) -> None:
    small.raises = RuntimeError("张三 at 10.0.0.7")
    answer = await client.send("POST", "/tasks", {"title": TITLE}, key="k")
    assert (answer.status, answer.json["code"]) == (500, "internal-error")
    assert "张三" not in answer.body.decode()
    assert "Runtime" not in answer.body.decode()


async def test_the_trace_context_is_handed_on_when_well_formed(client: Client, small: SmallService) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await client.send("POST", "/tasks", {"title": TITLE}, key="k1", traceparent=trace)
    assert small.last_traceparent == trace
    await client.send("POST", "/tasks", {"title": TITLE}, key="k2", traceparent="王五")
    assert small.last_traceparent is None
