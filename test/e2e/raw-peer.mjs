// Peers that break the protocol: a socket with a bind by the book, and then whatever octets a test wants to send.
import net from 'node:net';
import smpp from 'smpp';

/** {length, id, status, sequence} of the whole PDUs at the front of `octets`. */
export function headers(octets) {
  const found = [];
  for (let at = 0; at + 16 <= octets.length; ) {
    const [length, id, status, sequence] = [0, 4, 8, 12].map((offset) => octets.readUInt32BE(at + offset));
    found.push({ length, id, status, sequence });
    if (length < 16) break;
    at += length;
  }
  return found;
}

/** A header with any command_length, of a deliver_sm or another command. */
export function header(command_length, id = 0x00000005, sequence = 77) {
  const octets = Buffer.alloc(16);
  [command_length, id, 0, sequence].forEach((word, i) => octets.writeUInt32BE(word, 4 * i));
  return octets;
}

export const deliverSm = () =>
  new smpp.PDU('deliver_sm', {
    sequence_number: 77,
    source_addr: '447700900111',
    destination_addr: '80800',
    short_message: 'YES',
  }).toBuffer();

/** An SMSC that accepts each bind and then does `misdeed(socket)`, on the first connection only. */
export class RawSmsc {
  static async listen(t, misdeed) {
    const smsc = new RawSmsc(misdeed);
    await new Promise((resolve) => smsc.server.listen(0, '127.0.0.1', resolve));
    smsc.port = smsc.server.address().port;
    t.after(() => {
      for (const { socket } of smsc.connections) socket.destroy();
      smsc.server.close();
    });
    return smsc;
  }

  constructor(misdeed) {
    this.connections = []; // {socket, received, closed}: octets after the bind
    this.server = net.createServer((socket) => {
      const connection = { socket, received: Buffer.alloc(0), bound: false, closed: false };
      this.connections.push(connection);
      socket.on('error', () => {});
      socket.on('close', () => (connection.closed = true));
      socket.on('data', (octets) => {
        connection.received = Buffer.concat([connection.received, octets]);
        const [first] = headers(connection.received);
        if (connection.bound || !first || connection.received.length < first.length) return;
        connection.received = connection.received.subarray(first.length);
        connection.bound = true;
        socket.write(new smpp.PDU('bind_transceiver_resp', { sequence_number: first.sequence, system_id: 'raw' }).toBuffer());
        if (this.connections.length === 1) misdeed(socket);
      });
    });
  }

  get boundAgain() {
    return this.connections.slice(1).some((connection) => connection.bound);
  }
}

/** Connects, sends `octets`, and resolves with what came back once the other side has closed. */
export function sendRaw(port, octets) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(octets));
    let received = Buffer.alloc(0);
    socket.on('data', (more) => (received = Buffer.concat([received, more])));
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}
