"""The web server's settings; gunicorn reads this file from the folder it is started in, here and in earnest."""

import logging
import signal
from typing import Any

from gunicorn.glogging import Logger

from registry.logs import redact


class Redacted(logging.Formatter):
    """What another formatter writes, without secrets and personal data."""

    def __init__(self, of: logging.Formatter) -> None:
        super().__init__()
        self.of = of

    def format(self, record: logging.LogRecord) -> str:
        return redact(self.of.format(record))


class RedactingLogger(Logger):
    """Gunicorn's own; an address in its access log may hold a key or a name."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(Redacted(handler.formatter))


logger_class = RedactingLogger
worker_class = "gthread"
workers = 2
threads = 4
control_socket_disable = True  # a file in the home folder that two servers would share


def post_worker_init(worker: object) -> None:
    """Leaves Ctrl-C to the main process, which then stops the workers.

    A terminal sends it to the workers as well; the main process's own signal then interrupts a worker that is stopping
    already, and both wait for one lock until the worker is killed half a minute later.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
