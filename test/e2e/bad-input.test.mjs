// What people and peers do wrong: each must end in a clear message and the right exit code or status, with nothing
// lost and the other links unaffected.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import { describe, it } from 'node:test';
import smpp from 'smpp';
import { Bindery, environment, token, writeConfiguration } from './bindery.mjs';
import { EsmePeer } from './esme-peer.mjs';
import { folder, freePort, run, startSimulator } from './programs.mjs';
import { deliverSm, header, headers, RawSmsc, sendRaw } from './raw-peer.mjs';
import { SmscPeer } from './smsc-peer.mjs';

const genericNack = 0x80000000;
const badLengths = [0, 15, 0x80000000];

describe('bindery and an SMSC that misbehaves', () => {
  it('names the trouble of each link, and the good one carries on', async (t) => {
    const good = await SmscPeer.listen(t);
    const refusing = await SmscPeer.listen(t);
    refusing.bindStatus = smpp.ESME_RINVPASWD;
    const closing = await RawSmsc.listen(t, (socket) => socket.end(deliverSm().subarray(0, 30)));
    const lengths = [];
    for (const length of badLengths) lengths.push(await RawSmsc.listen(t, (socket) => socket.write(header(length))));
    const nobody = await freePort();
    const bindery = await Bindery.start(t, {
      smsc: [
        { id: 'good', port: good.port },
        { id: 'refusing', port: refusing.port },
        { id: 'nobody', port: nobody },
        { id: 'closing', port: closing.port },
        ...lengths.map((smsc, i) => ({ id: `length-${badLengths[i]}`, port: smsc.port })),
      ],
    });
    const { program } = bindery;
    let person = 447700900300;
    const stillSends = async () => {
      person += 1;
      await bindery.send({ to: `+${person}`, from: '80800', text: 'Carry on.' });
      await program.until(() => good.to(String(person)).length === 1, 'a message over the good link');
    };
    await program.until(() => good.bound, 'the good bind');

    await t.test('a refused bind: the status by name, and another attempt', async () => {
      await program.saysOnStderr(/refusing.*ESME_RINVPASWD/);
      await stillSends();
    });

    await t.test('nobody listens: host and port are named', async () => {
      await program.saysOnStderr(new RegExp(`127\\.0\\.0\\.1:${nobody}.*refused|nobody.*refused`));
      await stillSends();
    });

    await t.test('a connection that ends inside a PDU: bound again', async () => {
      await program.until(() => closing.boundAgain, 'a second bind');
      await stillSends();
    });

    for (const [i, smsc] of lengths.entries()) {
      await t.test(`command_length ${badLengths[i]}: generic_nack, closed, bound again`, async () => {
        const [first] = smsc.connections;
        await program.until(() => first.closed, 'the connection to close');
        const nack = headers(first.received).find(({ id }) => id === genericNack);
        assert.equal(nack?.status, smpp.ESME_RINVCMDLEN);
        await program.until(() => smsc.boundAgain, 'a second bind');
        await stillSends();
      });
    }

    assert.equal(good.binds.length, 1, 'the good link was never disturbed');
  });
});

describe('smpp-sim and an ESME that misbehaves', () => {
  it('answers a broken length with generic_nack and serves the others', async (t) => {
    const { port } = await startSimulator(t, ['--account', 'npm:secret08']);
    const esme = await EsmePeer.bind(t, port, { system_id: 'npm', password: 'secret08' });
    for (const length of badLengths) {
      const [nack] = headers(await sendRaw(port, header(length, 0x00000004)));
      assert.deepEqual([nack?.id, nack?.status], [genericNack, smpp.ESME_RINVCMDLEN], `command_length ${length}`);
      assert.equal((await esme.request('enquire_link')).command, 'enquire_link_resp');
    }
    const half = net.connect(port, '127.0.0.1', () => half.end(deliverSm().subarray(0, 30)));
    await new Promise((resolve) => half.on('close', resolve));
    assert.equal((await esme.submit('80800', '447700900110', 'Hello')).length, 1);
  });

  it('says that its port is in use, and exits with 1', async (t) => {
    const { port } = await startSimulator(t);
    const second = await run('smpp-sim', ['smsc', '--listen', `127.0.0.1:${port}`, '--control', '127.0.0.1:0']);
    assert.equal(second.code, 1);
    assert.match(second.err, new RegExp(`127\\.0\\.0\\.1:${port}.*in use`));
  });

  it('exits with 2 when it does not understand its command line', async () => {
    const { code, err } = await run('smpp-sim', ['--nonsense']);
    assert.equal(code, 2);
    assert.match(err, /nonsense/);
  });
});

