"""Forms that carry files, RFC 7578: the fields and the files of a body. The standard library reads the headers."""

from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import HTTP

from jiesu.model.mail import IncomingFile

MAX_FILE_NAME = 200


class MultipartError(ValueError):
    """The body is not what its media type says."""


def read_multipart(content_type: str, body: bytes, *, most: int) -> Iterator[tuple[str, str | IncomingFile]]:
    """Each field by its name: words, or a file under the last part of its name; a field for files that was left empty is none.

    Raises `MultipartError`, also for more than `most` parts and for words that are not UTF-8.
    """
    header: Message = Message(policy=HTTP)
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if not boundary:
        raise MultipartError
    _, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode(), most + 2)
    if not parts or not parts.pop().startswith(b"--"):
        raise MultipartError
    for part in parts:
        head, blank, content = part.partition(b"\r\n\r\n")
        headers = BytesHeaderParser(policy=HTTP).parsebytes(head.lstrip() + b"\r\n\r\n")
        name = headers.get_param("name", header="content-disposition")
        if not blank or not isinstance(name, str):
            raise MultipartError
        file_name = headers.get_filename()
        if file_name is None:
            yield name, content.decode()
        elif file_name or content:
            yield name, IncomingFile(name=_last(file_name), content=content)


def _last(file_name: str) -> str:
    """Without folders, its end where it is endless; browsers write a quotation mark as `%22`."""
    return file_name.replace("%22", '"').replace("\\", "/").rpartition("/")[2][-MAX_FILE_NAME:]
