// Makes the corpora that fuzzing begins with from the vectors: node seeds.mjs VECTORS OUT writes OUT/TARGET/NAME.
// What the octets of each target's input mean is said at the head of its .cpp.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [vectors, out] = process.argv.slice(2);
if (!out) {
  console.error('usage: node seeds.mjs VECTORS OUT');
  process.exit(2);
}

const rowsOf = (name) =>
  readFileSync(join(vectors, name), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
const octetsOf = (row, key = 'hex') => Buffer.from(row[key] ?? '', 'hex');

const counts = new Map();
function seed(target, ...parts) {
  const number = (counts.get(target) ?? 0) + 1;
  counts.set(target, number);
  mkdirSync(join(out, target), { recursive: true });
  const octets = Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))));
  writeFileSync(join(out, target, `vector-${number}`), octets);
}

// Steps of the session target: see step() and settings_of() in session.cpp.
const bindResp = { transceiver: [1, 1, 0, 0, 5], transmitter: [1, 4, 0, 0, 5], receiver: [1, 5, 0, 0, 5] };
const answeredBind = (type) => [...bindResp[type], ...Buffer.from('smsc\0')];
const receive = (octets) => [0, octets.length >> 8, octets.length & 0xff, ...octets];
const submit = (text) => [4, 0, text.length, ...Buffer.from(text)];
const deliver = (text) => [4, 1, text.length, ...Buffer.from(text)];
const bigSubmit = [4, 0, 0xff];
const written = [9, 0xff];
const esme = [0, 0x39], smsc = [1, 0x39];

const pdus = rowsOf('pdu.jsonl').map((row) => octetsOf(row)).filter((octets) => octets.length > 0);
const bind = pdus.find((octets) => octets.length > 16 && octets.readUInt32BE(4) === 9);
const acceptBind = [6, 0, 0];
for (const pdu of pdus) {
  seed('decode', 255, pdu);
  seed('identity', pdu);
  const command = pdu.length >= 16 ? pdu.readUInt32BE(4) : 0;
  if (command === 4 || command === 5) {
    seed('payload', 0, pdu);
    seed('receipt', 0, pdu);
  }
  seed('session', esme, answeredBind('transceiver'), submit('hi'), written, receive(pdu), [6, 0, 4], written, [1, 7, 0, 0]);
  seed('session', smsc, receive(bind), acceptBind, deliver('hi'), written, receive(pdu), [6, 0, 3, 1, 0x31], [1, 9, 0, 1, 0]);
}
seed('decode', 6, Buffer.concat(pdus.slice(0, 40)));

// One deviation a hundred times in a PDU.
const wrongTlvs = Buffer.concat([Buffer.from('000000000000000500000000000000090000003132330000003435360000000000000000000141', 'hex'),
  Buffer.alloc(400, Buffer.from('04270000', 'hex'))]);
wrongTlvs.writeUInt32BE(wrongTlvs.length);
seed('decode', 255, wrongTlvs);
seed('session', esme, answeredBind('transceiver'), receive(wrongTlvs));

// What a session does by itself: timers, a full output, unbinds of either side, revocation, disconnection.
const timed = Array(12).fill([8]).flat();
for (const side of [[esme, answeredBind('transceiver')], [esme, answeredBind('transmitter')], [smsc, receive(bind), acceptBind]]) {
  for (const request of [submit('hi'), deliver('hi'), bigSubmit]) {
    const requests = Array(4).fill(request).flat();
    seed('session', ...side, requests, written, timed, [1, 7, 1, 0]);
    seed('session', ...side, requests, [10, 0], [10, 1], [9, 4], [11, 1], written, timed);
    seed('session', ...side, requests, written, [1, 12, 5, 0], timed);
    seed('session', ...side, requests, [9, 1], [11, 2]);
    seed('session', ...side, requests, written, [1, 14, 0, 0], [1, 10, 6, 0], [1, 14, 21, 0]);
  }
}
seed('session', esme, receive(Buffer.from('HTTP/1.1 400 Bad Request\r\n')), timed);
seed('session', smsc, timed);

// A message in its parts: odd, esm_class, data_coding, number of TLVs, text.
for (const row of rowsOf('receipts.jsonl')) {
  const octets = row.short_message_hex ?? row.text_hex;
  const text = octets ? Buffer.from(octets, 'hex') : Buffer.from(row.text ?? '', 'latin1');
  seed('receipt', 1, row.esm_class ?? 4, row.data_coding ?? 0, 0, text);
  seed('receipt', 1, 4, 0, 2, [4, 4], '1A2B', [5, 1, 2], text);
}
for (const header of ['050003070201', '06080400070201', '0605040b8423f0', '050003070000', '09050003070201', '00', 'ff00']) {
  const octets = Buffer.from(header, 'hex');
  for (const dataCoding of [0, 8]) seed('payload', 1, 0x40, dataCoding, 0, octets, 'Hello');
}
seed('payload', 1, 0, 0, 3, [0, 2, 0, 7], [1, 1, 2], [2, 1, 1], 'Hello');
seed('payload', 1, 0x40, 0, 1, [3, 11], Buffer.from('050003070201', 'hex'), 'Hello');

// choice = 2 * alphabet, odd to encode; see text.cpp.
for (const row of rowsOf('texts.jsonl')) {
  const text = Buffer.from(row.text ?? '');
  for (let alphabet = 0; alphabet < 7; ++alphabet) {
    if (text.length) for (const flags of [0, 4, 0xf8, 0x63]) for (const more of [0, 0x22, 0x43, 0x84]) seed('text', alphabet * 2 + 1, flags, more, text);
    const octets = octetsOf(row);
    if (octets.length) for (const dataCoding of [0, 3, 8]) seed('text', alphabet * 2, dataCoding, 0, octets);
  }
}
for (const text of ['Δé', '€', '😬a', '👩‍👩‍👧‍👦 '])
  for (let alphabet = 0; alphabet < 7; ++alphabet) for (const flags of [0xf8, 0xfc]) seed('text', alphabet * 2 + 1, flags, 0, text);

console.log([...counts].map(([target, count]) => `${target} ${count}`).join(', ') + ' seeds');
