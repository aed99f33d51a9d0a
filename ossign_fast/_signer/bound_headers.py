"""One request with all its values but the key, to be signed in the Authorization header."""

from __future__ import annotations

from .._errors import OssignError
from .._frames import without_frames
from .._rules.parameters import Request
from .bound import Bound
from .context import Context
from .layout import Layout
from .result import header_text


class BoundHeaders(Bound):
    """A request that lacks only its key, and the headers that sign it.

    Args:
        context: What the signer lends.
        layout: The request.
        request: The same; all its headers are sent, whether signed or not.
        signing_time: A fixed second, or None to follow the signer's clock.
    """

    __slots__ = ()

    def __init__(
        self, context: Context, layout: Layout, *, request: Request, signing_time: int | None
    ) -> None:
        super().__init__(context, layout, signing_time)
        sent = (*request.headers, *request.unsigned)
        self._headers = {p.name: header_text(str(p.value)) for p in sent}

    def headers(self, key: str | None = None) -> dict[str, str]:
        """Returns the request's headers, those of the signature among them.

        Args:
            key: The object key; None for operations on a bucket or the service.

        Raises:
            RequestError: The key breaks a rule.
            CredentialsError: The credentials source has none to give.
        """
        try:
            state = self._now()
            try:
                authorization = self._sign_one(state.job, key)
            except ValueError as error:
                raise self._refusal(error, key) from None
            return {**state.headers, "Authorization": authorization}
        except OssignError as error:
            del key
            raise without_frames(error)  # noqa: B904 - the same error

    def _lifetime(self, second: int) -> int | list[int | None]:
        return 0  # how long OSS takes it is not for the signer to say
