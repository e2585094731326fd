// A recording proxy between an ESME and an SMSC, its capture as a pcap file, and tshark's opinion of such a file.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { closeSync, openSync, writeSync } from 'node:fs';
import net from 'node:net';
import { promisify } from 'node:util';

const kLinkTypeRaw = 101; // packets begin with the IPv4 header
const kMaxPayload = 60_000;

/** Writes octets as the TCP/IPv4 packets they might have been in; tshark checks no checksum unless asked to. */
export class PcapFile {
  constructor(file) {
    this.fd = openSync(file, 'w');
    const header = Buffer.alloc(24);
    header.writeUInt32LE(0xa1b2c3d4, 0);
    header.writeUInt16LE(2, 4);
    header.writeUInt16LE(4, 6);
    header.writeUInt32LE(0x40000, 16);
    header.writeUInt32LE(kLinkTypeRaw, 20);
    writeSync(this.fd, header);
  }

  close() {
    closeSync(this.fd);
  }

  /** A connection; `write(0, ...)` is from the client. */
  flow(clientPort, serverPort) {
    const ports = [clientPort, serverPort];
    const sequence = [1000, 5000];
    const packet = (side, flags, payload = Buffer.alloc(0)) => {
      const octets = Buffer.alloc(40 + payload.length);
      octets.writeUInt16BE(0x4500, 0);
      octets.writeUInt16BE(octets.length, 2);
      octets.writeUInt16BE(0x4006, 8); // time to live, TCP
      octets.writeUInt32BE(0x7f000001, 12);
      octets.writeUInt32BE(0x7f000001, 16);
      octets.writeUInt16BE(ports[side], 20);
      octets.writeUInt16BE(ports[1 - side], 22);
      octets.writeUInt32BE(sequence[side], 24);
      octets.writeUInt32BE(flags & 0x10 ? sequence[1 - side] : 0, 28);
      octets.writeUInt16BE(0x5000 | flags, 32);
      octets.writeUInt16BE(0xffff, 34);
      payload.copy(octets, 40);
      const record = Buffer.alloc(16);
      const now = Date.now();
      record.writeUInt32LE(Math.floor(now / 1000), 0);
      record.writeUInt32LE((now % 1000) * 1000, 4);
      record.writeUInt32LE(octets.length, 8);
      record.writeUInt32LE(octets.length, 12);
      writeSync(this.fd, Buffer.concat([record, octets]));
      sequence[side] += payload.length + (flags & 0x03 ? 1 : 0); // SYN and FIN count
    };
    packet(0, 0x02);
    packet(1, 0x12);
    packet(0, 0x10);
    return {
      write(side, octets) {
        for (let at = 0; at < octets.length; at += kMaxPayload) packet(side, 0x18, octets.subarray(at, at + kMaxPayload));
      },
      end: (side) => packet(side, 0x11),
    };
  }
}

/** Listens, passes everything on to `targetPort`, and writes all of it to `file`. */
export async function record(t, targetPort, file) {
  const pcap = new PcapFile(file);
  const sockets = new Set();
  const server = net.createServer((client) => {
    const target = net.connect(targetPort, '127.0.0.1');
    const flow = pcap.flow(client.remotePort, recorder.port);
    [client, target].forEach((socket, side) => {
      const other = side === 0 ? target : client;
      sockets.add(socket);
      socket.on('data', (octets) => {
        flow.write(side, octets);
        other.write(octets);
      });
      socket.on('end', () => {
        flow.end(side);
        other.end();
      });
      socket.on('error', () => other.destroy());
      socket.on('close', () => sockets.delete(socket));
    });
  });
  const recorder = {
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      pcap.close();
      recorder.stop = () => {};
    },
  };
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  recorder.port = server.address().port;
  t.after(() => recorder.stop());
  return recorder;
}

export async function tshark(...args) {
  const { stdout } = await promisify(execFile)('tshark', args, { maxBuffer: 64 << 20 });
  return stdout.split('\n').filter((line) => line !== '');
}

/** {command name: how many} as tshark dissects the capture, and the lines it calls malformed or in error. */
export async function dissect(file, port) {
  const read = ['-n', '-r', file, '-d', `tcp.port==${port},smpp`];
  const complaints = await tshark(...read, '-Y', '_ws.malformed || _ws.expert.severity == 8388608');
  const rows = await tshark(...read, '-Y', 'smpp', '-T', 'fields', '-E', 'occurrence=a', '-e', 'smpp.command_id');
  const counts = {};
  for (const id of rows.flatMap((row) => row.split(','))) {
    const name = commandName(Number(id));
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return { counts, complaints };
}

const names = { 1: 'bind_receiver', 2: 'bind_transmitter', 4: 'submit_sm', 5: 'deliver_sm', 6: 'unbind', 9: 'bind_transceiver', 0x15: 'enquire_link' };

function commandName(id) {
  const name = names[id & 0x7fffffff];
  assert.ok(name, `tshark found a command 0x${id.toString(16)} that nobody meant to send`);
  return id >= 0x80000000 ? `${name}_resp` : name;
}
