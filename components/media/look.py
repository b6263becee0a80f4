"""Whether an S3 store can be used for files, without changing it. Standard input: JSON; standard output: a word, and what was said."""

import json
import os
import sys
from importlib.util import find_spec

# Without loading it: it takes Synapse along.
if missing := [name for name in ("s3_storage_provider", "boto3") if find_spec(name) is None]:
    print(f"no provider\n{missing[0]}")
    sys.exit(0)

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

given = json.load(sys.stdin)
os.umask(0o077)
for path, text in given["files"].items():
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
os.environ |= given["environment"]
bucket, prefix = given["place"].pop("bucket"), given["place"].pop("prefix")
limits = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})
try:
    s3 = boto3.session.Session().client("s3", config=limits, **given["place"])
    s3.list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)
    try:
        mark = json.load(s3.get_object(Bucket=bucket, Key=prefix + "matrix-synapse-owner.json")["Body"])
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
            raise
        mark = {}
    print(f"mark\n{mark.get('server_name', '')}")
except ClientError as error:
    print(f"{error.response['Error']['Code']}\n{error.response['Error'].get('Message', '')}")
except (BotoCoreError, OSError) as error:
    print(f"away\n{error}")
