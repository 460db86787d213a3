"""The office's words: every closed vocabulary that is stored, sent or shown.

Values are stable: they are stored. The Chinese labels are what pages and notices show.
"""

from enum import StrEnum


class Platform(StrEnum):
    """Where a message comes from: a platform with channel accounts, or a way in that people keep by hand."""

    WEIBO = "weibo"
    WECHAT = "wechat"
    DOUYIN = "douyin"
    PARTNER = "partner"
    TOUTIAO = "toutiao"
    TELEPHONE = "telephone"
    LETTER = "letter"
    OPEN311 = "open311"

    @property
    def label(self) -> str:
        return {
            "weibo": "微博",
            "wechat": "微信公众号",
            "douyin": "抖音",
            "partner": "协作平台",
            "toutiao": "头条号",
            "telephone": "电话",
            "letter": "来信",
            "open311": "市民热线",
        }[self.value]

    @property
    def is_by_hand(self) -> bool:
        """No interface carries an answer to it: a person passes on what the office writes."""
        return self in (Platform.TOUTIAO, Platform.TELEPHONE, Platform.LETTER, Platform.OPEN311)


class MessageKind(StrEnum):
    """How a citizen addressed the office."""

    PRIVATE = "private"
    MENTION = "mention"
    COMMENT = "comment"

    @property
    def label(self) -> str:
        return {"private": "私信", "mention": "@提及", "comment": "评论"}[self.value]


class ReplyManner(StrEnum):
    """How the office answers: to one citizen, or under the post where everybody reads it."""

    PRIVATE = "private"
    COMMENT = "comment"

    @property
    def label(self) -> str:
        return {"private": "私信答复", "comment": "公开评论回复"}[self.value]


class ContentType(StrEnum):
    """What a message carries. `UNKNOWN` is kept and ignored, never refused."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    EVENT = "event"
    FILE = "file"
    ECHO = "echo"
    """What the office itself sent, as the platform tells it back."""
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return {
            "text": "文字",
            "image": "图片",
            "voice": "语音",
            "video": "视频",
            "location": "位置",
            "link": "链接",
            "event": "事件",
            "file": "文件",
            "echo": "本单位发出的消息",
            "unknown": "未知类型",
        }[self.value]


class Intent(StrEnum):
    """What the citizen wants of the office."""

    INQUIRY = "inquiry"
    COMPLAINT = "complaint"
    REPORT = "report"
    HELP = "help"
    LEAD = "lead"

    @property
    def label(self) -> str:
        return {"inquiry": "咨询", "complaint": "反映", "report": "举报", "help": "求助", "lead": "线索"}[self.value]


class Urgency(StrEnum):
    """How fast the matter must be acted on."""

    ROUTINE = "routine"
    URGENT = "urgent"
    CRITICAL = "critical"

    @property
    def label(self) -> str:
        return {"routine": "一般", "urgent": "紧急", "critical": "特急"}[self.value]

    @property
    def rank(self) -> int:
        """0 is handled first."""
        return {"critical": 0, "urgent": 1, "routine": 2}[self.value]


class CaseStatus(StrEnum):
    """Where a case stands. `RESOLVED`: every assignment's feedback is accepted, the citizen is not yet told."""

    OPEN = "open"
    DISPATCHED = "dispatched"
    RESOLVED = "resolved"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {"open": "待办", "dispatched": "办理中", "resolved": "待答复", "closed": "已办结"}[self.value]


class PublicStatus(StrEnum):
    """Where a disclosed case stands for the public; the values are Open311's."""

    OPEN = "open"
    CLOSED = "closed"


class Resolution(StrEnum):
    """Why a case was closed. `NOISE`: the system took for work what asks for nothing. `MERGED` is said by no form."""

    ANSWERED = "answered"
    HANDLED = "handled"
    NOT_POLICE = "not_police"
    NOISE = "noise"
    NOT_ACTIONABLE = "not_actionable"
    MERGED = "merged"

    @property
    def label(self) -> str:
        return {
            "answered": "已解答",
            "handled": "已办理",
            "not_police": "非公安职责（请拨 12345）",
            "noise": "不是诉求（系统误判）",
            "not_actionable": "无需办理",
            "merged": "已并案，随另一件办理",
        }[self.value]


