// A peer of a federation node: sends each line of its input, a JSON value, and prints the payloads that the node sends.
//
//     npm install ws
//     node peer.mjs ws://127.0.0.1:8081/ingest edge-7 < readings.ndjson
//
// It exits when its input has ended and each message is answered. FEDERATION_TOKEN holds the token, if one is required.
// It needs Node.js 18 and the package ws, version 8.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
const WebSocket = createRequire(import.meta.url)("ws");

const WINDOW = 256; // maximum number of unanswered messages
const FINAL = new Set(["missing_payload", "too_large", "loop", "not_permitted"]); // a resent message would get the same answer
const [url, name] = process.argv.slice(2);
const headers = { "X-Federation-Peer": name };
if (process.env.FEDERATION_TOKEN) headers.Authorization = `Bearer ${process.env.FEDERATION_TOKEN}`;

const ids = `${name}-${Date.now()}`; // ids differ at each start
const unanswered = new Map(); // envelopes by id, in order
let count = 0, ended = false, pause = 500, resumeAt = 0, socket = null;

const input = createInterface({ input: process.stdin });
input.on("close", () => { ended = true; endIfDone(); });
input.on("line", line => {
  try { JSON.parse(line); } catch (error) { return console.error(`skipped, not JSON: ${line}: ${error.message}`); }
  const id = `${ids}-${++count}`;
  unanswered.set(id, `{"type":"data","id":"${id}","timestamp":${Date.now()},"payload":${line}}`);
  write(unanswered.get(id));
  regulate();
});

function write(envelope) { if (socket?.readyState === WebSocket.OPEN) socket.send(envelope); }
function regulate() { unanswered.size < WINDOW && Date.now() >= resumeAt ? input.resume() : input.pause(); }
function endIfDone() { if (ended && unanswered.size === 0) socket ? socket.close(1000) : process.exit(0); }
function settle(id) { unanswered.delete(id); regulate(); endIfDone(); }

function receive({ type, id, payload }) {
  if (type === "ack") settle(id);
  else if (type === "nack" && FINAL.has(payload.reason)) { console.error("given up:", payload, unanswered.get(id)); settle(id); }
  else if (type === "nack") setTimeout(() => unanswered.has(id) && write(unanswered.get(id)), 1000);
  else if (type === "slow") { resumeAt = Date.now() + 500; regulate(); setTimeout(regulate, 510); }
  else if (type === "data") {
    console.log(JSON.stringify(payload)); // ack a message only when it is safe here
    if (id) write(JSON.stringify({ type: "ack", id, timestamp: Date.now() }));
  }
}

function connect() {
  socket = new WebSocket(url, { headers });
  socket.on("open", () => { pause = 500; for (const envelope of unanswered.values()) write(envelope); endIfDone(); });
  socket.on("message", text => receive(JSON.parse(text)));
  socket.on("error", error => console.error(`${error.message}; connecting again in ${pause / 1000} s`));
  socket.on("close", () => {
    socket = null;
    if (ended && unanswered.size === 0) process.exit(0);
    setTimeout(connect, pause * (0.5 + Math.random() / 2));
    pause = Math.min(30_000, pause * 2);
  });
}

connect();
