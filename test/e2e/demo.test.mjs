// The demonstration as a newcomer runs it, and with bindery killed in the middle: it exits 0 only if bindery's figures
// equal what the simulator knows to be true.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const demo = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../conf/demo/demo.mjs');
let base = 21_000 + (process.pid % 500) * 40; // apart from other runs on the machine

function run(...args) {
  base += 4;
  return new Promise((resolve) => {
    execFile(process.execPath, [demo, '--port-base', String(base), ...args], { timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? (error.code ?? -1) : 0, text: `${stdout}\n${stderr}` }));
  });
}

test('the figures equal what the simulator knows', async () => {
  const { code, text } = await run();
  assert.equal(code, 0, text);
  for (const row of ['sent', 'delivered', 'replied', 'confirmed', 'released', 'opted out', 'CRM events received']) {
    assert.match(text, new RegExp(`^${row} +\\d+ +\\d+  equal$`, 'm'));
  }
});

for (const seed of [1, 2, 3, 4]) {
  test(`kill -9 in the middle and a restart end in the same figures (F1), seed ${seed}`, async () => {
    const { code, text } = await run('--kill', '--seed', String(seed));
    assert.equal(code, 0, text);
    assert.match(text, /kill -9 \d+/);
    assert.doesNotMatch(text, /differs/);
  });
}

test('a port that is taken is named, and nothing is left running', async () => {
  const net = await import('node:net');
  const server = net.createServer();
  await new Promise((resolve) => server.listen(base + 4, '127.0.0.1', resolve));
  const { code, text } = await run();
  server.close();
  assert.equal(code, 1);
  assert.match(text, new RegExp(`port ${base} \\(smsc\\) is in use`));
});
