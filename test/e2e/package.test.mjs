// smpp on its own: what `cmake --install` puts into a folder is found by find_package, and the client and the server of
// smpp/README.md, taken from that page, build against it and talk to each other.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { folder, until } from './programs.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const tree = process.env.BINDERY_TREE ?? path.join(root, 'build/release');
const run = promisify(execFile);

/** The blocks of the page: CMakeLists.txt, and each .cpp under the name it begins with. */
function programsOfReadme() {
  const page = readFileSync(path.join(root, 'smpp/README.md'), 'utf8');
  const files = new Map();
  for (const [, language, text] of page.matchAll(/^```(cmake|cpp)\n([^]*?)^```$/gm)) {
    files.set(language === 'cmake' ? 'CMakeLists.txt' : text.match(/^\/\/ (\w+\.cpp):/)[1], text);
  }
  return files;
}

it('the client and the server of smpp/README.md build against the installed package and understand each other', async (t) => {
  const dir = folder(t, 'package');
  const prefix = path.join(dir, 'prefix'), build = path.join(dir, 'build');
  await run('cmake', ['--install', tree, '--component', 'smpp', '--prefix', prefix]);

  const files = programsOfReadme();
  assert.deepEqual([...files.keys()].sort(), ['CMakeLists.txt', 'client.cpp', 'server.cpp']);
  for (const [name, text] of files) writeFileSync(path.join(dir, name), text);
  const compiler = process.env.BINDERY_CXX ? [`-DCMAKE_CXX_COMPILER=${process.env.BINDERY_CXX}`] : [];
  await run('cmake', ['-S', dir, '-B', build, `-DCMAKE_PREFIX_PATH=${prefix}`, ...compiler]);
  await run('cmake', ['--build', build]);

  const server = spawn(path.join(build, 'server'), ['127.0.0.1:0']);
  t.after(() => server.kill('SIGKILL'));
  let printed = '';
  server.stdout.on('data', (data) => (printed += data));
  const [, port] = await until(() => printed.match(/listening on port (\d+)/), () => `the server's port; got: ${printed}`);
  const client = await run(path.join(build, 'client'), [`127.0.0.1:${port}`, '447700900001', 'Hello']);
  assert.equal(client.stdout, 'ESME_ROK\n');
  assert.match(client.stderr, /bound to 127\.0\.0\.1/);
  await until(() => /submit_sm .*destination_addr="?447700900001"?.*short_message="Hello"/.test(printed), () => printed);
});
