"""Letters to a real mail server: taken, refused for good, or to be tried again."""

from __future__ import annotations

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from shared.outside.mail import Letter, MailDelayed, MailRefused, MailServer, hand_in
from tests.support.mail_server import Post, mail_server
from tests.support.secured_broker import Authority

LETTER = Letter("notice-7", "bgs@shuiwu.yunling.example", "责任台账：云督〔2026〕6号", "您有一份新的文书。\n")


def at(post: Post) -> MailServer:
    return MailServer("127.0.0.1", post.port, "责任台账 <zeren@yunling.example>", "none")


async def test_a_letter_is_read_as_it_was_written() -> None:
    async with mail_server() as post:
        await hand_in(at(post), LETTER)
    (taken,) = post.taken
    assert post.recipients == ["bgs@shuiwu.yunling.example"]
    assert (taken["Message-ID"], taken["Subject"]) == ("<notice-7@yunling.example>", "责任台账：云督〔2026〕6号")
    assert taken["From"] == "责任台账 <zeren@yunling.example>"
    assert taken.get_content().strip() == "您有一份新的文书。"


@pytest.mark.parametrize("when", ["rcpt", "data"])
async def test_what_the_server_refuses_for_good_is_not_tried_again(when: str) -> None:
    async with mail_server() as post:
        getattr(post, when).append("550 no such mailbox")
        with pytest.raises(MailRefused, match="550"):
            await hand_in(at(post), LETTER)
    assert post.taken == []


@pytest.mark.parametrize("when", ["rcpt", "data"])
async def test_what_the_server_cannot_take_now_is(when: str) -> None:
    async with mail_server() as post:
        getattr(post, when).append("451 later")
        with pytest.raises(MailDelayed, match="451"):
            await hand_in(at(post), LETTER)
        await hand_in(at(post), LETTER)
    assert len(post.taken) == 1


async def test_a_connection_that_is_cut_in_the_middle_is() -> None:
    async with mail_server() as post:
        post.is_cut = True
        with pytest.raises(MailDelayed):
            await hand_in(at(post), LETTER)


async def test_a_server_that_is_away_is() -> None:
    async with mail_server() as post:
        pass
    with pytest.raises(MailDelayed, match="no-connection"):
        await hand_in(at(post), LETTER)


async def test_over_starttls_and_signed_in(tmp_path: Path) -> None:
    authority = Authority("Zeren test mail authority")
    certificate, key = authority.issued("mx")
    (tmp_path / "ca.pem").write_bytes(authority.pem())
    (tmp_path / "both.pem").write_bytes(certificate + key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "both.pem")
    async with mail_server(context, password=True) as post:
        server = replace(at(post), encryption="starttls", user="zeren", password="geheim", ca=tmp_path / "ca.pem")
        await hand_in(server, LETTER)
        assert len(post.taken) == 1
        with pytest.raises(MailDelayed, match="sign-in-535"):
            await hand_in(replace(server, password="wrong"), LETTER)
        with pytest.raises(MailDelayed, match="no-connection"):
            await hand_in(replace(server, ca=None), LETTER)  # nobody vouches for its certificate
        with pytest.raises((MailDelayed, MailRefused)):
            await hand_in(replace(server, encryption="none"), LETTER)
    assert len(post.taken) == 1
