"""The log of what arrived at an upstream: one JSON line for each message, written before the message goes on."""

import json
import os
import threading
import time


class Arrivals:
    """Appends to a log; whole lines only, whoever writes at the same time."""

    def __init__(self, path):
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()

    def note(self, body, headers=None):
        """Notes one message, as bytes. A body that is no JSON is kept as text."""
        try:
            message = json.loads(body)
        except ValueError:
            message = {"garbage": body.decode("utf-8", "replace")}
        line = {
            "at": time.time(),
            "method": message.get("method"),
            "params": message.get("params"),
            "message": message,
            "headers": dict(headers or {}),
        }
        with self._lock:
            os.write(self._file, (json.dumps(line) + "\n").encode())
