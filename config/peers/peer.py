#!/usr/bin/env python3
"""A peer of a federation node: sends each line of its input, a JSON value, and prints the payloads that the node sends.

    python3 peer.py ws://127.0.0.1:8081/ingest edge-7 < readings.ndjson

It exits when its input has ended and each message is answered. FEDERATION_TOKEN holds the token, if one is required.
It needs Python 3.9 and the package websockets, version 10 or later.
"""
import asyncio, json, os, random, sys, time
import websockets

WINDOW = 256  # maximum number of unanswered messages
FINAL = {"missing_payload", "too_large", "loop", "not_permitted"}  # a resent message would get the same answer

def now(): return time.time_ns() // 1_000_000

class Peer:
    def __init__(self, url, name):
        self.url, self.unanswered, self.lines = url, {}, asyncio.Queue(WINDOW)  # unanswered: envelopes by id, in order
        self.ids, self.count, self.ended, self.resume_at = f"{name}-{now()}", 0, False, 0.0  # ids differ at each start
        headers = {"X-Federation-Peer": name}
        if token := os.environ.get("FEDERATION_TOKEN"): headers["Authorization"] = f"Bearer {token}"
        key = "extra_headers" if int(websockets.__version__.split(".")[0]) < 14 else "additional_headers"
        self.options = {key: headers}

    async def read_input(self):
        while line := await asyncio.to_thread(sys.stdin.readline):
            try: json.loads(line)
            except json.JSONDecodeError as error: print(f"skipped, not JSON: {line.strip()}: {error}", file=sys.stderr)
            else: await self.lines.put(line.strip())
        self.ended = True

    async def send(self, socket):
        for envelope in list(self.unanswered.values()):  # their answers were lost with the last connection
            await socket.send(envelope)
        while not self.ended or self.unanswered or not self.lines.empty():
            if len(self.unanswered) >= WINDOW or self.lines.empty() or time.monotonic() < self.resume_at:
                await asyncio.sleep(0.01)
                continue
            self.count += 1
            id, line = f"{self.ids}-{self.count}", self.lines.get_nowait()
            self.unanswered[id] = f'{{"type":"data","id":"{id}","timestamp":{now()},"payload":{line}}}'
            await socket.send(self.unanswered[id])
        await socket.close()

    async def send_again(self, socket, id):
        await asyncio.sleep(1)
        if id in self.unanswered: await socket.send(self.unanswered[id])

    async def receive(self, socket):
        async for text in socket:
            envelope = json.loads(text)
            kind, id, payload = envelope["type"], envelope.get("id"), envelope.get("payload")
            if kind == "ack": self.unanswered.pop(id, None)
            elif kind == "nack" and payload["reason"] in FINAL:
                print(f"given up: {payload}: {self.unanswered.pop(id, id)}", file=sys.stderr)
            elif kind == "nack": asyncio.ensure_future(self.send_again(socket, id))
            elif kind == "slow": self.resume_at = time.monotonic() + 0.5
            elif kind == "data":
                print(json.dumps(payload), flush=True)  # ack a message only when it is safe here
                if id: await socket.send(json.dumps({"type": "ack", "id": id, "timestamp": now()}))

    async def run(self):
        asyncio.ensure_future(self.read_input())
        pause = 0.5
        while True:
            try:
                async with websockets.connect(self.url, **self.options) as socket:
                    pause, sending = 0.5, asyncio.ensure_future(self.send(socket))
                    try: await self.receive(socket)
                    finally: sending.cancel()
                if self.ended and not self.unanswered: return
            except (OSError, asyncio.TimeoutError, websockets.WebSocketException) as error:
                print(f"{error}; connecting again in {pause:.1f} s", file=sys.stderr)
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(30, pause * 2)

asyncio.run(Peer(sys.argv[1], sys.argv[2]).run())
