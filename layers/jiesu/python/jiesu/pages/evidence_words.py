"""What the pages say of evidence."""

from jiesu.model.evidence import Evidence, EvidenceView, PictureMetadata


def file_size(size_bytes: int) -> str:
    """`312 KB` or `4.6 MB`, never less than 1 KB."""
    if size_bytes < 1_000_000:
        return f"{max(1, round(size_bytes / 1_000))} KB"
    return f"{size_bytes / 1_000_000:.1f} MB"


_EVIDENCE_REASONS = {
    "media_gone": "平台已不再保存该文件",
    "media_too_large": "文件超过大小限制",
    "media_type_wrong": "文件内容与消息类型不符，未予保存",
    "media_unsupported": "该平台不提供文件下载",
    "account_missing": "渠道账号已停用或不在系统中",
    "token_rejected": "账号授权已失效",
    "platform_busy": "平台在保存期内一直没有应答",
    "platform_unreachable": "平台在保存期内一直无法连接",
    "rate_limited": "平台限制了调用频率",
    "daily_quota": "账号的接口调用次数已用完",
    "account_misconfigured": "账号配置有误",
    "not_authorized": "账号没有调用该接口的权限",
}


def evidence_reason(code: str) -> str:
    """Why a citizen's file is not there, in words; a platform's unknown code is shown as it is."""
    return _EVIDENCE_REASONS.get(code) or f"平台拒绝提供（代码 {code.removeprefix('refused:')}）"


_POST_REASONS = {
    "comment_gone": "帖子或评论已不存在，或作者设为不可见",
    "answer_unreadable": "平台给出的内容无法识别",
    "daily_quota": "账号当天留给原帖的接口调用次数已用完",
    "platform_busy": "平台繁忙",
    "platform_unreachable": "平台暂时无法连接",
}


def post_reason(code: str) -> str:
    """Why the post that a message speaks of is not there, or not yet, in words."""
    return _POST_REASONS.get(code) or evidence_reason(code)


_WITHHELD = {
    "picture_unreadable": "图片损坏或格式不受支持",
    "picture_too_many_pixels": "图片尺寸过大",
    "recording_not_cleanable": "文件可能带有拍摄位置、设备等信息，无法确保清除",
}

_SEEN = {"original": "查看原件", "copy": "查看副本", "thumbnails": "查看缩略图"}


def withheld_reason(code: str) -> str:
    """Why there is no copy for bureaus, in words."""
    return _WITHHELD.get(code, code)


def metadata_in_words(metadata: PictureMetadata) -> str:
    """What a picture says of itself; whoever shows it says that it may be wrong."""
    parts = []
    if metadata.taken_at:
        parts.append(f"拍摄时间 {metadata.taken_at}")
    if metadata.latitude is not None and metadata.longitude is not None:
        north, east = "北纬" if metadata.latitude >= 0 else "南纬", "东经" if metadata.longitude >= 0 else "西经"
        parts.append(
            f"位置 {north} {abs(metadata.latitude):.6f}°、{east} {abs(metadata.longitude):.6f}°（WGS-84，与国内地图有偏移）"
        )
    if metadata.device:
        parts.append(f"设备 {metadata.device}")
    return "；".join(parts)


def derivation(evidence: Evidence) -> str:
    """What was made of a kept file, for the timeline and the list of evidence."""
    if evidence.copy is not None:
        return f"供承办单位查看的副本（已去除附带信息）{file_size(evidence.copy.size_bytes)}，SHA-256 {evidence.copy.sha256}"
    return f"未能生成供承办单位查看的副本：{withheld_reason(evidence.withheld)}" if evidence.withheld else ""


def seen_in_words(view: EvidenceView) -> str:
    """`查看原件`."""
    return _SEEN[view.seen]
