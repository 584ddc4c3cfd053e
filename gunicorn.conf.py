"""The web server's settings; gunicorn reads this file from the folder it is started in, here and in earnest."""

import signal

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
