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
  assert.deepEqual(seen.opt_param_tag === '' ? [] : seen.opt_param_tag.split('|').map(Number), tlvs, `TLVs of ${name}`);
}

describe('tshark and what our codec writes', () => {
  it('agrees on every PDU of the vectors that is right, field by field (P22)', async (t) => {
    const all = readFileSync(vectors, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
    const right = all.filter(({ strict }) => strict === 'ok');
    assert.ok(right.length > 150, 'the vectors are there');
    const hexes = await reencoded(t, right.map(({ hex }) => hex));
    assert.equal(hexes.length, right.length);
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
    assert.ok(agreed >= right.length - 12);
  });
});
