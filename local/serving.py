"""A WSGI application served on the loopback by a thread of this process."""

import socket
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"

_POLL_SECONDS = 0.05
"""How soon a stop is noticed."""


class PortInUseError(Exception):
    """Another process listens on the port; the message says which and what to do."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__(f"port {port} is in use: stop what listens there, or choose other ports with --port")


class _QuietRequestHandler(WSGIRequestHandler):
    """Leaves the terminal to the progress display."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def refuse_taken(port: int) -> None:
    """Raises PortInUseError where somebody listens on `port` already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortInUseError(port) from error


class Server:
    """Serves `app` on `port` (0 takes a free one) from construction until `stop`; also a context manager.

    Raises PortInUseError.
    """

    def __init__(self, app: "WSGIApplication", *, port: int = 0) -> None:
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((HOST, port))
            except OSError as error:
                raise PortInUseError(port) from error
            listener.listen(128)
            # The server duplicates the descriptor, so this socket may be closed behind it.
            self._server = make_server(HOST, port, app, threaded=True, request_handler=_QuietRequestHandler, fd=listener.fileno())
            self.port: int = listener.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), name=f"server-{self.port}", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Answer what is under way, then close; a second stop does nothing."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
