// tshark reads what our codec writes: every PDU of the vectors that is right by the letter of v5.0, decoded and encoded again
// by us, field by field (P22). Where tshark itself is wrong (smpp/PROTOCOL.md, section 15) the vector says so.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PcapFile, tshark } from './capture.mjs';
import { folder, Program } from './programs.mjs';

const vectors = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../vectors/pdu.jsonl');
const kPort = 2775;

const numbers = [
  'command_length', 'command_status', 'sequence_number', 'interface_version', 'addr_ton', 'addr_npi', 'source_addr_ton',
  'source_addr_npi', 'dest_addr_ton', 'dest_addr_npi', 'esme_addr_ton', 'esme_addr_npi', 'protocol_id', 'priority_flag',
  'replace_if_present_flag', 'data_coding', 'sm_default_msg_id', 'sm_length', 'message_state', 'error_code',
];
const texts = ['system_id', 'password', 'system_type', 'address_range', 'service_type', 'source_addr', 'destination_addr', 'esme_addr', 'message_id'];
// One octet in the PDU, several fields to tshark: which bits each has.
const parts = {
  esm_class: { 'esm.submit.msg_mode': 0x03, 'esm.submit.msg_type': 0x3c, 'esm.submit.features': 0xc0 },
  registered_delivery: { 'regdel.receipt': 0x03, 'regdel.acks': 0x0c, 'regdel.notif': 0x10 },
};
const columns = ['command_id', ...numbers, ...texts, ...Object.values(parts).flatMap(Object.keys), 'opt_param_tag', 'opt_param_len'];

/** Our codec's words: each line of hex decoded and encoded again. */
async function reencoded(t, lines) {
  const program = Program.start(t, 'e2e_peer', ['reencode'], {}, 'pipe');
  program.child.stdin.end(`${lines.join('\n')}\n`);
  await program.exited;
  assert.equal(program.ended.code, 0, program.err);
  return program.out.trim().split('\n');
}

/** One packet a PDU, and for each what tshark reads: {malformed, columns}. */
async function read(file, hexes) {
  const pcap = new PcapFile(file);
  // A connection each: nothing that tshark thinks of one PDU can spoil the next.
  hexes.forEach((hex, i) => pcap.flow(10_000 + i, kPort).write(0, Buffer.from(hex, 'hex')));
  pcap.close();
  const of = ['-n', '-r', file, '-d', `tcp.port==${kPort},smpp`];
  const wanted = ['tcp.srcport', '_ws.malformed', ...columns.map((name) => `smpp.${name}`)];
  const rows = await tshark(...of, '-Y', 'smpp', '-T', 'fields', '-E', 'occurrence=a', '-E', 'aggregator=|', ...wanted.flatMap((name) => ['-e', name]));
  const found = new Map();
  for (const row of rows) {
    const [port, malformed, ...values] = row.split('\t');
    found.set(Number(port) - 10_000, { malformed: malformed !== '', fields: Object.fromEntries(columns.map((name, i) => [name, values[i]])) });
  }
  return found;
}

/** It has words of its own for an empty service_type. */
const said = (text) => (text === '(Default)' ? '' : text);

function assertAgrees(vector, seen) {
  const { name, fields } = vector;
  assert.equal(Number(seen.command_id) >>> 0, Number.parseInt(vector.hex.slice(8, 16), 16), `command_id of ${name}`);
  for (const field of ['command_length', 'command_status', 'sequence_number']) {
    assert.equal(Number(seen[field]), fields[field], `${field} of ${name}`);
  }
  // The body of an error response it does not read (v5.0 3.2.1.3: there should be none).
  if (fields.command_status !== 0) return;
  for (const field of numbers) {
    if (fields[field] !== undefined) assert.equal(Number(seen[field]), fields[field], `${field} of ${name}`);
  }
  for (const field of texts) {
    if (fields[field] !== undefined) assert.equal(said(seen[field]), fields[field], `${field} of ${name}`);
  }
  for (const [field, bits] of Object.entries(parts)) {
    if (fields[field] === undefined) continue;
    // tshark shows these bits in place or shifted down, by its version.
    for (const [part, mask] of Object.entries(bits)) {
      const value = fields[field] & mask;
      assert.ok([value, value / (mask & -mask)].includes(Number(seen[part])), `${part} of ${name}: ${seen[part]}`);
    }
  }
  const tlvs = (fields.tlvs ?? []).map(({ tag }) => Number(tag));
  const tlvsInHex = (fields.tlvs ?? []).every(({ hex }) => hex !== undefined);
  const lengths = (fields.tlvs ?? []).map(({ hex }) => (hex ?? '').length / 2);
  if (tlvsInHex) assert.deepEqual(seen.opt_param_len === '' ? [] : seen.opt_param_len.split('|').map(Number), lengths, `lengths of the TLVs of ${name}`);
  assert.deepEqual(seen.opt_param_tag === '' ? [] : seen.opt_param_tag.split('|').map(Number), tlvs, `TLVs of ${name}`);
}

