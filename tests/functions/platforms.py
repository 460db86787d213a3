"""The platforms as the functions' tests meet them."""

import json

from jiesu.channels.outgoing import OutgoingCall, PlatformAnswer


def token(value: str) -> PlatformAnswer:
    """WeChat's answer to whoever asks for a token."""
    return PlatformAnswer(status=200, body=json.dumps({"access_token": value, "expires_in": 7200}).encode())


class ScriptedPlatform:
    """The world outside: gives its answers in turn, the last of them for ever, and keeps what it was asked."""

    def __init__(self, *answers: PlatformAnswer | BaseException) -> None:
        self.calls: list[OutgoingCall] = []
        self._answers = list(answers)

    def transmit(self, call: OutgoingCall) -> PlatformAnswer:
        self.calls.append(call)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    @property
    def asked(self) -> list[str]:
        """The path and token of each call."""
        return [call.url.partition(".example.org")[2] for call in self.calls]