class AssignmentRole(StrEnum):
    """`LEAD` answers for the whole bulletin, `JOINT` for a part of it; a `CONSULTATION` is answered and nothing more."""

    LEAD = "lead"
    JOINT = "joint"
    CONSULTATION = "consultation"

    @property
    def label(self) -> str:
        return {"lead": "主办", "joint": "协办", "consultation": "答疑"}[self.value]


class AssignmentStatus(StrEnum):
    """Where one bureau's part stands."""

    DISPATCHED = "dispatched"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    REPORTED = "reported"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    EXCUSED = "excused"

    @property
    def label(self) -> str:
        return {
            "dispatched": "待签收",
            "acknowledged": "已签收",
            "in_progress": "办理中",
            "reported": "已反馈",
            "sent_back": "退回重办",
            "accepted": "已办结",
            "withdrawn": "已撤回",
            "returned": "退回待裁决",
            "excused": "免予反馈",
        }[self.value]

    @property
    def is_over(self) -> bool:
        """Nothing more is expected of the bureau."""
        return self is AssignmentStatus.ACCEPTED or self.is_released

    @property
    def is_released(self) -> bool:
        """Over without a report: the case goes on as if the bureau had no part in it."""
        return self in (AssignmentStatus.WITHDRAWN, AssignmentStatus.EXCUSED)


class LadderKind(StrEnum):
    """Which duty a ladder watches: the last three are the office's own, the others a bureau's, `ANSWER` that of one consulted.

    `ACTION` is that something follows an acknowledgement, which expires if nothing does.
    """

    ACKNOWLEDGEMENT = "acknowledgement"
    ACTION = "action"
    FIRST_CONTACT = "first_contact"
    INTERIM = "interim"
    FEEDBACK = "feedback"
    ANSWER = "answer"
    DECISION = "decision"
    STATEMENT = "statement"
    COVERAGE = "coverage"

    @property
    def label(self) -> str:
        return {
            "acknowledgement": "签收",
            "action": "着手办理",
            "first_contact": "首次联系",
            "interim": "阶段反馈",
            "feedback": "反馈",
            "answer": "答疑",
            "decision": "裁决退回",
            "statement": "公开回应",
            "coverage": "现场通报",
        }[self.value]


class Clock(StrEnum):
    """How time is counted: around the clock, or while the office works."""

    NATURAL = "natural"
    WORKING = "working"

    @property
    def label(self) -> str:
        return {"natural": "自然时间", "working": "工作时间"}[self.value]


class HeatGrade(StrEnum):
    """How hot a case is, by the colours of the national grades of warnings."""

    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def label(self) -> str:
        return {"blue": "蓝色", "yellow": "黄色", "orange": "橙色", "red": "红色"}[self.value]

    @property
    def rank(self) -> int:
        """1 is the lowest."""
        return {"blue": 1, "yellow": 2, "orange": 3, "red": 4}[self.value]


class RungAction(StrEnum):
    """`REMINDER` before or at the deadline, `SUPERVISION` once a superior is told, `ORDER` with a number of its own."""

    REMINDER = "reminder"
    SUPERVISION = "supervision"
    ORDER = "order"

    @property
    def label(self) -> str:
        return {"reminder": "催办", "supervision": "督办", "order": "督办单"}[self.value]


class ContactRole(StrEnum):
    """Whom a rung of the ladder reaches. An administrator is on none: he is told what is wrong with the system."""

    DUTY_OFFICER = "duty_officer"
    CHIEF = "chief"
    SUPERVISOR = "supervisor"
    COMMAND_CENTRE = "command_centre"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        return {
            "duty_officer": "值班民警",
            "chief": "单位负责人",
            "supervisor": "市局督办",
            "command_centre": "指挥中心",
            "administrator": "管理员",
        }[self.value]


class ActorKind(StrEnum):
    """Who made an entry."""

    CITIZEN = "citizen"
    EDITOR = "editor"
    BUREAU = "bureau"
    CLOCK = "clock"
    SYSTEM = "system"
    OPERATOR = "operator"

    @property
    def label(self) -> str:
        return {
            "citizen": "网民",
            "editor": "小编",
            "bureau": "承办单位",
            "clock": "时限",
            "system": "系统",
            "operator": "管理员",
        }[self.value]


