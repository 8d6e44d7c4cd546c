"""Why a feed is not received any further, and why nothing is republished. Each needs a person."""

from __future__ import annotations

from shared.domain import Refusal, Refused

OTHER_TIME = Refusal(
    "feed-other-time",
    "日志 {receiver} 不能接收日志 {source}：时区或时钟不同（{receiver_time}；{source_time}）。",
    "Log {receiver} cannot receive log {source}: zone or clock differ ({receiver_time}; {source_time}).",
)
OTHER_LEAF = Refusal(
    "feed-other-leaf",
    "日志 {source} 的第 {seq} 号事实与已接收的不一致，该日志可能已从备份恢复；已停止接收。",
    "Fact {seq} of log {source} is another than the one received before; that log may have been restored. Stopped.",
)
ENDS_EARLIER = Refusal(
    "feed-ends-earlier",
    "日志 {source} 止于第 {head} 号，而本日志已接收至第 {cursor} 号，该日志可能已从备份恢复；已停止接收。",
    "Log {source} ends at fact {head}, but fact {cursor} was received before; that log may have been restored. Stopped.",
)
GAP = Refusal(
    "feed-gap",
    "日志 {source} 缺少第 {expected} 号事实（收到的是第 {found} 号），将重新拉取。",
    "Fact {expected} of log {source} is missing (fact {found} came instead); it is pulled again.",
)
WRONG_HASH = Refusal(
    "feed-wrong-hash",
    "日志 {source} 的第 {seq} 号事实与其哈希值（{which}）不符；已停止接收。",
    "Fact {seq} of log {source} does not match its hash ({which}). Stopped.",
)
WRONG_SOURCE = Refusal(
    "feed-wrong-source",
    "日志 {source} 的来源中出现了日志 {found} 的事实；已停止接收。",
    "The feed of log {source} delivered a fact of log {found}. Stopped.",
)
WRONG_REPUBLISHED = Refusal(
    "feed-wrong-republished",
    "日志 {source} 的第 {seq} 号事实所补发的旧事实与其哈希值不符；已停止接收。",
    "What fact {seq} of log {source} republishes does not match the hashes it had when it was recorded. Stopped.",
)
UNKNOWN_TYPE = Refusal(
    "republish-unknown-type",
    "日志 {log} 没有名为 {type} 的自有事件类型。",
    "Log {log} records no event type called {type} itself.",
)
KERNEL_TYPE = Refusal(
    "republish-kernel-type",
    "{type} 是系统自身的事件类型，不能补发。",
    "{type} is an event type of the kernel; such facts are not republished.",
)
PERSONAL_TYPE = Refusal(
    "republish-personal-type",
    "事件类型 {type} 含有个人信息字段（{fields}），任何时候都不得发布。",
    "Event type {type} has personal fields ({fields}); it never leaves its service.",
)
NOT_PUBLISHED = Refusal(
    "republish-not-published",
    "事件类型 {type} 在本版本中不对外发布；请先升级到发布该类型的版本。",
    "Event type {type} is not published by this release; install the one that publishes it first.",
)
PERSONAL_FACTS = Refusal(
    "republish-personal-facts",
    "日志 {log} 中有 {count} 条 {type} 是在该类型仍含个人信息时记录的，原文不得外发；未补发任何一条。",
    "{count} facts {type} of log {log} were recorded while the type had personal fields, and their text may not leave. None was republished.",
)


class FeedRefused(Exception):
    """A feed, or republishing, was refused; `refused` says why, in words for people."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.sentence("en"))
        self.refused = refused
