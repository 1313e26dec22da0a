#!/usr/bin/env python3
"""Lets `service_calls` use moto's SQS, S3 and Secrets Manager, which check what it signs.

boto3 sends and reads on the other side.

judge_services.py SERVICE_CALLS_PROGRAM
"""

import json
import logging
import os
import subprocess
import sys
import urllib.request
from typing import Any

import boto3
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"
ACCOUNT = "123456789012"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:failures"
BUCKET = "arn:aws:s3:::failures"
# A failure may hold text of each of these kinds.
TEXTS = [
    "x",
    '{"a": "quotes \\" and \\\\ and \\u0000"}',
    "tab\tline\nreturn\r\nend",
    "grüße, 日本語, \U0001f41f",
    "<a>&amp;</a>",
    "\x7f\u0085\u2028\ufffd\ue000\U0010ffff",
    "+%20 =&?",
    "é" * 100_000,
    '"\\' * 100_000,
    "x" * 1_048_576,
]
KEYS = [
    "plain",
    "a b",
    "a+b",
    "a%20b",
    "ü/日本語/\U0001f41f",
    "aws/lambda/id/fn/2026-11-24T16:52:20.123-0-17",
    "q?x=1&y#z",
    "(a)*'!~$@,;:=",
    "a//b/",
    "<&>\"'",
    "tab\tkey",
]


