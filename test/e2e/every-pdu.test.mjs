// Every PDU that the npm package smpp knows, both ways: it as an ESME against an SMSC session of ours, and as an SMSC
// against our ESME session (P22). What each side sent, field by field, is what the other one read.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import smpp from 'smpp';
import { Program, until } from './programs.mjs';

const area = { broadcast_area_identifier: [{ format: 0, data: 'A' }] };
const often = { broadcast_rep_num: 3, broadcast_frequency_interval: { unit: 9, interval: 31 } };
const broadcast = { ...area, ...often, broadcast_content_type: { network: 0, content_type: 17 } };
const source = { source_addr_ton: 3, source_addr_npi: 1, source_addr: '80800' };
const target = { dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '447700900001' };

// What an ESME asks: the fields as npm smpp has them, the words of our scripts for them, and the same of the answer.
const requests = [
  {
    command: 'submit_sm',
    fields: { ...source, ...target, registered_delivery: 1, data_coding: 3, short_message: Buffer.from('Hi'), user_message_reference: 7 },
    words: 'source_addr_ton=3 source_addr_npi=1 source_addr=80800 dest_addr_ton=1 dest_addr_npi=1 destination_addr=447700900001 registered_delivery=1 data_coding=3 short_message="Hi" user_message_reference=7',
    answer: { fields: { message_id: 'm1' }, words: 'message_id=m1' },
  },
  {
    command: 'data_sm',
    fields: { ...source, ...target, message_payload: Buffer.from('Hi'), data_coding: 3 },
    words: 'source_addr=80800 destination_addr=447700900001 data_coding=3 message_payload="Hi"',
    answer: { fields: { message_id: 'm2' }, words: 'message_id=m2' },
  },
  {
    command: 'submit_multi',
    fields: {
      ...source,
      dest_address: [{ dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '447700900001' }, { dl_name: 'friends' }],
      data_coding: 3,
      short_message: Buffer.from('Hi'),
    },
    words: 'source_addr=80800 dest_address=1/1/447700900001,dl/friends data_coding=3 short_message="Hi"',
    answer: {
      fields: {
        message_id: 'm3',
        unsuccess_sme: [{ dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '447700900001', error_status_code: 11 }],
      },
      words: 'message_id=m3 unsuccess_sme=1/1/447700900001/ESME_RINVDSTADR',
    },
  },
  {
    command: 'query_sm',
    fields: { message_id: 'm1', ...source },
    words: 'message_id=m1 source_addr_ton=3 source_addr_npi=1 source_addr=80800',
    answer: { fields: { message_id: 'm1', message_state: 2, error_code: 9 }, words: 'message_id=m1 message_state=2 error_code=9' },
  },
  {
    command: 'replace_sm',
    fields: { message_id: 'm1', ...source, registered_delivery: 1, short_message: Buffer.from('New') },
    words: 'message_id=m1 source_addr=80800 registered_delivery=1 short_message="New"',
    answer: { fields: {}, words: '' },
  },
  {
    command: 'cancel_sm',
    fields: { service_type: 'CMT', message_id: 'm1', ...source, ...target },
    words: 'service_type=CMT message_id=m1 source_addr=80800 dest_addr_ton=1 destination_addr=447700900001',
    answer: { fields: { command_status: smpp.ESME_RCANCELFAIL }, words: 'status=ESME_RCANCELFAIL' },
  },
  {
    command: 'broadcast_sm',
    fields: { service_type: 'CBS', ...source, message_id: '', data_coding: 3, ...broadcast },
    words: 'service_type=CBS source_addr=80800 data_coding=3 broadcast_area_identifier=0x0041 broadcast_content_type=0x000011 broadcast_rep_num=3 broadcast_frequency_interval=0x09001f',
    answer: { fields: { message_id: 'b1' }, words: 'message_id=b1' },
  },
  {
    command: 'query_broadcast_sm',
    fields: { message_id: 'b1', ...source },
    words: 'message_id=b1 source_addr=80800',
    answer: { fields: { message_id: 'b1', message_state: 2, ...area, broadcast_area_success: 100 }, words: 'message_id=b1 message_state=2 broadcast_area_identifier=0x0041 broadcast_area_success=100' },
  },
  {
    command: 'cancel_broadcast_sm',
    fields: { service_type: 'CBS', message_id: 'b1', ...source },
    words: 'service_type=CBS message_id=b1 source_addr=80800',
    answer: { fields: {}, words: '' },
  },
];

