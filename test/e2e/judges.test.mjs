// Foreign judges: one codec on both ends proves nothing. `bindery` against an SMSC, and an ESME against `smpp-sim`,
// each the npm package smpp; tshark dissects what passed on both links.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Bindery, startCrm } from './bindery.mjs';
import { dissect, record } from './capture.mjs';
import { EsmePeer } from './esme-peer.mjs';
import { folder, startSimulator } from './programs.mjs';
import { SmscPeer } from './smsc-peer.mjs';
import { isGsm, joined, part, texts } from './texts.mjs';

const numbers = Object.keys(texts).map((name, i) => ({ name, text: texts[name], number: `4477009001${10 + i}` }));

/** What SMPP and TS 23.040 allow of one part on the wire, whatever its text. */
function assertFits(pdu, text) {
  const { message } = pdu.short_message;
  const header = part(pdu) ? 6 : 0;
  const septets = [...message].reduce((sum, character) => sum + (/[€{}[\]~\\|^\f]/.test(character) ? 2 : 1), 0);
  if (isGsm(text)) assert.ok(septets <= (header ? 153 : 160), `${septets} septets in one part`);
  else assert.ok(header + 2 * message.length <= 140, `${message.length} UTF-16 units in one part`);
  assert.equal(pdu.data_coding, isGsm(text) ? 0 : 8);
  assert.ok(!/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/.test(message), 'no surrogate pair is cut');
  assert.equal(pdu.esm_class & 0x40, header ? 0x40 : 0, 'UDHI tells whether there is a header');
}