class Program:
    def __init__(self, path: str, **environment: str) -> None:
        # The caller's own credentials must not be used.
        mine = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        self.process = subprocess.Popen(
            [path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=mine | environment,
        )

    def ask(self, call: str, arn: str, **more: Any) -> dict[str, Any]:
        self.process.stdin.write(json.dumps({"call": call, "arn": arn, **more}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def value(self, call: str, arn: str, **more: Any) -> Any:
        answer = self.ask(call, arn, **more)
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def error(self, call: str, arn: str, *expected: str, **more: Any) -> None:
        answer = self.ask(call, arn, **more)
        assert all(part in answer.get("error", "") for part in expected), (
            f"{str(answer)[:600]} instead of {expected}"
        )

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=10)


def judge_queue(ours: Program, queue: Any) -> None:
    for text in TEXTS:
        sent = ours.value("send", QUEUE, body=text)
        [theirs] = queue.receive_messages(MaxNumberOfMessages=1)
        assert (theirs.message_id, theirs.body) == (sent, text), text[:40]
        theirs.delete()
        sent = queue.send_message(MessageBody=text)["MessageId"]
        [message] = ours.value("receive", QUEUE, max=1, wait=0)
        assert (message["id"], message["body"]) == (sent, text), text[:40]
        ours.value("remove", QUEUE, handle=message["handle"])
    assert ours.value("receive", QUEUE, max=10, wait=1) == []
    sent = {ours.value("send", QUEUE, body=str(i)) for i in range(15)}
    received = []
    while batch := ours.value("receive", QUEUE, max=10, wait=0):
        received += batch
    assert {message["id"] for message in received} == sent and len(received) == 15
    for message in received:
        ours.value("remove", QUEUE, handle=message["handle"])
    queue.load()
    assert queue.attributes["ApproximateNumberOfMessagesNotVisible"] == "0", queue.attributes
    absent = QUEUE.replace("failures", "absent")
    sentence = (
        "sqs:SendMessage on " + absent,
        "400: QueueDoesNotExist: ",
        "; create it, or correct its name, account or region",
    )
    ours.error("send", absent, *sentence, body="x")
    ours.error("receive", absent, "QueueDoesNotExist", max=1, wait=0)
    ours.error("send", QUEUE, "a control character", body="\0")


def judge_bucket(ours: Program, bucket: Any) -> None:
    for key in KEYS:
        for text in (TEXTS[3], "", TEXTS[7]):
            ours.value("put", BUCKET, key=key, body=text, type="application/json")
            theirs = bucket.Object(key).get()
            assert (
                theirs["Body"].read().decode() == text
                and theirs["ContentType"] == "application/json"
            ), key
        bucket.put_object(Key=key, Body=TEXTS[3].encode())
        assert ours.value("get", BUCKET, key=key) == TEXTS[3], key
    every = ours.value("list", BUCKET, prefix="", max=10_000, after="")
    assert every == {
        "objects": [[key, len(TEXTS[3].encode())] for key in sorted(KEYS, key=str.encode)],
        "complete": True,
    }, every
    assert ours.value("list", BUCKET, prefix="a b", max=10, after="")["objects"] == [
        ["a b", len(TEXTS[3].encode())]
    ]
    first = ours.value("list", BUCKET, prefix="", max=4, after="")
    rest = ours.value("list", BUCKET, prefix="", max=10_000, after=first["objects"][-1][0])
    assert (
        first["objects"] + rest["objects"] == every["objects"]
        and not first["complete"]
        and rest["complete"]
    )
    for i in range(1_200):
        bucket.put_object(Key=f"many/{i:04} +", Body=b"x")
    many = ours.value("list", BUCKET, prefix="many/", max=10_000, after="")
    assert many == {"objects": [[f"many/{i:04} +", 1] for i in range(1_200)], "complete": True}
    ours.error(
        "get", BUCKET, f"s3:GetObject on {BUCKET}/absent: ", "404: NoSuchKey: ", key="absent"
    )
    for call, more in (
        ("put", {"key": "k", "body": "", "type": "text/plain"}),
        ("list", {"prefix": "", "max": 1, "after": ""}),
    ):
        ours.error(call, BUCKET + "-absent", "404: NoSuchBucket: ", "; create it", **more)
    bucket.put_object(Key="large", Body=b"x" * (16 * 1024 * 1024))
    assert len(ours.value("get", BUCKET, key="large")) == 16 * 1024 * 1024
    bucket.put_object(Key="large", Body=b"x" * (16 * 1024 * 1024 + 1))
    ours.error("get", BUCKET, "too large (more than 16777216 bytes)", key="large")


def judge_secret(ours: Program, manager: Any, arn: str) -> None:
    # A rotation makes a new version, which is the current one at once.
    for text in (*TEXTS[:7], "x" * 65_536):
        manager.put_secret_value(SecretId=arn, SecretString=text)
        assert ours.value("value", arn) == text, text[:40]
    manager.put_secret_value(SecretId=arn, SecretBinary=b"binary")
    ours.error("value", arn, "the value is binary")
    absent = arn.replace("keys", "absent")
    ours.error("value", absent, "ResourceNotFoundException: ", "; create it, or correct its")


SQS_JSON = {"service": "sqs", "target": "AmazonSQS"}
SECRETS_JSON = {"service": "secretsmanager", "target": "secretsmanager"}


def judge_json(ours: Program, queue: Any, manager: Any, arn: str) -> None:
    """Does what a handler that waits does: the same services, by their JSON protocols."""
    for text in TEXTS[:9]:
        body = json.dumps({"QueueUrl": queue.url, "MessageBody": text})
        sent = json.loads(ours.value("json", QUEUE, **SQS_JSON, action="SendMessage", body=body))
        [theirs] = queue.receive_messages(MaxNumberOfMessages=1)
        assert (theirs.message_id, theirs.body) == (sent["MessageId"], text), text[:40]
        theirs.delete()
    body = json.dumps({"QueueUrl": queue.url.replace("failures", "absent"), "MessageBody": "x"})
    absent = ours.value("json", QUEUE, **SQS_JSON, action="SendMessage", body=body)
    assert absent == {"error": "QueueDoesNotExist"}, absent
    call = {**SECRETS_JSON, "action": "GetSecretValue"}
    for text in TEXTS[:7]:
        manager.put_secret_value(SecretId=arn, SecretString=text)
        got = json.loads(ours.value("json", arn, **call, body=json.dumps({"SecretId": arn})))
        assert got["SecretString"] == text, text[:40]
    body = json.dumps({"SecretId": arn.replace("keys", "absent")})
    absent = ours.value("json", arn, **call, body=body)
    assert absent == {"error": "ResourceNotFoundException"}, absent


def policy(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def main() -> None:
    program = sys.argv[1]
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    url = "http://{}:{}".format(*server.get_host_and_port())
    root = {
        "aws_access_key_id": "root",
        "aws_secret_access_key": "root",
        "region_name": REGION,
        "endpoint_url": url,
    }
    queue = boto3.resource("sqs", **root).create_queue(QueueName="failures")
    bucket = boto3.resource("s3", **root).create_bucket(
        Bucket="failures", CreateBucketConfiguration={"LocationConstraint": REGION}
    )
    secret = boto3.client("secretsmanager", **root).create_secret(Name="keys")["ARN"]
    iam = boto3.client("iam", **root)

    def user(name: str, *actions: str) -> dict[str, str]:
        iam.create_user(UserName=name)
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy(*actions))
        key = iam.create_access_key(UserName=name)["AccessKey"]
        return {
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            "AWS_REGION": REGION,
        }

    needed = user(
        "needed",
        "sqs:SendMessage",
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "s3:PutObject",
        "s3:GetObject",
        "s3:ListBucket",
        "secretsmanager:GetSecretValue",
    )
    poor = user("poor", "sqs:ReceiveMessage")
    judge = user("judge", "sqs:*", "s3:*", "secretsmanager:*")

    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}],
    }
    role = iam.create_role(RoleName="sender", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    iam.put_role_policy(
        RoleName="sender", PolicyName="p", PolicyDocument=policy("sqs:SendMessage", "s3:PutObject")
    )
    session = boto3.client("sts", **root).assume_role(RoleArn=role["Arn"], RoleSessionName="judge")[
        "Credentials"
    ]
    assumed = {
        "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
        "AWS_SESSION_TOKEN": session["SessionToken"],
        "AWS_REGION": REGION,
    }

    # From here on moto checks every signature and permission.
    check = urllib.request.Request(
        url + "/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"}
    )
    urllib.request.urlopen(check, timeout=10).close()
    theirs = {
        "aws_access_key_id": judge["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": judge["AWS_SECRET_ACCESS_KEY"],
        "region_name": REGION,
        "endpoint_url": url,
    }
    queue = boto3.resource("sqs", **theirs).Queue(queue.url)
    bucket = boto3.resource("s3", **theirs).Bucket(bucket.name)
    ours = Program(program, AWS_ENDPOINT_URL=url, **needed)
    judge_queue(ours, queue)
    judge_bucket(ours, bucket)
    manager = boto3.client("secretsmanager", **theirs)
    judge_json(ours, queue, manager, secret)
    judge_secret(ours, manager, secret)
    ours.close()
    print(
        f"Services: {len(TEXTS)} texts by SQS, {len(KEYS)} keys and 1200 more by S3, "
        "with only the permissions that are needed"
    )

    ours = Program(program, AWS_ENDPOINT_URL_SQS=url, AWS_ENDPOINT_URL_S3=url, **assumed)
    ours.value("send", QUEUE, body="from a role")
    ours.value("put", BUCKET, key="from a role", body="x", type="text/plain")
    ours.error(
        "get",
        BUCKET,
        "AccessDenied",
        "; allow s3:GetObject on it",
        "; without the permission s3:ListBucket, S3 denies access to a missing key",
        key="from a role",
    )
    ours.close()

    denied = Program(program, AWS_ENDPOINT_URL=url, **poor)
    denied.error(
        "send",
        QUEUE,
        "AccessDenied",
        "; allow sqs:SendMessage on it to the credentials of environment",
        body="x",
    )
    denied.error(
        "put",
        BUCKET,
        "AccessDenied",
        "; allow s3:PutObject on it",
        key="k",
        body="",
        type="text/plain",
    )
    denied.error("value", secret, "AccessDenied", "; allow secretsmanager:GetSecretValue on it")
    body = json.dumps({"SecretId": secret})
    call = {**SECRETS_JSON, "action": "GetSecretValue", "body": body}
    denied.error(
        "json",
        secret,
        "GetSecretValue: secretsmanager has refused the call (",
        "allow secretsmanager:GetSecretValue to the credentials of environment",
        **call,
    )
    denied.close()
    wrong = Program(program, AWS_ENDPOINT_URL=url, **(needed | {"AWS_SECRET_ACCESS_KEY": "wrong"}))
    wrong.error(
        "send", QUEUE, "SignatureDoesNotMatch", "; check the credentials of environment", body="x"
    )
    wrong.error(
        "get", BUCKET, "SignatureDoesNotMatch", "; check the credentials of environment", key="k"
    )
    wrong.error("json", secret, "has refused the call (", "environment (", **call)
    wrong.close()
    print("Services: errors say which action is denied, and whose keys are wrong")
    server.stop()


if __name__ == "__main__":
    main()