// What an SMSC asks.
const deliveries = [
  {
    command: 'deliver_sm',
    fields: { ...source, ...target, esm_class: 4, data_coding: 3, short_message: Buffer.from('id:m1 stat:DELIVRD'), receipted_message_id: 'm1', message_state: 2 },
    words: 'source_addr=80800 destination_addr=447700900001 esm_class=4 data_coding=3 short_message="id:m1 stat:DELIVRD" receipted_message_id=m1 message_state=2',
    answer: { fields: { message_id: '' }, words: '' },
  },
  {
    command: 'data_sm',
    fields: { ...source, ...target, message_payload: Buffer.from('YES'), data_coding: 3 },
    words: 'source_addr=80800 destination_addr=447700900001 message_payload="YES" data_coding=3',
    answer: { fields: { message_id: '' }, words: '' },
  },
];

const alert = {
  command: 'alert_notification',
  fields: { ...source, esme_addr_ton: 1, esme_addr_npi: 1, esme_addr: '447700900001', ms_availability_status: 2 },
  words: 'source_addr_ton=3 source_addr=80800 esme_addr_ton=1 esme_addr=447700900001 ms_availability_status=2',
};

/** A session of ours, led line by line. */
class Ours {
  static start(t, args) {
    const ours = new Ours();
    ours.program = Program.start(t, 'e2e_peer', args, {}, 'pipe');
    return ours;
  }

  say(line) {
    this.program.child.stdin.write(`${line}\n`);
  }

  /** The first line of its output that begins so, and has not been asked for before. */
  async hears(start) {
    this.seen ??= 0;
    const next = () => this.program.out.split('\n').slice(0, -1).findIndex((line, i) => i >= this.seen && line.startsWith(start));
    await this.program.until(() => next() >= 0, `a line that begins with "${start}"`);
    const at = next();
    this.seen = at + 1;
    return this.program.out.split('\n')[at];
  }
}

/** A word as our session prints it is a word as our scripts write it, but for octets and the names of statuses. */
function assertHas(line, words) {
  for (const [word] of words.matchAll(/[a-z_]+=(?:"[^"]*"|\S+)/g)) {
    const [name, value] = [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)];
    if (name === 'status') {
      assert.ok(line.includes(` status=${value}`), `${word} in: ${line}`);
      continue;
    }
    const plain = value.replace(/^"|"$/g, '').replace(/^0x/, '');
    const printed = new RegExp(` ${name}=("[^"]*"|\\S+)`).exec(line)?.[1].replace(/^"|"$|\)$/g, '').replace(/"$/, '');
    const octets = Buffer.from(plain).toString('hex');
    const named = plain.replace('ESME_RINVDSTADR', '0x0000000B');
    assert.ok([plain, octets, named].includes(printed), `${word} in: ${line}`);
  }
}

/** What npm smpp read has these fields; its buffers and messages by their octets. */
function assertFields(pdu, fields) {
  const plain = (value) => {
    if (Buffer.isBuffer(value)) return value.toString('latin1');
    if (value?.message !== undefined) return plain(value.message);
    if (typeof value === 'string') return value.replace(/\0$/, '');
    return value;
  };
  for (const [name, value] of Object.entries(fields)) {
    // It renames this one in a response (v5.0 4.4.1.3 and 4.4.2.3 use one tag for both).
    const got = pdu[name] ?? pdu[`failed_${name}`];
    assert.deepEqual(plain(got), plain(value), `${name} of ${pdu.command}`);
  }
}

/** npm smpp encodes in place what it is given. */
const copy = (fields = {}) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, Array.isArray(value) ? value.map((one) => ({ ...one })) : value]));

