"""The world outside the office, as one web application: the platforms' interfaces, and what arrives on phones and in mailboxes.

Pages are for people (`/`, `/mails`, `/sms`, `/citizens`, `/posts`); each has a JSON twin (`/mails.json` …).
`/faults` orders bad luck: POST `{"platform", "error", "times"}`, DELETE ends it.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from email.message import EmailMessage
from http import HTTPStatus
from smtplib import SMTPException
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from werkzeug.exceptions import BadGateway, HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from jiesu.model.words import Platform
from local.demo import DemoAccount
from local.world.answering import answer_to
from local.world.calls import CallMeter
from local.world.deliveries import exchange_of
from local.world.douyin import CallOffice, DouyinApi
from local.world.exchanges import Exchange, ExchangeLog
from local.world.faults import Fault, Faults
from local.world.files import Files
from local.world.mailbox import Attachment, Mail, Mailbox
from local.world.partner import PartnerApi
from local.world.publishing import Publications
from local.world.wechat import WeChatApi
from local.world.weibo import WeiboApi
from local.world.weibo_comments import CommentFeeds
from local.world.weibo_posts import WeiboPosts
from local.world.weibo_public import PublicComments

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TIME_ZONE = ZoneInfo("Asia/Shanghai")

_LINK = re.compile(r"https?://[^\s<>\"'，。；）、]+")


class PhonesUnreachableError(Exception):
    """The embedded AWS, which holds the sent SMS, does not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """One phone and the SMS on it, oldest first; `owner` is empty where the number is nobody's."""

    number: str
    owner: str
    texts: tuple[str, ...]


