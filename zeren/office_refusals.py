"""Every way in which the command line says no about people, units and files, each with how to mend it."""

from __future__ import annotations

from shared.domain import Refusal, Refused


class OfficeRefused(Exception):
    """A command line cannot be carried out as it is: a code and one sentence in Chinese and in English."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.sentence("en"))
        self.code = refused.code
        self.zh = refused.sentence("zh")
        self.en = refused.sentence("en")


SUBJECT_LINKED = Refusal(
    "subject-linked-elsewhere",
    "该登录账号已对应另一人，不能更改。",
    "This subject already stands for another person, which is never changed.",
)
ISSUER_UNNAMED = Refusal(
    "issuer-unnamed",
    "ZEREN_ISSUERS 中没有签发机构 {issuer}。",
    "ZEREN_ISSUERS does not name the issuer {issuer}.",
)
SERVICE_UNNAMED = Refusal(
    "service-unnamed",
    "ZEREN_SERVICES 未写明服务 {service} 的地址。",
    "ZEREN_SERVICES does not say where the service {service} is.",
)
KAFKA_UNNAMED = Refusal(
    "kafka-unnamed",
    "未设置 ZEREN_KAFKA（Kafka 的 主机:端口）。",
    "ZEREN_KAFKA (host:port of Kafka) is not set.",
)
ROLE_UNKNOWN = Refusal(
    "role-unknown", "没有角色“{role}”，可选：{roles}。", "There is no role {role}; there are: {roles}."
)
UNIT_UNKNOWN = Refusal("unit-unknown", "没有编码为 {code} 的单位。", "No unit has the code {code}.")
NOBODY_HOLDS = Refusal(
    "nobody-holds-role",
    "单位 {code} 今天无人担任角色“{role}”；如确需新设，请加 --create。",
    "Nobody holds the role {role} in unit {code} today; add --create to record somebody who does.",
)
SEVERAL_HOLD = Refusal(
    "several-hold-role",
    "有 {count} 人担任角色“{role}”，请用 --by 指明是谁。",
    "{count} people hold the role {role}; say with --by who acts.",
)
PERSON_WITHOUT_POST = Refusal("person-without-post", "{person} 今天不担任任何职务。", "{person} holds no post today.")
PORTAL_UNKNOWN = Refusal(
    "portal-unknown",
    "没有以签发机构 {issuer} 登记的接入平台 {portal}。",
    "No portal {portal} is registered with the issuer {issuer}.",
)
MAIL_INCOMPLETE = Refusal(
    "mail-incomplete",
    "设置了 ZEREN_SMTP_HOST，还需设置 ZEREN_SMTP_SENDER；设置了 ZEREN_SMTP_USER 的，还需将密码写入 {path}。",
    "With ZEREN_SMTP_HOST, ZEREN_SMTP_SENDER is needed too; with ZEREN_SMTP_USER the password in {path}.",
)
NOT_DONE = Refusal("not-done", "未能办理：{zh}", "It could not be done: {en}")
VIEW_UNKNOWN = Refusal(
    "view-unknown", "没有名为 {view} 的视图，可选：{views}。", "There is no view {view}; there are: {views}."
)
SERVICE_UNKNOWN = Refusal(
    "service-unknown",
    "没有名为 {service} 的服务，可选：{services}。",
    "There is no service {service}; there are: {services}.",
)
NOTHING_THERE = Refusal("nothing-there", "没有找到 {what}。", "{what} was not found.")
PRODUCTION = Refusal(
    "production",
    "正式环境（ZEREN_ENV=production）不签发开发令牌，请使用本单位的统一身份认证。",
    "With ZEREN_ENV=production no development token is signed; use the city's own identity provider.",
)