const ask = (session, command, fields) =>
  new Promise((resolve) => session.send(new smpp.PDU(command, copy(fields)), resolve));

async function client(t, port) {
  const session = smpp.connect({ host: '127.0.0.1', port });
  t.after(() => session.destroy());
  const errors = [];
  session.on('error', (error) => errors.push(error));
  await new Promise((resolve) => session.on('connect', resolve));
  return { session, errors };
}

describe('an ESME written with npm smpp against an SMSC session of ours', () => {
  it('every PDU is read as it was written, both ways (P22, P23, P24, P25, P26, P27, P43)', async (t) => {
    const ours = Ours.start(t, ['smsc']);
    const port = Number((await ours.hears('port ')).split(' ')[1]);

    for (const type of ['transmitter', 'receiver', 'transceiver']) {
      await t.test(`bind_${type} and unbind`, async (inner) => {
        const { session, errors } = await client(inner, port);
        ours.say(`respond bind_${type}_resp system_id=ours sc_interface_version=0x50`);
        await ours.hears('answering ');
        ours.say('request outbind system_id=SMSC password=secret');
        const [outbind] = await Promise.all([
          new Promise((resolve) => session.once('outbind', resolve)),
          ours.hears('sent '),
        ]);
        assertFields(outbind, { system_id: 'SMSC', password: 'secret' });
        const bind = { system_id: 'npm', password: 'secret08', system_type: 'sms', addr_ton: 1, addr_npi: 1, address_range: '^44' };
        const response = await ask(session, `bind_${type}`, bind);
        assertFields(response, { command: `bind_${type}_resp`, command_status: 0, system_id: 'ours', sc_interface_version: 0x50 });
        assertHas(await ours.hears(`bind_requested`), 'system_id=npm password=*** system_type=sms addr_ton=1 addr_npi=1 address_range=^44 interface_version=80');
        assert.equal((await ask(session, 'enquire_link')).command, 'enquire_link_resp');
        assert.equal((await ask(session, 'unbind')).command, 'unbind_resp');
        await ours.hears('peer_unbound');
        session.destroy();
        await ours.hears('closed');
        assert.deepEqual(errors, []);
      });
    }

    const { session, errors } = await client(t, port);
    await ask(session, 'bind_transceiver', { system_id: 'npm' });
    await ours.hears('bound');
    for (const { command, fields, words, answer } of requests) {
      await t.test(`${command} and its response`, async () => {
        ours.say(`respond ${command}_resp ${answer.words}`);
        await ours.hears('answering ');
        const response = await ask(session, command, fields);
        assertFields(response, { command: `${command}_resp`, command_status: 0, ...answer.fields });
        assertHas(await ours.hears('received '), words);
      });
    }
    session.on('enquire_link', (pdu) => session.send(pdu.response()));
    for (const { command, fields, words } of deliveries) {
      await t.test(`${command} and its response`, async () => {
        ours.say(`request ${command} ${words}`);
        const pdu = await new Promise((resolve) => session.once(command, resolve));
        assertFields(pdu, named(fields, words));
        session.send(pdu.response());
        assert.match(await ours.hears('done '), new RegExp(`status=ESME_ROK .*${command}_resp`));
      });
    }
    await t.test('alert_notification', async () => {
      ours.say(`request ${alert.command} ${alert.words}`);
      assertFields(await new Promise((resolve) => session.once('alert_notification', resolve)), named(alert.fields, alert.words));
    });
    await t.test('a command that nobody knows is answered generic_nack', async () => {
      const nack = new Promise((resolve) => session.once('generic_nack', resolve));
      const octets = new smpp.PDU('enquire_link', { sequence_number: 4711 }).toBuffer();
      octets.writeUInt32BE(0x00010299, 4);
      session.socket.write(octets);
      assertFields(await nack, { command_status: smpp.ESME_RINVCMDID, sequence_number: 4711 });
    });
    assert.deepEqual(errors, [], 'npm smpp could read everything');
    assert.doesNotMatch(ours.program.out, /^(tolerated|wrong)/m, 'and we, without a deviation');
  });
});

