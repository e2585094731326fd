// A foreign judge that carriers' customers really run: Kannel binds to smpp-sim and exchanges texts, long texts and
// receipts with it; tshark dissects the link.
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { dissect } from './capture.mjs';
import { Kannel } from './kannel.mjs';
import { folder, run, startSimulator } from './programs.mjs';

// Kannel's own words for the bits of a dlr-mask.
const kDelivered = 1;
const kFailed = 2;
const kAccepted = 8;

const long = 'The quick brown fox jumps over the lazy dog, and does so again. '.repeat(6).trim();
const texts = {
  short: 'Hello from Kannel',
  long,
  cyrillic: 'Привет, мир! '.repeat(12).trim(),
};

describe('smpp-sim against Kannel', () => {
  it('takes and gives texts, long texts and receipts', async (t) => {
    const dir = folder(t, 'kannel');
    const pcap = path.join(dir, 'sim.pcap');
    const options = ['--account', 'kannel:secret08', '--pcap', pcap, '--receipt-delay', '0'];
    const simulator = await startSimulator(t, options);
    const kannel = await Kannel.start(t, dir, simulator.port);
    const ledger = () => simulator.call('GET', '/ledger');

    await t.test('every text reaches its handset whole', async () => {
      for (const [i, [name, text]] of Object.entries(texts).entries()) {
        const answer = await kannel.send(`44770090030${i}`, text, name);
        assert.equal(answer.status, 202, answer.text);
      }
      for (const [i, [name, text]] of Object.entries(texts).entries()) {
        const heard = async () => (await ledger()).messages.find((message) => message.to === `44770090030${i}` && message.text);
        const message = await simulator.program.until(heard, `the text: ${name}`);
        assert.equal(message.text, text, name);
      }
    });

    await t.test('each of them is accepted and delivered by its receipts', async () => {
      for (const name of Object.keys(texts)) {
        await kannel.box.until(() => kannel.typesOf(name).includes(kDelivered), `the receipt of: ${name}`);
        assert.ok(kannel.typesOf(name).includes(kAccepted), `${name} was accepted before`);
        assert.ok(!kannel.typesOf(name).includes(kFailed), name);
      }
    });

    await t.test('a receipt that says UNDELIV is a failure to Kannel', async () => {
      await simulator.call('POST', '/behaviour', { receipt_stat: 'UNDELIV' });
      assert.equal((await kannel.send('447700900310', 'You there?', 'undelivered')).status, 202);
      await kannel.box.until(() => kannel.typesOf('undelivered').includes(kFailed), 'the receipt that says so');
      await simulator.call('POST', '/behaviour', { receipt_stat: 'DELIVRD' });
    });

    await t.test('every text of a handset reaches the application whole', async () => {
      const control = ['--control', `127.0.0.1:${simulator.control}`];
      for (const [i, [name, text]] of Object.entries(texts).entries()) {
        const from = `44770090032${i}`;
        const mo = await run('smpp-sim', ['mo', ...control, '--from', from, '--to', '80800', text]);
        assert.equal(mo.code, 0, mo.out + mo.err);
        assert.match(mo.out, /the ESME answered ESME_ROK/);
        await kannel.box.until(() => kannel.textFrom(from) !== undefined, `the text: ${name}`);
        assert.equal(kannel.textFrom(from), text, name);
      }
    });

    await t.test('Kannel unbinds and ends well', async () => {
      await kannel.box.stop();
      assert.equal((await kannel.core.stop()).signal, null);
      await simulator.program.stop();
    });

    await t.test('tshark finds nothing wrong on the link', async () => {
      const { counts, complaints } = await dissect(pcap, simulator.port);
      assert.deepEqual(complaints, []);
      assert.equal(counts.submit_sm_resp, counts.submit_sm);
      assert.equal(counts.deliver_sm_resp, counts.deliver_sm);
      assert.equal(counts.unbind_resp, counts.unbind);
    });
  });
});
