#!/usr/bin/env bash
# A FIFO queue keeps a deduplication id for five minutes, as AWS's documents say, also if the
# message has been received and deleted meanwhile. moto forgets the id with the message. On moto
# a sender that sends again after a lost answer seems to do its work twice.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check "moto[sqs]==5.2.5" boto3==1.44.8

cat > send.py <<'PY'
import boto3
import moto

with moto.mock_aws():
    client = boto3.client("sqs", region_name="us-east-1")
    queue = client.create_queue(QueueName="orders.fifo",
                                Attributes={"FifoQueue": "true"})["QueueUrl"]

    def send():
        client.send_message(QueueUrl=queue, MessageBody="order 7", MessageGroupId="ann",
                            MessageDeduplicationId="order-7")

    def receive():
        messages = client.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        return messages.get("Messages", [])

    send()
    send()
    received = receive()
    print("sent twice, received:", len(received))
    for message in received:
        client.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    send()
    print("sent again after it was deleted, received:", len(receive()))
PY

seen=$(venv/bin/python send.py)
echo "guess: within five minutes, the message is received once"
echo "seen, moto 5.2.5, three messages with one MessageDeduplicationId:"
echo "$seen"
[[ $seen == 'sent twice, received: 1
sent again after it was deleted, received: 1' ]] || { echo "This has changed."; exit 1; }
