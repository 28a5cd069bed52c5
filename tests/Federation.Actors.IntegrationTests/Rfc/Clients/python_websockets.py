"""A peer that uses the library "websockets": sends, is acked, pings, closes."""
import asyncio
import json
import sys

import websockets


async def main(url, compress):
    async with websockets.connect(url, compression="deflate" if compress else None) as socket:
        assert bool(socket.extensions) == compress, socket.extensions
        for number in range(20):
            await socket.send(json.dumps({"type": "data", "id": f"m{number}", "payload": "x" * 300 * number}))
        for number in range(20):
            answer = json.loads(await socket.recv())
            assert (answer["type"], answer["id"]) == ("ack", f"m{number}"), answer
        await (await socket.ping(b"are you there"))
    assert socket.close_code == 1000, socket.close_code


asyncio.run(asyncio.wait_for(main(sys.argv[1], sys.argv[2] == "deflate"), 30))
