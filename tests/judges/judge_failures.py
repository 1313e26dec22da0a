#!/usr/bin/env python3
"""Checks that a failed batch reaches moto's SQS and S3, and that redrive brings it back.

The failure documents must have the members and types of AWS's example.

judge_failures.py PENSTOCK_LOCAL
"""

import base64
import json
import logging
import os
import re
import select
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))
from fixture import SERVICE_FOLDER, STAMP_PATH, STAMP_TOPIC

REGION = "eu-central-1"
QUEUE = f"arn:aws:sqs:{REGION}:123456789012:failures"
CLUSTER = f"arn:aws:kafka:{REGION}:123456789012:cluster/judge/1"
FUNCTION = Path(__file__).parent / "failing_function.py"
PATIENCE = 60
RECORDS = 3

# These are the types of AWS's example ("Capturing discarded batches for Amazon MSK and self-managed
# Apache Kafka event sources").
DOCUMENT = {
    "requestContext": {
        "requestId": str,
        "functionArn": str,
        "condition": str,
        "approximateInvokeCount": int,
    },
    "responseContext": {"statusCode": int, "executedVersion": str, "functionError": str},
    "version": str,
    "timestamp": str,
    "KafkaBatchInfo": {
        "batchSize": int,
        "eventSourceArn": str,
        "bootstrapServers": str,
        "payloadSize": int,
        "recordsInfo": {
            f"{STAMP_TOPIC}-0": {
                "firstRecordOffset": str,
                "lastRecordOffset": str,
                "firstRecordTimestamp": str,
                "lastRecordTimestamp": str,
            }
        },
    },
}


def shape(value: Any) -> Any:
    return (
        {key: shape(inner) for key, inner in value.items()}
        if isinstance(value, dict)
        else type(value)
    )


class Program:
    """Runs a program, keeps its lines, and waits for some of them."""

    def __init__(self, *command: str | Path, **environment: str) -> None:
        mine = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=mine | environment
        )
        self.text = ""

    def wait_for(self, pattern: str) -> re.Match[str]:
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self.text)):
            assert time.monotonic() < deadline, f"no line matches {pattern}:\n{self.text}"
            if select.select([self.process.stdout], [], [], 1)[0]:
                part = os.read(self.process.stdout.fileno(), 65536)
                assert part, f"the program ended, and no line matches {pattern}:\n{self.text}"
                self.text += part.decode()
        return found

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.finish()

    def finish(self) -> int:
        rest, _ = self.process.communicate(timeout=PATIENCE)
        self.text += rest.decode()
        return self.process.returncode


def arn_of(queue: Any) -> str:
    return queue.attributes["QueueArn"]


def finished(expected: int, *command: str | Path, **environment: str) -> str:
    program = Program(*command, **environment)
    status = program.finish()
    assert status == expected, f"the exit status is {status}, not {expected}:\n{program.text}"
    return program.text


