"""Which addresses are called: given a literal or a name, refused when it is looked at and when it is connected to."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.outside import Outside, Unreachable
from shared.outside.addresses import AddressRefused, Found, permitted
from shared.web.asgi import Address
from tests.shared.web.conftest import served


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104 — that it is not called is what is tested
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "[::1]",
        "fe80::1%eth0",
        "fc00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "2002:0a00:0001::1",
        "64:ff9b::a00:1",
    ],
)
def test_an_address_that_not_everybody_could_call_is_not_called(address: str) -> None:
    assert not permitted(address, loopback=False)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_a_public_one_is(address: str) -> None:
    assert permitted(address, loopback=False)


def test_for_development_this_machine_is_called_and_still_no_other() -> None:
    assert permitted("127.0.0.1", loopback=True)
    assert permitted("::ffff:127.0.0.1", loopback=True)
    assert not permitted("10.0.0.1", loopback=True)


class Names:
    """A resolver whose answer changes from one question to the next."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)

    async def __call__(self, host: str, port: int) -> Sequence[Found]:
        answer = self._answers.pop(0)
        return [Found(one, socket.AF_INET6 if ":" in one else socket.AF_INET) for one in answer]


async def test_a_name_with_one_private_address_among_others_is_refused() -> None:
    outside = Outside(lookup=Names(["93.184.216.34", "10.0.0.7"]))
    with pytest.raises(AddressRefused):
        await outside.check("https://hooks.example/yunling")


async def test_a_name_that_turns_private_after_it_was_checked_is_refused_when_it_is_called() -> None:
    outside = Outside(lookup=Names(["93.184.216.34"], ["127.0.0.1"]))
    assert await outside.check("https://hooks.example/yunling") is False
    with pytest.raises(AddressRefused):
        await outside.post("https://hooks.example/yunling", {}, b"{}")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:9/",
        "http://[::1]:9/",
        "http://127.1:9/",
        "http://2130706433:9/",
        "http://0177.0.0.1:9/",
        "http://0x7f000001:9/",
        "http://127.1.:9/",
    ],
)
async def test_a_literal_is_refused_however_it_is_spelt(url: str) -> None:
    with pytest.raises(AddressRefused):
        await Outside().post(url, {}, b"{}")


async def test_the_connection_goes_to_the_address_that_was_looked_at() -> None:
    heard: list[str] = []

    async def answer(request: Request) -> Response:
        heard.append(request.headers["host"])
        return Response(status_code=204)

    async with served(Address("/", answer)) as base:
        port = int(base.rpartition(":")[2])
        outside = Outside(loopback=True, lookup=Names(["127.0.0.1"]))
        assert await outside.post(f"http://nobody-knows-it.example:{port}/", {}, b"{}") == 204
    assert heard == [f"nobody-knows-it.example:{port}"]


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    asked: list[str] = []

    async def answer(request: Request) -> Response:
        asked.append(request.url.path)
        return RedirectResponse("http://10.0.0.7/secret")

    async with served(Address("/", answer)) as base:
        assert await Outside(loopback=True).post(f"{base}/hook", {}, b"{}") == 307
    assert asked == ["/hook"]


async def test_where_nobody_listens_it_is_said_in_a_word() -> None:
    free = socket.create_server(("127.0.0.1", 0))
    port = free.getsockname()[1]
    free.close()
    with pytest.raises(Unreachable, match="no-connection"):
        await Outside(loopback=True).post(f"http://127.0.0.1:{port}/", {}, b"{}")