describe('an SMSC written with npm smpp against an ESME session of ours', () => {
  for (const type of ['transmitter', 'receiver', 'transceiver']) {
    it(`bind_${type}, unbind from either side (P22, P43)`, async (t) => {
      const { ours, session, bind } = await bound(t, type);
      assertFields(bind, { command: `bind_${type}`, system_id: 'ours', password: 'secret08', interface_version: 0x50 });
      assertHas(await ours.hears('bound'), 'system_id=npm sc_interface_version=80');
      ours.say('unbind');
      const unbind = await new Promise((resolve) => session.once('unbind', resolve));
      session.send(unbind.response());
      assert.match(await ours.hears('closed'), /unbound/);
      const again = await new Promise((resolve) => t.server.once('session', resolve));
      await new Promise((resolve) => again.once(`bind_${type}`, (pdu) => again.send(pdu.response(), resolve)));
      assert.equal((await ask(again, 'unbind')).command, 'unbind_resp');
      await ours.hears('peer_unbound');
    });
  }

  it('every PDU is read as it was written, both ways (P22, P23, P24, P25, P26, P27)', async (t) => {
    const { ours, session } = await bound(t, 'transceiver');
    await ours.hears('bound');
    for (const { command, fields, words, answer } of requests) {
      await t.test(`${command} and its response`, async () => {
        ours.say(`request ${command} ${words}`);
        const pdu = await new Promise((resolve) => session.once(command, resolve));
        assertFields(pdu, named(fields, words));
        session.send(pdu.response(copy(answer.fields)));
        assertHas(await ours.hears('done '), answer.words);
      });
    }
    for (const { command, fields, words, answer } of deliveries) {
      await t.test(`${command} and its response`, async () => {
        const response = await ask(session, command, fields);
        assertFields(response, { command: `${command}_resp`, command_status: 0, ...answer.fields });
        assertHas(await ours.hears('received '), words);
      });
    }
    await t.test('alert_notification, outbind, enquire_link, and a request that is refused by generic_nack', async () => {
      session.send(new smpp.PDU('alert_notification', alert.fields));
      assertHas(await ours.hears('notified '), alert.words);
      session.send(new smpp.PDU('outbind', { system_id: 'SMSC', password: 'secret' }));
      assertHas(await ours.hears('notified '), 'system_id=SMSC password=***');
      assert.equal((await ask(session, 'enquire_link')).command, 'enquire_link_resp');
      ours.say('request submit_sm short_message="Hi"');
      const pdu = await new Promise((resolve) => session.once('submit_sm', resolve));
      session.send(new smpp.PDU('generic_nack', { command_status: smpp.ESME_RINVCMDID, sequence_number: pdu.sequence_number }));
      assert.match(await ours.hears('done '), /status=ESME_RINVCMDID .*generic_nack/);
    });
    assert.deepEqual(t.errors, [], 'npm smpp could read everything');
    assert.doesNotMatch(ours.program.out, /^(tolerated|wrong)/m, 'and we, without a deviation');
  });
});

/** Only the fields that our line names; the rest has the default of either side. */
function named(fields, words) {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => words.includes(`${name}=`)));
}

/** npm smpp listens; our ESME is bound to it once this resolves. */
async function bound(t, type) {
  t.errors = [];
  const sessions = [];
  t.server = smpp.createServer((session) => {
    sessions.push(session);
    session.on('error', (error) => t.errors.push(error));
  });
  const first = new Promise((resolve) => t.server.once('session', resolve));
  await new Promise((resolve) => t.server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const session of sessions) session.destroy();
    t.server.close();
  });
  const ours = Ours.start(t, ['esme', String(t.server.address().port), 'interface_version=0x50', `bind=${type}`]);
  const session = await first;
  const bind = await new Promise((resolve) => session.once(`bind_${type}`, resolve));
  session.send(bind.response({ system_id: 'npm', sc_interface_version: 0x50 }));
  await until(() => ours.program.out.includes('bound '), 'our ESME to be bound');
  return { ours, session, bind };
}
