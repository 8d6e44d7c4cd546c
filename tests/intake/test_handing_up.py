"""A report that belongs to an upper body goes up unopened: its clerk sees a class and a unit, the log neither."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shared.domain import UnitId
from tests.intake.conftest import County, lodging
from tests.intake.county import CHIEF, CLERK, unit

WORDS = "县委主要负责人违规插手工程招标。"
CITY = "云岭市信访局"


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def opened_above(file: Any, key: X25519PrivateKey) -> Any:
    """As the upper body opens it, from the description of the file alone."""
    secret = key.exchange(X25519PublicKey.from_public_bytes(raw(file["ephemeral_key"])))
    info = b"zeren-handed-up-1" + file["complaint"].encode()
    derived = HKDF(SHA256(), 32, salt=raw(file["ephemeral_key"]), info=info).derive(secret)
    clear = AESGCM(derived).decrypt(raw(file["nonce"]), raw(file["ciphertext"]), file["complaint"].encode())
    return json.loads(clear)


async def tell(county: County, path: str, body: Any, person: Any = CLERK) -> Any:
    key = f"{path} {json.dumps(body)}".encode().hex()[-60:]
    return await county.client.send("POST", f"/api/intake/{path}", body, person=person, key=key)


async def test_about_the_chief_it_goes_up_unopened_and_leaves_nothing_here(county: County) -> None:
    reporter = {"name": "梁正直", "address": "白水县江滨路9号"}
    receipt = await county.lodged(unit="baishui", about_chief=True, words=WORDS, reporter=reporter)
    await county.done("messages", {**receipt, "word": "evidence", "words": "招标文件编号附后。"})

    assert (await county.done("held", {}, CLERK))["items"] == [], "a clerk who looks in between learns nothing"
    await county.next_hour()
    (held,) = (await county.done("held", {}, CLERK))["items"]
    assert held["unit"] == "baishui"
    assert held["upward"] == "must"
    assert "words" not in held
    assert (await county.done("held", {}, CHIEF))["items"] == []

    up = {"entry": held["entry"], "then": "handing-up", "to": CITY}
    assert (await county.at("held/decide", {**up, "then": "kept", "to": None}, CLERK)).json["code"] == "must-go-up"
    assert (await county.at("held/decide", up, CHIEF)).status == 404
    assert await county.done("held/decide", up, CLERK) == {"then": "handing-up"}
    assert await county.done("held/decide", up, CLERK) == {"then": "handing-up"}
    assert (await county.at("held/decide", {**up, "to": "省信访局"}, CLERK)).json["code"] == "held-decided"
    await county.next_hour()

    entered = await county.rows(
        "select type, convert_from(data, 'UTF8') as data from intake.log where stream not like 'term/%'"
    )
    assert [row["type"] for row in entered if row["type"] in ("handed-up", "complaint-lodged")] == ["handed-up"]
    assert not any(
        WORDS in row["data"] or '"unit":"baishui"' in row["data"] for row in entered if row["type"] == "handed-up"
    )
    followed = await county.done("follow", receipt)
    assert (followed["stage"], followed["handed_up_to"]) == ("handed-up", CITY)
    late = await county.at("messages", {**receipt, "word": "message", "words": "又及"})
    assert late.json["code"] == "was-handed-up"

    complaint = held["entry"]
    key = X25519PrivateKey.generate()
    public = (
        base64.urlsafe_b64encode(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)).decode().rstrip("=")
    )
    file = f"/api/intake/handed-up/{complaint}/file"
    assert (await county.client.send("GET", file, person=CLERK)).status == 404
    early = await tell(county, f"handed-up/{complaint}/confirm", {"document": "市信访局收件回执〔2026〕3号"})
    assert early.json["code"] == "handed-up-not-exported"
    assert (await tell(county, f"handed-up/{complaint}/export", {"recipient_key": public})).status == 200
    await county.settled()
    sealed = await county.client.send("GET", file, person=CLERK)
    assert WORDS not in sealed.body.decode()
    assert (await county.client.send("GET", file, person=CHIEF)).status == 404
    inside = opened_above(sealed.json, key)
    assert (inside["report"]["words"], inside["reporter"]["name"]) == (WORDS, "梁正直")
    assert [message["words"] for message in inside["messages"]] == ["招标文件编号附后。"]
    other = await tell(county, f"handed-up/{complaint}/export", {"recipient_key": "B" * 42 + "A"})
    assert other.json["code"] == "handed-up-exported"

    confirmed = await tell(county, f"handed-up/{complaint}/confirm", {"document": "市信访局收件回执〔2026〕4号"})
    assert confirmed.status == 200
    await county.settled()
    assert (await county.client.send("GET", file, person=CLERK)).status == 404
    assert (
        await county.intake.keys_pool.fetchval(
            "select count(*) from intake_keys.keys where subject like 'stream/complaint/%'"
        )
        == 0
    )
    assert await county.rows("select 1 from intake_held.marks") == []
    assert (await county.intake.log.verify()).wrong == []
    assert (await county.done("follow", receipt))["stage"] == "handed-up"


async def test_what_may_stay_is_kept_and_enters_like_any_other(county: County) -> None:
    await county.lodged(unit="baishui", words="县直机关办事拖沓。", category="suggestion")
    await county.next_hour()
    (held,) = (await county.done("held", {}, CLERK))["items"]
    assert held["upward"] == "may"

    await county.done("held/decide", {"entry": held["entry"], "then": "kept"}, CLERK)
    await county.next_hour()

    listed = await county.client.send("GET", f"/api/intake/complaints/{held['entry']}", person=CLERK)
    assert (listed.json["unit"], listed.json["category"]) == ("baishui", "suggestion")


async def test_where_nobody_receives_the_reporter_is_told(county: County) -> None:
    await county.publish(unit(UnitId("feidi"), "committee", None, 9))
    receipt = await county.done("receipts", {})
    assert (await county.at("complaints", lodging(receipt, unit="feidi"))).json["code"] == "nobody-receives"