describe('bindery against an SMSC written with npm smpp', () => {
  it('binds, sends and receives every text both ways, and follows receipts', async (t) => {
    const dir = folder(t, 'judges');
    const smsc = await SmscPeer.listen(t);
    const recorder = await record(t, smsc.port, path.join(dir, 'link.pcap'));
    const crm = await startCrm(t);
    const bindery = await Bindery.start(t, { dir, smsc: [{ id: 'npm', port: recorder.port }], sink: crm });

    await t.test('the bind is what SMPP 3.4 asks for', async () => {
      await bindery.program.until(() => smsc.bound, 'a bind');
      const [bind] = smsc.binds;
      assert.equal(bind.command, 'bind_transceiver');
      assert.deepEqual([bind.system_id, bind.interface_version], ['bindery', 0x34]);
      await bindery.program.until(async () => (await bindery.status('/readyz')) === 200, '/readyz to say 200');
    });

    await t.test('every text leaves whole', async () => {
      for (const { text, number } of numbers) await bindery.send({ to: `+${number}`, from: '80800', text });
      for (const { name, text, number } of numbers) {
        const pdus = () => smsc.to(number).map(({ pdu }) => pdu);
        await bindery.program.until(() => joined(pdus()) !== null, `all parts of: ${name}`);
        assert.equal(joined(pdus()), text, name);
        for (const pdu of pdus()) {
          assertFits(pdu, text);
          assert.equal(pdu.source_addr, '80800');
          assert.equal(pdu.registered_delivery & 3, 1, 'a receipt is asked for');
        }
      }
    });

    await t.test('a message is delivered once all its parts are (P87)', async () => {
      const { id } = await bindery.send({ to: '+447700900201', from: '80800', text: texts['long GSM'] });
      await bindery.program.until(() => joined(smsc.to('447700900201').map(({ pdu }) => pdu)) !== null, 'the parts');
      await bindery.program.until(async () => (await bindery.message(id)).state === 'accepted', 'state accepted');
      const submits = smsc.to('447700900201');
      for (const submit of submits.slice(1)) assert.equal((await smsc.receipt(submit)).command_status, 0);
      assert.equal((await bindery.message(id)).state, 'accepted', 'one part has no receipt yet');
      assert.equal((await smsc.receipt(submits[0])).command_status, 0);
      await bindery.program.until(async () => (await bindery.message(id)).state === 'delivered', 'state delivered');
    });

    await t.test('a receipt that says UNDELIV is a failure, and one for nobody is answered all the same', async () => {
      const { id } = await bindery.send({ to: '+447700900202', from: '80800', text: 'You there?' });
      await bindery.program.until(() => smsc.to('447700900202').length === 1, 'the submit_sm');
      const [submit] = smsc.to('447700900202');
      assert.equal((await smsc.receipt(submit, 'UNDELIV', 5)).command_status, 0);
      await bindery.program.until(async () => (await bindery.message(id)).state === 'undelivered', 'state undelivered');
      assert.equal((await smsc.receipt({ pdu: submit.pdu, id: 'nobody-sent-this' })).command_status, 0);
    });

    await t.test('every text from a handset reaches the CRM, and is answered', async () => {
      for (const { text, number } of numbers) {
        await bindery.send({ to: `+${number}`, from: '80800', campaign: 'talk' });
        await bindery.program.until(() => smsc.to(number).some(({ pdu }) => /Say something/.test(pdu.short_message.message)), 'the question');
        const responses = await smsc.write(number, '80800', text);
        for (const response of responses) assert.equal(response.command_status, 0, 'each part is acknowledged');
      }
      for (const { name, text, number } of numbers) {
        const heard = () => crm.events.find((event) => event.data.contact === `+${number}`);
        await bindery.program.until(heard, `the event of: ${name}`);
        assert.equal(heard().data.text, text, name);
        assert.equal(heard().type, 'talk.heard');
        await bindery.program.until(() => smsc.to(number).some(({ pdu }) => /Heard you/.test(pdu.short_message.message)), 'the reply');
      }
      assert.equal(crm.badSignatures, 0, 'signatures as Standard Webhooks describe');
    });

    await t.test('a keyword gets its own answer, STOP ends it', async () => {
      const person = '447700900110';
      assert.equal((await smsc.write(person, '80800', ' yes. '))[0].command_status, 0);
      await bindery.program.until(() => smsc.to(person).some(({ pdu }) => pdu.short_message.message === 'Yes it is, for 5 €.'), 'the answer to YES');
      assert.equal((await smsc.write(person, '80800', 'STOP'))[0].command_status, 0);
      await bindery.program.until(() => smsc.to(person).some(({ pdu }) => /unsubscribed/i.test(pdu.short_message.message)), 'the confirmation');
      const before = smsc.to(person).length;
      const refused = await bindery.call('POST', '/api/v1/messages', { to: `+${person}`, from: '80800', text: 'Still there?' });
      if (refused.status < 300) {
        await bindery.program.until(async () => (await bindery.message(refused.body.id)).state === 'suppressed', 'state suppressed');
      }
      // Another person's message overtakes nothing: when it is here, the suppressed one would have been.
      await bindery.send({ to: '+447700900203', from: '80800', text: 'And you?' });
      await bindery.program.until(() => smsc.to('447700900203').length === 1, 'a message to somebody else');
      assert.equal(smsc.to(person).length, before, 'nothing after STOP');
    });

    assert.deepEqual(await bindery.program.stop(), { code: 0, signal: null }, 'SIGTERM drains and ends well');
    recorder.stop();
    assert.deepEqual(smsc.errors, [], 'npm smpp could read everything');

    await t.test('tshark finds nothing wrong on the link', async () => {
      const { counts, complaints } = await dissect(path.join(dir, 'link.pcap'), recorder.port);
      assert.deepEqual(complaints, []);
      assert.equal(counts.submit_sm, smsc.submits.length, 'tshark saw every submit_sm');
      assert.equal(counts.submit_sm_resp, smsc.submits.length);
      assert.equal(counts.deliver_sm_resp, counts.deliver_sm, 'every deliver_sm was answered once');
      assert.equal(counts.unbind, 1, 'a drained link says goodbye');
    });
  });
});