class World:
    """The WSGI application.

    `sms` gives the texts sent to each number, oldest first, or raises PhonesUnreachableError;
    `owners` names the holders of numbers; `call_office` delivers what a platform pushes by itself,
    `send_mail` what somebody answers to a mail; where it is None, nobody can.
    """

    def __init__(
        self,
        *,
        accounts: Iterable[DemoAccount],
        exchanges: ExchangeLog,
        mailbox: Mailbox,
        sms: Callable[[], Mapping[str, list[str]]],
        owners: Mapping[str, str],
        clock: Callable[[], datetime],
        call_office: CallOffice = lambda _demo, _payload: None,
        send_mail: Callable[[EmailMessage], None] | None = None,
    ) -> None:
        known = tuple(accounts)
        self._exchanges = exchanges
        self._mailbox = mailbox
        self._sms = sms
        self._owners = owners
        self._send_mail = send_mail
        self._clock = clock
        self._at_address = {f"/webhooks/{one.account.platform}/{one.account.path_token}": one for one in known}
        self._account_names = {one.account.external_id: one.account.name for one in known}
        self._faults = Faults()
        calls = CallMeter(clock)
        self.public_comments = PublicComments(accounts=known, faults=self._faults, calls=calls, clock=clock)
        weibo_posts = WeiboPosts(accounts=known, faults=self._faults, calls=calls)
        self._files = Files()
        weibo = WeiboApi(accounts=known, exchanges=exchanges, faults=self._faults, files=self._files, clock=clock)
        on_weibo = next((one for one in known if one.account.platform is Platform.WEIBO), None)
        self.comments = None if on_weibo is None else CommentFeeds(account=on_weibo, clock=clock, calls=calls)
        wechat = WeChatApi(accounts=known, exchanges=exchanges, faults=self._faults, files=self._files, clock=clock)
        douyin = DouyinApi(
            accounts=known, exchanges=exchanges, faults=self._faults, files=self._files, clock=clock, call_office=call_office
        )
        partner = PartnerApi(accounts=known, exchanges=exchanges, faults=self._faults, clock=clock)
        self._templates = Environment(loader=PackageLoader("local.world"), autoescape=True, undefined=StrictUndefined)
        self._templates.filters |= {"hour": _hour, "links": _links}
        self.publications = Publications(accounts=known, wechat=wechat, faults=self._faults, clock=clock)
        self._views: dict[str, Callable[..., Response]] = {
            "weibo_reply": weibo.reply,
            "weibo_token": weibo.token_info,
            "weibo_comment": self._weibo_comment,
            "weibo_comment_post": self.public_comments.show_batch,
            "weibo_media": weibo.media,
            "weibo_post": weibo_posts.show,
            "weibo_picture": weibo_posts.picture,
            "wechat_media": wechat.media,
            "wechat_token": wechat.stable_token,
            "weibo_comments": self._weibo_comments,
            "wechat_send": wechat.send,
            "douyin_access_token": douyin.tokens.access_token,
            "douyin_refresh_token": douyin.tokens.refresh,
            "douyin_renew_refresh_token": douyin.tokens.renew,
            "douyin_send": douyin.send,
            "douyin_comment": douyin.comment,
            "douyin_resource": douyin.resource,
            "douyin_file": douyin.file,
            "partner_reply": partner.reply,
            "weibo_share": self.publications.share,
            "weibo_go": self.publications.go,
            "wechat_draft": self.publications.add_draft,
            "wechat_submit": self.publications.submit,
            "wechat_job": self.publications.job,
            "wechat_article": self.publications.article,
            "posts": self._posts,
            "posts_json": self._posts_json,
            "faults": self._change_faults,
            "index": self._index,
            "mails": self._mails,
            "mails_json": self._mails_json,
            "mail": self._mail,
            "mail_html": self._mail_html,
            "answer": self._answer,
            "attachment": self._attachment,
            "sms": self._phones_page,
            "sms_json": self._phones_json,
            "citizens": self._citizens,
            "citizens_json": self._citizens_json,
        }
        self._map = Map(
            [
                Rule("/weibo/2/messages/reply.json", endpoint="weibo_reply", methods=["POST"]),
                Rule("/weibo/oauth2/get_token_info", endpoint="weibo_token", methods=["POST"]),
                Rule("/weibo/2/comments/<any(timeline, mentions):feed>.json", endpoint="weibo_comments", methods=["GET"]),
                Rule("/weibo/2/comments/<any(create, reply):act>.json", endpoint="weibo_comment", methods=["POST"]),
                Rule("/weibo/2/comments/show_batch.json", endpoint="weibo_comment_post", methods=["GET"]),
                Rule("/weibo/2/statuses/show.json", endpoint="weibo_post", methods=["GET"]),
                Rule("/weibo/large/<name>", endpoint="weibo_picture", methods=["GET"]),
                Rule("/weibo/2/mss/msget", endpoint="weibo_media", methods=["GET"]),
                Rule("/wechat/cgi-bin/media/get", endpoint="wechat_media", methods=["GET"]),
                Rule("/wechat/cgi-bin/stable_token", endpoint="wechat_token", methods=["POST"]),
                Rule("/wechat/cgi-bin/message/custom/send", endpoint="wechat_send", methods=["POST"]),
                Rule("/douyin/oauth/access_token/", endpoint="douyin_access_token", methods=["POST"]),
                Rule("/douyin/oauth/refresh_token/", endpoint="douyin_refresh_token", methods=["POST"]),
                Rule("/douyin/oauth/renew_refresh_token/", endpoint="douyin_renew_refresh_token", methods=["POST"]),
                Rule("/douyin/im/send/msg/", endpoint="douyin_send", methods=["POST"]),
                Rule("/douyin/item/comment/reply/", endpoint="douyin_comment", methods=["POST"]),
                Rule("/douyin/api/im/message/resources/", endpoint="douyin_resource", methods=["GET"]),
                Rule("/douyin/files", endpoint="douyin_file", methods=["GET"]),
                Rule("/partner/<account_id>", endpoint="partner_reply", methods=["POST"]),
                Rule("/weibo/2/statuses/share.json", endpoint="weibo_share", methods=["POST"]),
                Rule("/weibo/2/statuses/go", endpoint="weibo_go", methods=["GET"]),
                Rule("/wechat/cgi-bin/draft/add", endpoint="wechat_draft", methods=["POST"]),
                Rule("/wechat/cgi-bin/freepublish/submit", endpoint="wechat_submit", methods=["POST"]),
                Rule("/wechat/cgi-bin/freepublish/get", endpoint="wechat_job", methods=["POST"]),
                Rule("/wechat/s/<article_id>", endpoint="wechat_article", methods=["GET"]),
                Rule("/posts", endpoint="posts", methods=["GET"]),
                Rule("/posts.json", endpoint="posts_json", methods=["GET"]),
                Rule("/faults", endpoint="faults", methods=["GET", "POST", "DELETE"]),
                Rule("/", endpoint="index", methods=["GET"]),
                Rule("/mails", endpoint="mails", methods=["GET"]),
                Rule("/mails.json", endpoint="mails_json", methods=["GET"]),
                Rule("/mails/<mail_id>", endpoint="mail", methods=["GET"]),
                Rule("/mails/<mail_id>/answer", endpoint="answer", methods=["POST"]),
                Rule("/mails/<mail_id>/html", endpoint="mail_html", methods=["GET"]),
                Rule("/mails/<mail_id>/attachments/<int:number>", endpoint="attachment", methods=["GET"]),
                Rule("/sms", endpoint="sms", methods=["GET"]),
                Rule("/sms.json", endpoint="sms_json", methods=["GET"]),
                Rule("/citizens", endpoint="citizens", methods=["GET"]),
                Rule("/citizens.json", endpoint="citizens_json", methods=["GET"]),
            ]
        )

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        try:
            endpoint, arguments = self._map.bind_to_environ(environ).match()
            response: Response | HTTPException = self._views[endpoint](request, **arguments)
        except PhonesUnreachableError:
            response = BadGateway("The embedded AWS does not answer.")
        except HTTPException as error:
            response = error
        return response(environ, start_response)

    def _weibo_comments(self, request: Request, feed: str) -> Response:
        if self.comments is None:
            raise NotFound
        status, body = self.comments.answer(feed, request.args)
        return Response(json.dumps(body), status, mimetype="application/json")

    def _weibo_comment(self, request: Request, act: str) -> Response:
        """A comment of the office's, which then stands in its own feed of comments too."""
        known = len(self.public_comments.under(request.form.get("id", "")))
        response = self.public_comments.comment(request, act)
        for said in self.public_comments.under(request.form.get("id", ""))[known:]:
            if self.comments is not None:
                self.comments.office_said(said.post_id, said.answers, said.text, at=said.at)
        return response

    def overhear(self, request: Request, status: int) -> None:
        """Take note of a delivery to the office, so that the platform knows who wrote. What the office refused is nothing."""
        demo = self._at_address.get(request.path)
        if demo is None or request.method != "POST" or status != HTTPStatus.OK:
            return
        self._files.keep(demo, request.get_data())
        exchange = exchange_of(demo, request.get_data())
        if exchange is not None:
            self._exchanges.record(exchange)

    # --- Bad luck -----------------------------------------------------------------------------

    def _change_faults(self, request: Request) -> Response:
        if request.method == "POST":
            asked = request.get_json()
            self._faults.add(
                Fault(platform=Platform(asked["platform"]), error=str(asked["error"]), times=int(asked.get("times", 1)))
            )
        elif request.method == "DELETE":
            self._faults.clear()
        return _json([asdict(fault) for fault in self._faults.pending()])

    # --- What arrived -------------------------------------------------------------------------

    def _index(self, _request: Request) -> Response:
        received = [one for exchanges in self._exchanges.conversations() for one in exchanges if one.kind == "received"]
        return self._page(
            "index.html",
            mail_count=len(self._mailbox.mails()),
            sms_count=sum(len(phone.texts) for phone in self._phones()),
            conversation_count=len(self._exchanges.conversations()),
            received_count=len(received),
            post_count=len(self.publications.posts()),
        )

    def _mails(self, _request: Request) -> Response:
        return self._page("mails.html", mails=self._mailbox.mails())

    def _mails_json(self, _request: Request) -> Response:
        return _json([_mail_fields(mail) for mail in self._mailbox.mails()])

    def _mail(self, _request: Request, mail_id: str) -> Response:
        mail = self._known_mail(mail_id)
        return self._page("mail.html", mail=mail, may_answer=self._send_mail is not None and bool(mail.reply_to), answered="")

    def _answer(self, request: Request, mail_id: str) -> Response:
        mail, text = self._known_mail(mail_id), request.form.get("text", "").strip()
        if self._send_mail is None or not mail.reply_to or not text:
            raise NotFound
        with request:  # which closes the files
            files = [
                Attachment(name=one.filename, content_type=one.mimetype or "application/octet-stream", content=one.read())
                for one in request.files.getlist("file")
                if one.filename
            ]
        try:
            self._send_mail(answer_to(mail, text, files, now=self._clock(), zone=TIME_ZONE))
        except (SMTPException, OSError) as error:
            raise BadGateway("The mail server does not take the answer.") from error
        return self._page("mail.html", mail=mail, may_answer=True, answered=text)

    def _mail_html(self, _request: Request, mail_id: str) -> Response:
        """The HTML part by itself, for a frame in which scripts do not run and links open outside."""
        response = Response(f'<base target="_blank">{self._known_mail(mail_id).html}', mimetype="text/html")
        response.headers["Content-Security-Policy"] = "sandbox allow-popups allow-popups-to-escape-sandbox; script-src 'none'"
        return response

    def _attachment(self, _request: Request, mail_id: str, number: int) -> Response:
        attachments = self._known_mail(mail_id).attachments
        if number >= len(attachments):
            raise NotFound
        found = attachments[number]
        response = Response(found.content, mimetype=found.content_type)
        response.headers.set("Content-Disposition", "attachment", filename=found.name)
        return response

    def _known_mail(self, mail_id: str) -> Mail:
        mail = self._mailbox.mail(mail_id)
        if mail is None:
            raise NotFound
        return mail

    def _phones(self) -> tuple[Phone, ...]:
        return tuple(
            Phone(number=number, owner=self._owners.get(number, ""), texts=tuple(texts))
            for number, texts in sorted(self._sms().items())
        )

    def _phones_page(self, _request: Request) -> Response:
        return self._page("sms.html", phones=self._phones())

    def _phones_json(self, _request: Request) -> Response:
        return _json([asdict(phone) for phone in self._phones()])

    def _citizens(self, _request: Request) -> Response:
        conversations = self._exchanges.conversations()
        answered = [exchanges for exchanges in conversations if any(one.kind == "received" for one in exchanges)]
        return self._page(
            "citizens.html", answered=answered, conversation_count=len(conversations), account_names=self._account_names
        )

    def _citizens_json(self, _request: Request) -> Response:
        return _json([_exchange_fields(one) for exchanges in self._exchanges.conversations() for one in exchanges])

    def _posts(self, _request: Request) -> Response:
        return self._page("posts.html", posts=self.publications.posts())

    def _posts_json(self, _request: Request) -> Response:
        return _json([{**asdict(one), "at": one.at.isoformat()} for one in self.publications.posts()])

    def _page(self, template: str, **values: Any) -> Response:
        return Response(self._templates.get_template(template).render(**values), mimetype="text/html")


def _json(value: Any) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), mimetype="application/json")


def _mail_fields(mail: Mail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "arrived_at": mail.arrived_at.isoformat(),
        "recipients": list(mail.recipients),
        "sender": mail.sender,
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "attachments": [attachment.name for attachment in mail.attachments],
    }


def _exchange_fields(exchange: Exchange) -> dict[str, Any]:
    return {**asdict(exchange), "at": exchange.at.isoformat()}


def _hour(moment: datetime) -> str:
    return moment.astimezone(TIME_ZONE).strftime("%m-%d %H:%M:%S")


def _links(text: str) -> Markup:
    """`text` escaped, its web addresses made into links."""
    parts: list[str] = []
    end = 0
    for found in _LINK.finditer(text):
        address = escape(found.group())
        parts += [
            escape(text[end : found.start()]),
            Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>').format(address),
        ]
        end = found.end()
    return Markup("").join([*parts, escape(text[end:])])