describe('bindery and a caller that errs', () => {
  it('answers with a problem that names the field, and goes on', async (t) => {
    const smsc = await SmscPeer.listen(t);
    const bindery = await Bindery.start(t, { smsc: [{ id: 'npm', port: smsc.port }] });
    const good = { to: '+447700900110', from: '80800', text: 'Hello' };
    const send = (change, headers) => ['POST', '/api/v1/messages', { ...good, ...change }, headers];
    const cases = [
      ['a wrong token', 401, null, send({}, { authorization: `Bearer ${token}x` })],
      ['no token', 401, null, send({}, { authorization: '' })],
      ['a body that is no JSON', 400, null, ['POST', '/api/v1/messages', '{"to": "+44']],
      ['a body that is no object', 400, null, ['POST', '/api/v1/messages', '[1, 2]']],
      ['a malformed number', 422, 'to', send({ to: '+44 77 nobody' })],
      ['a number that is no text', [400, 422], 'to', send({ to: 447700900110 })],
      ['an empty text', 422, 'text', send({ text: '' })],
      ['100 KB of text', [413, 422], 'text', send({ text: 'x'.repeat(100 * 1024) })],
      ['an unknown sender', 422, 'from', send({ from: '999' })],
      ['an unknown campaign', [404, 422], 'campaign', send({ text: undefined, campaign: 'nope' })],
      ['an unknown member', [400, 422], 'txet', send({ txet: 'Hello' })],
      ['a launch of an unknown campaign', 404, null, ['POST', '/api/v1/campaigns/nope/launch', '']],
      ['an unknown message', 404, null, ['GET', '/api/v1/messages/msg_0000000000000']],
      ['an unknown path', 404, null, ['GET', '/api/v1/nothing']],
    ];
    for (const [name, statuses, field, request] of cases) {
      await t.test(name, async () => {
        const { status, type, body } = await bindery.call(...request);
        assert.ok([statuses].flat().includes(status), `status ${status}: ${JSON.stringify(body)}`);
        assert.match(type, /^application\/problem\+json/);
        assert.equal(body.status, status);
        assert.ok(body.title && body.detail, 'says what is wrong');
        if (field) assert.equal(body.field, field);
      });
    }
    await bindery.send(good);
    await bindery.program.until(() => smsc.submits.length > 0, 'the one good message');
    assert.equal(smsc.submits.length, 1, 'none of the bad ones left');
  });
});

const threeMistakes = `[campaign]
name    = "spring"
sender  = "80800"
message = "Hi {first_nam}, spring is here."
windw   = "72h"

[campaign.fields]
first_name = "text"

[[rule]]
keyword = ["YES"]
do = [ { replay = "Thank you." } ]
`;

describe('bindery and a configuration that errs', () => {
  const smsc = [{ id: 'npm', port: 9 }];
  const start = (file, env = environment) => run('bindery', ['run', '-c', file], env);

  it('reports all three mistakes of a campaign with line and column, and exits with 78', async (t) => {
    const { file } = await writeConfiguration(folder(t, 'bad'), { smsc, campaigns: { spring: threeMistakes } });
    for (const command of ['check', 'run']) {
      const { code, err } = await run('bindery', [command, '-c', file], environment);
      assert.equal(code, 78, command);
      const lines = [...err.matchAll(/spring\.toml:(\d+):\d+: .+/g)].map((match) => Number(match[1]));
      assert.deepEqual([...new Set(lines)].sort((a, b) => a - b), [4, 5, 12], `${command} said:\n${err}`);
      assert.match(err, /did you mean "reply"/);
    }
  });

  it('accepts a good one with 0, and says so', async (t) => {
    const { file } = await writeConfiguration(folder(t, 'bad'), { smsc });
    const { code, err } = await run('bindery', ['check', '-c', file], environment);
    assert.equal(code, 0, err);
  });

  it('refuses an unknown key with a hint', async (t) => {
    const { file } = await writeConfiguration(folder(t, 'bad'), { smsc, extra: '\n[lgo]\nlevel = "info"\n' });
    const { code, err } = await start(file);
    assert.equal(code, 78);
    assert.match(err, /bindery\.toml:\d+:\d+: .*lgo.*did you mean "log"/);
  });

  it('names a file that is not there', async (t) => {
    const missing = path.join(folder(t, 'bad'), 'nowhere.toml');
    const { code, err } = await start(missing);
    assert.equal(code, 78);
    assert.ok(err.includes(missing));
  });

  it('does not start without a secret; check only warns', async (t) => {
    const { file } = await writeConfiguration(folder(t, 'bad'), { smsc });
    const without = { ...environment, E2E_PASSWORD: '' };
    const started = await start(file, without);
    assert.equal(started.code, 78);
    assert.match(started.err, /E2E_PASSWORD/);
    const checked = await run('bindery', ['check', '-c', file], without);
    assert.equal(checked.code, 0, checked.err);
    assert.match(checked.err, /E2E_PASSWORD/);
  });

  it('leaves a database of a newer version alone and exits with 70', async (t) => {
    const dir = folder(t, 'bad');
    const first = await Bindery.start(t, { dir, smsc });
    assert.equal((await first.program.stop()).code, 0);
    const database = path.join(dir, 'data/bindery.db');
    const sqlite = (sql) => execFileSync('sqlite3', [database, sql], { encoding: 'utf8' }).trim();
    sqlite('PRAGMA user_version = 9999');
    for (const command of ['run', 'check']) {
      const { code, err } = await run('bindery', [command, '-c', first.file], environment);
      assert.equal(code, 70, `${command} said:\n${err}`);
      assert.match(err, /bindery\.db.*9999.*newer/s);
    }
    assert.equal(sqlite('PRAGMA user_version'), '9999');
  });

  it('says that its port is in use, and exits with 1', async (t) => {
    const taken = net.createServer();
    await new Promise((resolve) => taken.listen(0, '127.0.0.1', resolve));
    t.after(() => taken.close());
    const { file } = await writeConfiguration(folder(t, 'bad'), { smsc, httpPort: taken.address().port });
    const { code, err } = await start(file);
    assert.equal(code, 1, err);
    assert.match(err, new RegExp(`127\\.0\\.0\\.1:${taken.address().port}.*in use`));
  });

  it('does not let two processes use one database', async (t) => {
    const first = await Bindery.start(t, { smsc });
    const { code, err } = await start(first.file);
    assert.ok(code === 1 || code === 70, `exit ${code}: ${err}`);
    assert.match(err, /another|in use|locked/);
    assert.equal(await first.status('/livez'), 200);
  });

  it('exits with 2 when it does not understand its command line', async () => {
    const { code, err } = await run('bindery', ['dance']);
    assert.equal(code, 2);
    assert.match(err, /dance/);
  });
});
