// A peer that uses the package "ws": sends, is acked, pings, closes.
const assert = require('node:assert');
const { WebSocket } = require('ws');

const [url, compression] = process.argv.slice(2);
const socket = new WebSocket(url, { perMessageDeflate: compression === 'deflate' });
let acked = 0;
socket.on('open', () => {
  assert.strictEqual(socket.extensions, compression === 'deflate' ? 'permessage-deflate' : '');
  for (let number = 0; number < 20; number++) {
    socket.send(JSON.stringify({ type: 'data', id: `m${number}`, payload: 'x'.repeat(300 * number) }));
  }
});
socket.on('message', (bytes) => {
  const answer = JSON.parse(bytes);
  assert.deepStrictEqual([answer.type, answer.id], ['ack', `m${acked}`]);
  if (++acked === 20) {
    socket.ping('are you there');
  }
});
socket.on('pong', (bytes) => {
  assert.strictEqual(String(bytes), 'are you there');
  socket.close(1000);
});
socket.on('close', (code) => {
  assert.strictEqual(code, 1000);
  process.exit(0);
});
setTimeout(() => assert.fail(`not done, ${acked} acked`), 30_000);
