"""A peer that uses the library "websocket-client", which does not compress: sends, is acked, pings, closes."""
import json
import sys

import websocket

socket = websocket.create_connection(sys.argv[1], timeout=30)
for number in range(20):
    socket.send(json.dumps({"type": "data", "id": f"m{number}", "payload": "x" * 300 * number}))
for number in range(20):
    answer = json.loads(socket.recv())
    assert (answer["type"], answer["id"]) == ("ack", f"m{number}"), answer
socket.ping("are you there")
opcode, frame = socket.recv_data_frame(control_frame=True)
assert (opcode, frame.data) == (websocket.ABNF.OPCODE_PONG, b"are you there"), (opcode, frame)
socket.send_close(1000)
opcode, frame = socket.recv_data_frame(control_frame=True)
assert (opcode, frame.data[:2]) == (websocket.ABNF.OPCODE_CLOSE, b"\x03\xe8"), (opcode, frame)
socket.shutdown()
