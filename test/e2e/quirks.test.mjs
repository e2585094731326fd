// A carrier that does things its own way, written with the npm package smpp: what [smsc.quirks] says is what leaves and
// how what comes is read (P43, P102, P116, P124, P126). tshark dissects the link.
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Bindery } from './bindery.mjs';
import { dissect, record } from './capture.mjs';
import { folder } from './programs.mjs';
import { SmscPeer } from './smsc-peer.mjs';

const quirks = `
window = 5
[smsc.quirks]
long_mode = "sar"
transliterate = "quotes"
destination_plus = true
destination_ton = 0
short_code_ton = 0
short_code_npi = 1
validity_format = "relative"
validity_max = "6h"
receipt_id = "auto"
receipt_zone = "+02:00"
stat_map = { "ZUGESTELLT" = "DELIVERED" }
err_texts = { "27" = "absent subscriber" }
[[smsc.quirks.tlv]]
name = "entity"
tag = 0x1400
value = "1201234567890"
[[smsc.quirks.tlv]]
name = "template"
tag = 0x1401
type = "cstring"
[[smsc.quirks.tlv]]
name = "price"
tag = 0x1402
type = "int2"
value = "150"
tariff = "gold"
[[smsc.quirks.tariff]]
name = "gold"
service_type = "PREM"
source = "70900"
`;

/** The TLVs of a PDU that npm smpp has no name for: {tag: octets}. */
const unknown = (pdu) => Object.fromEntries(Object.entries(pdu).filter(([name]) => /^0x|^[0-9]+$/.test(name)));

async function start(t, keys) {
  const dir = folder(t, 'quirks');
  const smsc = await SmscPeer.listen(t);
  const recorder = await record(t, smsc.port, path.join(dir, 'link.pcap'));
  const bindery = await Bindery.start(t, { dir, smsc: [{ id: 'npm', port: recorder.port, keys }] });
  await bindery.program.until(async () => (await bindery.status('/readyz')) === 200, '/readyz to say 200');
  const only = async (number, count = 1) => {
    await bindery.program.until(() => smsc.to(number).length === count, `${count} submit_sm to ${number}`);
    return smsc.to(number);
  };
  const judge = async () => {
    await bindery.program.stop();
    recorder.stop();
    assert.deepEqual(smsc.errors, [], 'npm smpp could read everything');
    const { counts, complaints } = await dissect(path.join(dir, 'link.pcap'), recorder.port);
    assert.deepEqual(complaints, []);
    assert.equal(counts.submit_sm, smsc.submits.length, 'tshark saw every submit_sm');
  };
  return { bindery, smsc, only, judge };
}

describe('bindery with a carrier that does things its own way', () => {
  it('sends as the quirks say', async (t) => {
    const { bindery, smsc, only, judge } = await start(t, quirks);

    await t.test('addresses, validity, the carrier’s TLVs, transliteration', async () => {
      const { id } = await bindery.send({ to: '+447700900301', from: '80800', text: 'it’s you', tlvs: { template: '77' } });
      const [{ pdu }] = await only('+447700900301');
      assert.deepEqual([pdu.source_addr_ton, pdu.source_addr_npi, pdu.source_addr], [0, 1, '80800']);
      assert.deepEqual([pdu.dest_addr_ton, pdu.dest_addr_npi], [0, 1]);
      assert.equal(pdu.short_message.message, "it's you");
      assert.equal(pdu.data_coding, 0);
      const minutes = (pdu.validity_period - Date.now()) / 60_000;  // npm smpp makes a Date of it
      assert.ok(minutes > 350 && minutes < 361, `valid for ${minutes} minutes`);
      const tlvs = unknown(pdu);
      assert.deepEqual(Object.values(tlvs).map(String).sort(), ['1201234567890', '77\0'].sort(), JSON.stringify(tlvs));
      assert.match((await bindery.message(id)).history[0].detail, /^replaced U\+2019 -> "'"$/);
    });

    await t.test('long texts by SAR TLVs', async () => {
      await bindery.send({ to: '+447700900302', from: '80800', text: 'long '.repeat(50) });
      const parts = (await only('+447700900302', 2)).map(({ pdu }) => pdu);
      assert.deepEqual(parts.map((pdu) => [pdu.sar_total_segments, pdu.sar_segment_seqnum]), [[2, 1], [2, 2]]);
      assert.equal(parts[0].sar_msg_ref_num, parts[1].sar_msg_ref_num);
      assert.equal(parts.map((pdu) => pdu.short_message.message).join(''), 'long '.repeat(50));
      assert.equal(parts[0].esm_class & 0x40, 0);
    });

    await t.test('a tariff', async () => {
      await bindery.send({ to: '+447700900303', from: '80800', text: 'worth it', tariff: 'gold' });
      const [{ pdu }] = await only('+447700900303');
      assert.deepEqual([pdu.service_type, pdu.source_addr], ['PREM', '70900']);
      assert.ok(Object.values(unknown(pdu)).some((octets) => Buffer.from(octets).equals(Buffer.from([0, 150]))), 'the price');
      const refused = await bindery.call('POST', '/api/v1/messages', { to: '+447700900303', from: '80800', text: 'x', tariff: 'tin' });
      assert.equal(refused.status, 422);
    });

    await t.test('receipts in its own words', async () => {
      const { id } = await bindery.send({ to: '+447700900304', from: '80800', text: 'there?' });
      const [{ pdu, id: smscId }] = await only('+447700900304');
      await bindery.program.until(async () => (await bindery.message(id)).state === 'accepted', 'state accepted');
      const address = { source_addr: '447700900304', source_addr_ton: 1, source_addr_npi: 1, destination_addr: pdu.source_addr };
      const text = `id:${smscId} done date:2602031201 stat:ZUGESTELLT err:27`;
      assert.equal((await smsc.deliver({ ...address, esm_class: 4, short_message: text })).command_status, 0);
      await bindery.program.until(async () => (await bindery.message(id)).state === 'delivered', 'state delivered');
      const { detail } = (await bindery.message(id)).history.at(-1);
      assert.equal(detail, 'receipt ZUGESTELLT: err:27 (absent subscriber), done 2026-02-03T10:01:00.000Z');
    });

    await judge();
  });

  it('sends long texts whole where the profile says payload-only', async (t) => {
    const { bindery, only, judge } = await start(t, 'profile = "payload-only"\n');
    await bindery.send({ to: '+447700900305', from: '80800', text: 'whole '.repeat(60) });
    const [{ pdu }] = await only('447700900305');
    assert.equal(pdu.short_message.message ?? '', '');
    assert.equal(pdu.message_payload.message, 'whole '.repeat(60));
    await judge();
  });

  it('binds a transmitter and a receiver where the profile says pair, and a receipt on the one finds the message of the other', async (t) => {
    const { bindery, smsc, only, judge } = await start(t, 'profile = "pair"\n');
    await bindery.program.until(() => smsc.binds.length === 2, 'two binds');
    assert.deepEqual(smsc.binds.map((pdu) => pdu.command).sort(), ['bind_receiver', 'bind_transmitter']);
    const { id } = await bindery.send({ to: '+447700900306', from: '80800', text: 'by the pair' });
    const [submit] = await only('447700900306');
    assert.equal((await smsc.receipt(submit)).command_status, 0);
    await bindery.program.until(async () => (await bindery.message(id)).state === 'delivered', 'state delivered');
    await judge();
  });
});
