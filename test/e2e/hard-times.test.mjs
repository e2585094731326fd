// A message that ends the process, and a disk that is full: nothing acknowledged is lost, everything else goes on.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import smpp from 'smpp';
import { Bindery, environment } from './bindery.mjs';
import { Program } from './programs.mjs';
import { SmscPeer } from './smsc-peer.mjs';

const address = (from) => ({ source_addr_ton: 1, source_addr_npi: 1, source_addr: from, destination_addr: '80800' });

describe('an MO that trips an assertion (DESIGN section 6)', () => {
  it('ends the process twice, then is kept as malformed and answered, and other messages were never lost', async (t) => {
    const smsc = await SmscPeer.listen(t);
    const bindery = await Bindery.start(t, { smsc: [{ id: 'npm', port: smsc.port }], env: { BINDERY_TRIP_TEXT: 'boom' } });
    const supervised = () => {
      bindery.program = Program.start(t, 'bindery', ['run', '-c', bindery.file], { ...environment, BINDERY_TRIP_TEXT: 'boom' });
    };
    await bindery.program.until(() => smsc.bound, 'the bind');
    for (let death = 1; death <= 2; ++death) {
      const before = smsc.binds.length;
      smsc.deliver({ ...address('447700900401'), short_message: 'boom' }).catch(() => {});
      await bindery.program.exited;
      assert.equal(bindery.program.ended.signal, 'SIGABRT', bindery.program.err);
      assert.match(bindery.program.err, /assertion failed/);
      supervised();
      await bindery.program.until(() => smsc.binds.length > before, 'to be bound again');
    }
    const [poison, other] = await Promise.all([
      smsc.deliver({ ...address('447700900401'), short_message: 'boom' }),
      smsc.deliver({ ...address('447700900402'), short_message: 'HELP' }),
    ]);
    assert.equal(poison.command_status, smpp.ESME_ROK);
    assert.equal(other.command_status, smpp.ESME_ROK);
    await bindery.program.until(() => smsc.to('447700900402').length === 1, 'the answer to HELP');
    await bindery.program.saysOnStderr(/alarm.*malformed/);
    const { body } = await bindery.call('GET', '/metrics');
    assert.match(body, /bindery_malformed_total 1\b|bindery_mo_malformed_total 1\b/);
  });
});

// Eight megabytes of memory as a disk of their own; null where that is not allowed.
function smallDisk(t) {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'bindery-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', dir], { stdio: 'pipe' });
  } catch (error) {
    t.diagnostic(`NOT RUN: no file system can be mounted here (${String(error.stderr).trim()}); run as root to test a full disk`);
    rmdirSync(dir);
    return null;
  }
  t.after(() => {
    execFileSync('umount', ['-l', dir]);
    rmdirSync(dir);
  });
  return dir;
}

describe('a full disk (F10)', () => {
  it('acknowledges nothing it cannot keep, still answers, and goes on when there is space', async (t) => {
    const disk = smallDisk(t);
    if (!disk) return;
    const smsc = await SmscPeer.listen(t);
    const bindery = await Bindery.start(t, { dir: disk, smsc: [{ id: 'npm', port: smsc.port }] });
    await bindery.program.until(() => smsc.bound, 'the bind');
    const first = await bindery.send({ to: '+447700900410', from: '80800', text: 'before' });
    await bindery.program.until(() => smsc.to('447700900410').length === 1, 'the message before');

    const ballast = path.join(disk, 'ballast');
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(ballast, Buffer.alloc(bavail * bsize));
    let acknowledged = 0, status = smpp.ESME_ROK;
    while (status === smpp.ESME_ROK) {
      assert.ok(acknowledged < 5_000, 'the disk never got full');
      const person = 447700910000 + acknowledged;
      ({ command_status: status } = await smsc.deliver({ ...address(String(person)), short_message: 'x'.repeat(150) }));
      if (status === smpp.ESME_ROK) ++acknowledged;
    }
    assert.equal(status, smpp.ESME_RTHROTTLED, 'the SMSC is told to come again');
    const refused = await bindery.call('POST', '/api/v1/messages', { to: '+447700900411', from: '80800', text: 'during' });
    assert.equal(refused.status, 503);
    assert.match(refused.body.title, /disk is full/);
    assert.equal((await bindery.message(first.id)).id, first.id, 'reading still works');
    assert.equal(await bindery.status('/livez'), 200);

    rmSync(ballast);
    await bindery.program.until(async () => (await smsc.deliver({ ...address('447700920000'), short_message: 'HELP' })).command_status === smpp.ESME_ROK, 'room again');
    await bindery.program.until(() => smsc.to('447700920000').length >= 1, 'the answer to HELP');
    assert.equal((await bindery.program.stop()).code, 0);
    const stored = execFileSync('sqlite3', [path.join(disk, 'data/bindery.db'), 'SELECT count(*) FROM inbound'], { encoding: 'utf8' });
    assert.ok(Number(stored) >= acknowledged + 1, `${acknowledged} were acknowledged, ${stored.trim()} are stored`);
  });
});
