// node receiver.mjs PORT NATS_URL: the bare loop in Node.js. Parses each envelope, publishes its payload, flushes every 64 messages or when
// the socket runs dry, and then sends one ack per message. Unlike the bare loop it reads on while a flush is under way.
import { connect } from 'nats';
import { WebSocketServer } from 'ws';

const [port, servers] = process.argv.slice(2);
const nats = await connect({ servers });
const encoder = new TextEncoder();

new WebSocketServer({ host: '127.0.0.1', port: Number(port), perMessageDeflate: false }).on('connection', (socket) => {
  let ids = [];
  const flush = async () => {
    const answered = ids;
    ids = [];
    if (answered.length === 0) return;
    await nats.flush();
    for (const id of answered) {
      socket.send(`{"type":"ack","id":"${id}","timestamp":${Date.now()}}`);
    }
  };
  socket.on('error', () => socket.terminate());
  socket.on('message', (data) => {
    const envelope = JSON.parse(data);
    nats.publish('federated.data', encoder.encode(JSON.stringify(envelope.payload)));
    if (ids.length === 0) setImmediate(flush);
    if (ids.push(envelope.id) === 64) flush();
  });
});
