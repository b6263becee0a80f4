"""The storage provider for S3, with an end to every wait: while the store is away, its own would keep a request for ever.

Source: https://github.com/matrix-org/synapse-s3-storage-provider, version 1.7.0
"""

from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from s3_storage_provider import S3StorageProviderBackend

from synapse.api.errors import SynapseError

CONNECT_SECONDS = 5
READ_SECONDS = 30


class Away(ClientError):
    """The store does not answer. The provider hands on errors of this kind alone."""

    def __init__(self, reason: Exception) -> None:
        super().__init__({"Error": {"Code": "Away", "Message": str(reason)}}, "GetObject")


class S3Media(S3StorageProviderBackend):
    def __init__(self, hs: Any, config: dict[str, Any]) -> None:
        super().__init__(hs, config)
        limits = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries={"total_max_attempts": 2})
        self.api_kwargs["config"] = self.api_kwargs["config"].merge(limits)

    def _get_s3_client(self) -> Any:
        return Client(super()._get_s3_client())

    async def fetch(self, path: str, file_info: Any) -> Any:
        try:
            return await super().fetch(path, file_info)
        except ClientError as error:
            raise SynapseError(503, "The file is in a store that does not answer; try again later") from error


class Client:
    """A client of S3 whose requests for a file always end in an answer or an error that the provider knows."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.upload_file = client.upload_file

    def get_object(self, **request: Any) -> Any:
        try:
            return self.client.get_object(**request)
        except BotoCoreError as error:
            raise Away(error) from error
