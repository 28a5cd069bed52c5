// A peer that uses the package "undici", whose WebSocket is that of browsers and cannot ping: sends, is acked, closes.
const assert = require('node:assert');
const { WebSocket } = require('undici');

const socket = new WebSocket(process.argv[2]);
let acked = 0;
socket.onopen = () => {
  for (let number = 0; number < 20; number++) {
    socket.send(JSON.stringify({ type: 'data', id: `m${number}`, payload: 'x'.repeat(300 * number) }));
  }
};
socket.onmessage = (event) => {
  const answer = JSON.parse(event.data);
  assert.deepStrictEqual([answer.type, answer.id], ['ack', `m${acked}`]);
  if (++acked === 20) {
    socket.close(1000);
  }
};
socket.onerror = (event) => assert.fail(String(event.error ?? event));
socket.onclose = (event) => {
  assert.deepStrictEqual([event.code, event.wasClean], [1000, true]);
  process.exit(0);
};
setTimeout(() => assert.fail(`not done, ${acked} acked`), 30_000);