describe('smpp-sim against an ESME written with npm smpp', () => {
  it('takes and gives every text both ways, with receipts', async (t) => {
    const dir = folder(t, 'judges');
    const pcap = path.join(dir, 'sim.pcap');
    const options = ['--account', 'npm:secret08', '--pcap', pcap, '--receipt-delay', '0'];
    const simulator = await startSimulator(t, options);
    const esme = await EsmePeer.bind(t, simulator.port, { system_id: 'npm', password: 'secret08' });
    assert.equal(esme.bindResponse.command_status, 0);

    await t.test('another password is refused by name', async () => {
      const stranger = await EsmePeer.bind(t, simulator.port, { system_id: 'npm', password: 'wrong' });
      assert.equal(stranger.bindResponse.command, 'bind_transceiver_resp');
      assert.equal(stranger.bindResponse.command_status, 0x0e, 'ESME_RINVPASWD');
      stranger.session.destroy();
    });

    await t.test('every text reaches its handset whole, and every part has its receipt', async () => {
      const ids = [];
      for (const { text, number } of numbers) ids.push(...(await esme.submit('80800', number, text)));
      assert.equal(new Set(ids).size, ids.length, 'message ids are unique');
      await simulator.program.until(() => esme.receipts.length >= ids.length, 'all receipts');
      const named = esme.receipts.map((pdu) => pdu.receipted_message_id.replace(/\0$/, ''));
      assert.deepEqual([...named].sort(), [...ids].sort(), 'one receipt a part');
      for (const pdu of esme.receipts) {
        assert.match(pdu.short_message.message, /^id:\S+ sub:\d{3} dlvrd:\d{3} submit date:\d{10} done date:\d{10} stat:DELIVRD err:\d{3}/);
        assert.equal(pdu.message_state, 2);
      }
      const { messages } = await simulator.call('GET', '/ledger');
      for (const { name, text, number } of numbers) {
        assert.equal(messages.find((message) => message.to === number)?.text, text, name);
      }
    });

    await t.test('every text of a handset arrives whole', async () => {
      for (const { name, text, number } of numbers) {
        const answer = await simulator.call('POST', '/mo', { from: number, to: '80800', text });
        assert.deepEqual([answer.outcome, answer.status], ['answered', 'ESME_ROK'], name);
        assert.equal(await esme.textFrom(number), text, name);
        for (const pdu of esme.from(number)) assertFits(pdu, text);
      }
    });

    assert.equal((await esme.request('unbind')).command, 'unbind_resp');
    await simulator.program.stop();
    assert.deepEqual(esme.errors, [], 'npm smpp could read everything');

    await t.test('tshark finds nothing wrong in the capture of the simulator', async () => {
      const { counts, complaints } = await dissect(pcap, simulator.port);
      assert.deepEqual(complaints, []);
      assert.equal(counts.deliver_sm, esme.delivered.length, 'tshark saw every deliver_sm');
      assert.equal(counts.deliver_sm_resp, esme.delivered.length);
      assert.equal(counts.submit_sm_resp, counts.submit_sm);
      assert.equal(counts.bind_transceiver_resp, 2);
    });
  });
});

describe('the judges themselves', () => {
  it('call a cut PDU malformed', async (t) => {
    const dir = folder(t, 'judges');
    const smsc = await SmscPeer.listen(t);
    const file = path.join(dir, 'link.pcap');
    const recorder = await record(t, smsc.port, file);
    const esme = await EsmePeer.bind(t, recorder.port, { system_id: 'bindery', password: 'secret08' });
    await esme.submit('80800', '447700900110', 'Whole');
    recorder.stop();
    assert.deepEqual((await dissect(file, recorder.port)).complaints, []);

    const octets = readFileSync(file);
    const text = octets.indexOf('Whole');
    octets[text - 1] = 200; // sm_length says more than there is
    writeFileSync(file, octets);
    assert.notDeepEqual((await dissect(file, recorder.port)).complaints, []);
  });

  it('notice a text cut inside an escape', () => {
    const first = { short_message: { udh: [Buffer.from([0, 3, 1, 2, 1])], message: 'a' } };
    assert.equal(joined([first]), null, 'a missing part is missed');
    const cases = [[first], [first, { short_message: { udh: [Buffer.from([0, 3, 2, 2, 2])], message: 'b' } }]];
    assert.throws(() => joined(cases[1]), /one reference/);
  });
});
