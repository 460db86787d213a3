"""`python -m local.send TEXT`: one more citizen writes to the demonstration office.

`--curl` prints the signed delivery as a command instead; it is believed for five minutes.
"""

import argparse
import random
import secrets
import sys
from datetime import UTC, datetime

from local import demo as demo_file
from local.feed.morning import Delivery, Ids, Line, payload_of
from local.feed.push import signed
from local.feed.sender import NotTakenError, Sender
from local.paths import DEMO_PATH
from local.serving import HOST

WAYS = (
    "weibo.private",
    "weibo.mention.status",
    "weibo.mention.comment",
    "wechat.text",
    "douyin.text",
    "douyin.image",
    "douyin.video",
    "douyin.comment",
    "partner.private",
    "partner.comment",
)


def delivery_of(demo: demo_file.Demo, *, text: str, via: str, who: str, now: datetime) -> Delivery:
    """A message that `who` writes at `now`."""
    line = Line(at=now.time(), via=via, who=who, text=text, work=None)
    account = demo.account(line.platform)
    ids = Ids(random.SystemRandom())
    return Delivery(
        demo=account,
        payload=payload_of(line, account.account, sent_at=now, ids=ids),
        line=line,
        arrives_at=now,
        attempt=1,
        nonce=str(secrets.randbelow(10**9)),
    )


def curl_of(demo: demo_file.Demo, delivery: Delivery, *, now: datetime) -> str:
    """`delivery`, signed at `now`, as a command for the shell."""
    push = signed(delivery.demo, delivery.payload, door_url=door_url(demo), now=now, nonce=delivery.nonce)
    return push.curl


def door_url(demo: demo_file.Demo) -> str:
    """Where the office of `demo` is reached."""
    return f"http://{HOST}:{demo.port}"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m local.send", description="Send one signed delivery to the running demonstration."
    )
    parser.add_argument("text", help="what the citizen writes")
    parser.add_argument("--via", choices=WAYS, default=WAYS[0], help="platform and kind (default: %(default)s)")
    parser.add_argument("--who", default="演示网民", help="nickname; the same one is the same citizen (default: %(default)s)")
    parser.add_argument("--curl", action="store_true", help="print the delivery as a curl command instead of sending it")
    arguments = parser.parse_args()
    demo = demo_file.load(DEMO_PATH)
    if demo is None:
        print("there is no demonstration yet: run `make run` first", file=sys.stderr)
        return 1
    now = datetime.now(UTC)
    delivery = delivery_of(demo, text=arguments.text, via=arguments.via, who=arguments.who, now=now)
    if arguments.curl:
        print(curl_of(demo, delivery, now=now))
        return 0
    try:
        Sender(door_url(demo), clock=lambda: datetime.now(UTC)).send(delivery)
    except NotTakenError as error:
        print(f"{error}; is `make run` up?", file=sys.stderr)
        return 1
    print(f"delivered; see {door_url(demo)}/desk")
    return 0


if __name__ == "__main__":
    sys.exit(main())