const cstring = (text) => Buffer.from(`${text}\0`).toString('hex');
const address = ({ ton, npi, addr }) => Buffer.from([ton, npi]).toString('hex') + cstring(addr);

/** A PDU of a command that no vector has, with what is in it. */
function made(name, id, body = '', fields = {}) {
  const length = 16 + body.length / 2;
  const header = [length, id, 0, 9].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  return { name, hex: header + body, fields: { command_length: length, command_status: 0, sequence_number: 9, ...fields } };
}

function others() {
  const bind = cstring('me') + cstring('secret') + cstring('type') + '340101' + cstring('^447');
  const bindFields = { system_id: 'me', password: 'secret', system_type: 'type', interface_version: 0x34, addr_ton: 1, addr_npi: 1, address_range: '^447' };
  const source = address({ ton: 5, npi: 0, addr: 'Bindery' }), destination = address({ ton: 1, npi: 1, addr: '447700900001' });
  const from = { source_addr_ton: 5, source_addr_npi: 0, source_addr: 'Bindery' };
  const to = { dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '447700900001' };
  return [
    made('bind_receiver', 0x00000001, bind, bindFields),
    made('bind_transceiver', 0x00000009, bind, bindFields),
    made('bind_transmitter_resp', 0x80000002, cstring('smsc'), { system_id: 'smsc' }),
    made('bind_receiver_resp', 0x80000001, cstring('smsc'), { system_id: 'smsc' }),
    made('query_sm', 0x00000003, cstring('id-1') + source, { message_id: 'id-1', ...from }),
    made('cancel_sm', 0x00000008, cstring('CMT') + cstring('id-1') + source + destination, { service_type: 'CMT', message_id: 'id-1', ...from, ...to }),
    made('cancel_sm_resp', 0x80000008),
    made('replace_sm', 0x00000007, cstring('id-1') + source + '0000' + '0100' + '02' + Buffer.from('Hi').toString('hex'), { message_id: 'id-1', ...from, sm_length: 2 }),
    made('data_sm_resp', 0x80000103, cstring('id-1'), { message_id: 'id-1' }),
    made('unbind', 0x00000006),
    made('unbind_resp', 0x80000006),
    made('enquire_link', 0x00000015),
    made('enquire_link_resp', 0x80000015),
  ];
}

describe('tshark and what our codec writes', () => {
  it('agrees on every PDU of the vectors that is right, field by field (P22)', async (t) => {
    const all = readFileSync(vectors, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    const right = [...all.filter(({ strict }) => strict === 'ok'), ...others()];
    assert.ok(right.length > 150, 'the vectors are there');
    const hexes = await reencoded(t, right.map(({ hex }) => hex));
    assert.equal(hexes.length, right.length);
    for (const [i, { name, hex }] of right.entries()) assert.equal(hexes[i], hex, `${name} is written as it was`);
    const found = await read(path.join(folder(t, 'tshark'), 'vectors.pcap'), hexes);
    let agreed = 0;
    for (const [i, vector] of right.entries()) {
      const seen = found.get(i);
      assert.ok(seen, `tshark knows ${vector.name} for SMPP`);
      if (seen.malformed) {
        assert.equal(vector.checked?.tshark, 'malformed', `${vector.name} is malformed to tshark`);
        continue;
      }
      assertAgrees(vector, seen.fields);
      agreed += 1;
    }
    t.diagnostic(`${agreed} of ${right.length} PDUs read alike, the others are tshark's own faults`);
    const itsFaults = right.filter(({ checked }) => checked?.tshark === 'malformed');
    assert.equal(agreed, right.length - itsFaults.length);
    const commands = new Set(right.map(({ hex }) => Number.parseInt(hex.slice(8, 16), 16)));
    assert.equal(commands.size, 33, 'every command of 3.3, 3.4 and 5.0 is among them');
  });
});
