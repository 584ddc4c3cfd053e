import logging


class RedactingFormatter(logging.Formatter):
    pass
