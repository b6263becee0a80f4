"""Requests to a homeserver that is away are repeated until it is back: heisenbridge itself drops what it was about to send."""

import asyncio
import logging
from contextvars import ContextVar
from typing import Any

from mautrix.api import HTTPAPI
from mautrix.errors import MatrixConnectionError, MatrixRequestError

log = logging.getLogger("bridge")

# Seconds between two attempts: the first, and the longest.
FIRST, LONGEST = 0.5, 10.0
# An error of the homeserver that is its answer to this very request does not pass; after so many attempts it is believed.
BELIEVED = 30

# False while the caller repeats a request by itself.
patient: ContextVar[bool] = ContextVar("patient", default=True)

original = HTTPAPI.request


def passes(error: Exception) -> bool:
    """Whether the same request can succeed later."""
    if isinstance(error, MatrixRequestError):
        return error.http_status in (429, 500, 502, 503, 504)
    return isinstance(error, (MatrixConnectionError, asyncio.TimeoutError))


class Attempts:
    """Waits longer from one attempt to the next."""

    def __init__(self) -> None:
        self.pause, self.internal = FIRST, 0

    async def after(self, error: Exception) -> None:
        """Waits, or raises what does not pass."""
        if isinstance(error, MatrixRequestError) and error.http_status == 500:
            self.internal += 1
        if not passes(error) or self.internal > BELIEVED:
            raise error
        if self.pause == FIRST:
            log.warning("The homeserver does not answer (%s); trying until it does", str(error)[:200])
        await asyncio.sleep(self.pause)
        self.pause = min(self.pause * 2, LONGEST)


async def request(self: HTTPAPI, *arguments: Any, **options: Any) -> Any:
    attempts = Attempts()
    while True:
        try:
            return await original(self, *arguments, **options)
        except Exception as error:
            if not patient.get():
                raise
            await attempts.after(error)


def install() -> None:
    HTTPAPI.request = request