def main() -> None:
    local = sys.argv[1]
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    moto.start()
    url = "http://{}:{}".format(*moto.get_host_and_port())
    keys = {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": REGION,
        "AWS_ENDPOINT_URL_SQS": url,
        "AWS_ENDPOINT_URL_S3": url,
    }
    session = boto3.Session("key", "secret", region_name=REGION)
    queues = session.resource("sqs", endpoint_url=url)
    queue = queues.create_queue(QueueName="failures")
    bucket = session.resource("s3", endpoint_url=url).create_bucket(
        Bucket="failures", CreateBucketConfiguration={"LocationConstraint": REGION}
    )

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "fail").touch()
        scripted = ["--env", f"FAIL={folder}/fail", "--env", f"SEEN={folder}/seen"]
        system = Program(
            local,
            "--service",
            SERVICE_FOLDER,
            "--broker",
            "memory",
            "--port",
            "18400",
            "--admin-port",
            "18401",
            "--data",
            folder / "data",
        )
        try:
            bootstrap = system.wait_for(r"ready: .* at (\S+) ->")[1]
            for i in range(RECORDS):
                urllib.request.urlopen(
                    f"http://127.0.0.1:18400{STAMP_PATH}Paul{i}", timeout=10
                ).read()

            def discard(destination: str, group: str) -> None:
                config = {
                    "FunctionName": "greeter",
                    "EventSourceArn": CLUSTER,
                    "Topics": [STAMP_TOPIC],
                    "MaximumRetryAttempts": 1,
                    "ProvisionedPollerConfig": {"MinimumPollers": 1},
                    "StartingPosition": "TRIM_HORIZON",
                    "AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": group},
                    "DestinationConfig": {"OnFailure": {"Destination": destination}},
                }
                (folder / "config.json").write_text(json.dumps(config))
                mapping = Program(
                    local,
                    "esm",
                    "--bootstrap",
                    bootstrap,
                    "--config",
                    folder / "config.json",
                    "--function",
                    FUNCTION,
                    *scripted,
                    **keys,
                )
                mapping.wait_for(
                    "given up: RetryAttemptsExhausted; sent to " + re.escape(destination)
                )
                mapping.stop()

            discard(QUEUE, "to-queue")
            [message] = queue.receive_messages(MaxNumberOfMessages=10, VisibilityTimeout=0)
            document = json.loads(message.body)
            assert shape(document) == DOCUMENT, document
            context, batch = document["requestContext"], document["KafkaBatchInfo"]
            assert (
                context["condition"] == "RetryAttemptsExhausted"
                and context["approximateInvokeCount"] == 2
            ), context
            assert context["functionArn"].endswith(":function:greeter"), context
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", document["timestamp"]), (
                document
            )
            info = batch["recordsInfo"][f"{STAMP_TOPIC}-0"]
            assert (batch["batchSize"], info["firstRecordOffset"], info["lastRecordOffset"]) == (
                RECORDS,
                "0",
                "2",
            ), batch
            assert batch["eventSourceArn"] == CLUSTER and batch["bootstrapServers"] == bootstrap, (
                batch
            )

            discard("arn:aws:s3:::failures", "to-bucket")
            [entry] = bucket.objects.all()
            assert re.fullmatch(
                f"aws/lambda/to-bucket/{re.escape(STAMP_TOPIC)}-0/"
                r"\d{4}/\d\d/\d\d/"
                r"\d{4}-\d\d-\d\dT\d\d\.\d\d\.\d\d-[0-9a-f-]{36}",
                entry.key,
            ), entry.key
            stored = json.loads(entry.get()["Body"].read())
            event = json.loads(stored.pop("payload"))
            assert (
                shape(stored) == DOCUMENT and len(event["records"][f"{STAMP_TOPIC}-0"]) == RECORDS
            ), stored
            print("Failures: SQS and S3 get what AWS documents")

            redrive = [local, "redrive", "--bootstrap", bootstrap]
            text = finished(
                0, *redrive, "--from", QUEUE, "--to-topic", STAMP_TOPIC, "--dry-run", **keys
            )
            assert (
                f"{STAMP_TOPIC}-0 0..2 (RetryAttemptsExhausted): 3 records would go to topic "
                f"'{STAMP_TOPIC}'" in text
            ), text
            # A dry run hides its messages for a while, so each run has its own queue.
            queue = queues.create_queue(QueueName="twice")
            queue.send_message(MessageBody=message.body)
            queue.send_message(MessageBody="no document")
            text = finished(
                1,
                *redrive,
                "--from",
                arn_of(queue),
                "--function",
                FUNCTION,
                "--max",
                "2",
                *scripted,
                **keys,
            )
            assert (
                "Scripted: as asked; the document stays" in text
                and "this is not a failure document" in text
            ), text
            assert not (folder / "seen").exists()

            (folder / "fail").unlink()
            queue = queues.create_queue(QueueName="healed")
            queue.send_message(MessageBody=message.body)
            text = finished(
                0, *redrive, "--from", arn_of(queue), "--function", FUNCTION, *scripted, **keys
            )
            assert "3 records to the function in" in text and "removed from the queue" in text, text
            queue.load()
            left = (
                queue.attributes["ApproximateNumberOfMessages"],
                queue.attributes["ApproximateNumberOfMessagesNotVisible"],
            )
            assert left == ("0", "0"), left
            [seen] = (folder / "seen").read_text().splitlines()
            again = json.loads(seen)["records"][f"{STAMP_TOPIC}-0"]
            assert again == event["records"][f"{STAMP_TOPIC}-0"], again
            values = [json.loads(base64.b64decode(record["value"]))["name"] for record in again]
            assert values == [f"Paul{i}" for i in range(RECORDS)], values

            text = finished(
                0,
                *redrive,
                "--from",
                "arn:aws:s3:::failures/aws/lambda/to-bucket/",
                "--to-topic",
                STAMP_TOPIC,
                **keys,
            )
            assert f"3 records to topic '{STAMP_TOPIC}'" in text, text
            system.wait_for(
                '(?s)(?:"DUPLICATE".*){3}'
            )  # The system's own function has finished these events before.
            gone = json.loads(message.body)
            gone["KafkaBatchInfo"]["recordsInfo"][f"{STAMP_TOPIC}-0"]["lastRecordOffset"] = "99"
            (folder / "gone.json").write_text(json.dumps(gone))
            text = finished(1, *redrive, folder / "gone.json", "--to-topic", STAMP_TOPIC)
            assert (
                f"Kafka no longer has the records 6..99 of {STAMP_TOPIC}-0. Use --skip-missing"
                in text
            ), text
            print(
                "Failures: redrive hands a batch over again, to the function and to a topic, "
                "and removes it only then"
            )
        finally:
            system.stop()
    moto.stop()


if __name__ == "__main__":
    main()