class UserRole(StrEnum):
    """What a signed-in person may do."""

    EDITOR = "editor"
    SUPERVISOR = "supervisor"
    COMMAND = "command"
    BUREAU = "bureau"
    AUDITOR = "auditor"
    ADMIN = "admin"

    @property
    def label(self) -> str:
        return {
            "editor": "小编",
            "supervisor": "值班领导",
            "command": "指挥中心",
            "bureau": "承办单位",
            "auditor": "审计",
            "admin": "管理员",
        }[self.value]


class Transport(StrEnum):
    """How a notice travels."""

    MAIL = "mail"
    SMS = "sms"

    @property
    def label(self) -> str:
        return {"mail": "邮件", "sms": "短信"}[self.value]


class NoticeTemplate(StrEnum):
    """What a notice says."""

    DISPATCHED = "dispatched"
    ESCALATED = "escalated"
    SENT_BACK = "sent_back"
    WITHDRAWN = "withdrawn"
    BULLETIN_CORRECTED = "bulletin_corrected"
    RETURNED = "returned"
    RETURN_REJECTED = "return_rejected"
    REROUTED = "rerouted"
    EXCUSED = "excused"
    EXTENSION_ASKED = "extension_asked"
    EXTENSION_GRANTED = "extension_granted"
    EXTENSION_REFUSED = "extension_refused"
    EMERGENCY = "emergency"
    HEAT = "heat"
    STATEMENT = "statement"
    COVERAGE = "coverage"

    @property
    def label(self) -> str:
        return {
            "dispatched": "交办",
            "escalated": "催办督办",
            "sent_back": "退回重办",
            "withdrawn": "撤回",
            "bulletin_corrected": "更正",
            "returned": "退回待裁决",
            "return_rejected": "退回未获同意",
            "rerouted": "改派",
            "excused": "免予反馈",
            "extension_asked": "延期申请",
            "extension_granted": "同意延期",
            "extension_refused": "延期未获同意",
            "emergency": "紧急报告",
            "heat": "热点预警",
            "statement": "公开回应提醒",
            "coverage": "现场通报提醒",
        }[self.value]


class DeliveryState(StrEnum):
    """Where a notice or a reply stands on its way out. `SKIPPED`: the case moved on before it left.

    `DELIVERED` and `BOUNCED` are what receipts say of one that was sent.
    """

    CREATED = "created"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        return {
            "created": "待发送",
            "sending": "发送中",
            "sent": "已发出",
            "delivered": "已送达",
            "bounced": "未送达",
            "failed": "发送失败",
            "skipped": "无需发送",
        }[self.value]


class TaskKind(StrEnum):
    """What a person must do because the system could not."""

    REPLY_FAILED = "reply_failed"
    NOTICE_FAILED = "notice_failed"
    EMERGENCY_UNTOLD = "emergency_untold"
    HEAT_UNTOLD = "heat_untold"
    COMMAND_UNTOLD = "command_untold"
    ASKING = "asking"
    PUBLICATION_FAILED = "publication_failed"
    PUBLICATION_UNCONFIRMED = "publication_unconfirmed"
    REPLY_WINDOW_CLOSING = "reply_window_closing"
    LADDER_SPENT = "ladder_spent"
    BUREAU_MAIL = "bureau_mail"

    @property
    def label(self) -> str:
        return {
            "reply_failed": "答复未能发出，请人工答复",
            "notice_failed": "通知未能送达，请电话通知",
            "emergency_untold": "紧急情形还没有人报告指挥中心，请立即打电话",
            "command_untold": "重大件的通报单还没有人告知指挥中心，请立即打电话",
            "heat_untold": "热点还没有报告值班领导，请打电话",
            "asking": "溯源提问需要人工接手",
            "publication_failed": "公开发布未能发出，请人工处理",
            "publication_unconfirmed": "平台迟迟没有给出发布结果，请到平台查看",
            "reply_window_closing": "网民还没有得到答复，答复窗口就要关闭，请尽快答复",
            "ladder_spent": "催办已到最后一级，仍然没有结果，请人工跟进",
            "bureau_mail": "承办单位来信，请阅处",
        }[self.value]
