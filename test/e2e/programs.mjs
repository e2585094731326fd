// Runs the built programs as an operator would: own folder, free ports, ended by their id. A test never waits for a
// time, only for a condition (`until`), and says what it waited for when that does not come.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const bin = process.env.BINDERY_BIN ?? path.join(root, 'build/release/bin');

const kPatience = 20_000; // ms; longer than anything here takes on a loaded machine, not a statement about speed
const kLook = 15; // ms between two looks at a condition

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Resolves with the first truthy value of `condition` (sync or async); rejects after `patience` ms. */
export async function until(condition, what, patience = kPatience) {
  const end = performance.now() + patience;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) assert.fail(`waited in vain for ${typeof what === 'function' ? what() : what}`);
    await new Promise((resolve) => setTimeout(resolve, kLook));
  }
}

/** A port nobody listens on, as far as anybody can tell. */
export async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A folder of one test, gone when the test has passed and kept for a look when it has not. */
export function folder(t, name) {
  const dir = mkdtempSync(path.join(os.tmpdir(), `bindery-${name}-`));
  t.after(() => {
    if (process.env.BINDERY_KEEP) console.error(`kept: ${dir}`);
    else rmSync(dir, { recursive: true, force: true });
  });
  return dir;
}

export class Program {
  /** Starts `name` from the release tree, or the program at an absolute path; the test `t` ends it. */
  static start(t, name, args, env = {}, stdin = 'ignore') {
    const program = new Program(name, args, env, stdin);
    t.after(() => program.stop());
    return program;
  }

  constructor(name, args, env = {}, stdin = 'ignore') {
    this.name = name;
    this.out = '';
    this.err = '';
    this.ended = null; // {code, signal}
    this.child = spawn(path.resolve(bin, name), args, {
      env: { ...process.env, ...env },
      stdio: [stdin, 'pipe', 'pipe'],
    });
    running.add(this.child);
    this.child.stdout.setEncoding('utf8').on('data', (text) => (this.out += text));
    this.child.stderr.setEncoding('utf8').on('data', (text) => (this.err += text));
    this.exited = new Promise((resolve) => {
      this.child.on('error', (error) => {
        this.err += String(error);
        resolve((this.ended = { code: null, signal: null }));
      });
      this.child.on('close', (code, signal) => {
        running.delete(this.child);
        resolve((this.ended = { code, signal }));
      });
    });
  }

  /** Waits for a condition while the program runs; its end is the end of the waiting. */
  until(condition, what) {
    const told = () => `${what}; ${this.name} said:\n${this.err.slice(-4000)}${this.out.slice(-2000)}`;
    return until(async () => {
      if (this.ended) assert.fail(`${this.name} ended (${JSON.stringify(this.ended)}) before ${told()}`);
      return condition();
    }, told);
  }

  saysOnStderr(pattern) {
    return this.until(() => pattern.test(this.err), `${pattern} on stderr`);
  }

  async stop(signal = 'SIGTERM') {
    if (!this.ended) this.child.kill(signal);
    const hard = setTimeout(() => this.child.kill('SIGKILL'), kPatience);
    await this.exited;
    clearTimeout(hard);
    return this.ended;
  }
}

/** Runs a command to its end. */
export async function run(name, args, env = {}) {
  const program = new Program(name, args, env);
  const hard = setTimeout(() => program.child.kill('SIGKILL'), kPatience);
  await program.exited;
  clearTimeout(hard);
  return { code: program.ended.code, signal: program.ended.signal, out: program.out, err: program.err };
}

/** smpp-sim with its control port; `options` as on its command line. */
export async function startSimulator(t, options = []) {
  const port = await freePort();
  const control = await freePort();
  const args = ['smsc', '--listen', `127.0.0.1:${port}`, '--control', `127.0.0.1:${control}`, '--quiet', ...options];
  const program = Program.start(t, 'smpp-sim', args);
  const call = async (method, target, body) => {
    const response = await fetch(`http://127.0.0.1:${control}${target}`, { method, body: body && JSON.stringify(body) });
    return response.json();
  };
  await program.until(() => call('GET', '/health').then((health) => health.ok, () => false), 'the simulator to listen');
  return { program, port, control, call };
}
