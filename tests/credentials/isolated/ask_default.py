"""Asks `DefaultCredentials()`, all connections being led to loopback servers, and tells as JSON.

    python ask_default.py '{"http": PORT, "https": PORT}' [fork]

In a process of its own, as the library reads the environment when it is imported. With `fork` a
child asks again, when the keys of its parent have ended.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from ossign_fast import CredentialsError, DefaultCredentials
from support.cloud import redirect


def tell(credentials: DefaultCredentials) -> None:
    try:
        found = credentials.get_credentials()
    except CredentialsError as error:
        print(json.dumps({"error": str(error), "cause": type(error.__cause__).__name__}))
        return
    end = found.expiration and found.expiration.timestamp()
    fields = (found.access_key_id, found.access_key_secret, found.security_token, end)
    print(json.dumps(fields), flush=True)


if __name__ == "__main__":
    redirect(json.loads(sys.argv[1]))
    ahead = [0]
    credentials = DefaultCredentials(clock=lambda: time.time() + ahead[0])
    tell(credentials)
    if sys.argv[2:] == ["fork"]:
        child = os.fork()
        if not child:
            signal.alarm(20)
            ahead[0] = 3000  # of an hour
            credentials._kept = credentials._kept._replace(end=0.0)
            tell(credentials)
            sys.stdout.flush()
            os._exit(0)
        sys.exit(os.waitpid(child, 0)[1])
