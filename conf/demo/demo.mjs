// ./dev demo [--keep] [--kill] [--seed N] [--port-base N]
// Starts smpp-sim with twenty people who answer, its CRM sink and bindery, launches the check-up campaign, shows the
// conversations as they happen, and holds bindery's figures against what the simulator knows to be true.
// --keep leaves everything running. --kill ends bindery with SIGKILL half-way and starts it again.
// Exits 0 only if the figures agree. Only what it started is ended, by its process id.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const bin = process.env.BINDERY_BIN ?? path.resolve(here, '../../build/release/bin');
const names = ['Ann', 'Ben', 'Cleo', 'Dan', 'Eve', 'Finn', 'Gail', 'Hugo', 'Ida', 'Jon', 'Kim', 'Leo', 'Mia', 'Ned', 'Olga',
  'Paul', 'Quinn', 'Rosa', 'Sam', 'Tess'];
const firstNumber = 447700900001n;
const patience = 90_000; // ms for the whole campaign; it takes under ten seconds on an idle machine
const settled = 1_000; // ms without change before the figures count as final

const options = { keep: false, kill: false, seed: '7', portBase: 0 };
const children = [];
const isTerminal = process.stdout.isTTY;
const paint = (code, text) => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);
const dim = (text) => paint('2', text), bold = (text) => paint('1', text), good = (text) => paint('32', text),
  bad = (text) => paint('31', text), blue = (text) => paint('36', text);

class Stop extends Error {}

function readArguments(args) {
  for (let i = 0; i < args.length; ++i) {
    if (args[i] === '--keep') options.keep = true;
    else if (args[i] === '--kill') options.kill = true;
    else if (args[i] === '--seed' && /^\d+$/.test(args[i + 1])) options.seed = args[++i];
    else if (args[i] === '--port-base' && /^\d+$/.test(args[i + 1])) options.portBase = Number(args[++i]);
    else {
      console.error(`demo: unknown argument "${args[i]}" (known: --keep, --kill, --seed N, --port-base N)`);
      process.exit(2);
    }
  }
}

const nap = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

class Child {
  constructor(name, program, args, dir, env = {}) {
    this.name = name;
    this.log = path.join(dir, `${name}.log`);
    const log = openSync(this.log, 'a');
    this.process = spawn(path.join(bin, program), args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', log, log],
      detached: options.keep, // so that it survives this script and its terminal
    });
    closeSync(log);
    this.ended = false;
    this.exited = new Promise((resolve) => {
      const done = (code) => ((this.ended = true), (this.code = code), resolve());
      this.process.once('error', done);
      this.process.once('exit', done);
    });
    children.push(this);
  }
  tail() {
    return readFileSync(this.log, 'utf8').split('\n').slice(-12).join('\n');
  }
  async end(signal = 'SIGTERM') {
    if (!this.ended) this.process.kill(signal);
    const hard = setTimeout(() => this.process.kill('SIGKILL'), 12_000);
    await this.exited;
    clearTimeout(hard);
  }
}

async function fetchJson(url, init = {}) {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${init.method ?? 'GET'} ${url}: ${response.status} ${text.slice(0, 500)}`);
  return text ? JSON.parse(text) : {};
}

async function waitFor(child, what, condition) {
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    if (child.ended) throw new Stop(`${child.name} ended with code ${child.code}:\n${child.tail()}`);
    if (await condition().catch(() => false)) return;
    await nap(50);
  }
  throw new Stop(`waited 20 s for ${what}; the end of ${child.log}:\n${child.tail()}`);
}

// The demo's configuration; with other ports when asked, written beside the data.
function configuration(dir, ports) {
  const file = path.join(here, 'bindery.toml');
  if (!options.portBase) return file;
  const text = readFileSync(file, 'utf8')
    .replaceAll(':2775', `:${ports.smsc}`).replaceAll(':8099', `:${ports.sink}`).replaceAll(':8080', `:${ports.http}`)
    .replace('"campaigns/', `"${here}/campaigns/`);
  const own = path.join(dir, 'bindery.toml');
  writeFileSync(own, text);
  return own;
}

class Demo {
  constructor() {
    const base = options.portBase;
    this.ports = base ? { smsc: base, control: base + 1, sink: base + 2, http: base + 3 }
                      : { smsc: 2775, control: 2780, sink: 8099, http: 8080 };
    this.api = `http://127.0.0.1:${this.ports.http}/api/v1`;
    this.control = `http://127.0.0.1:${this.ports.control}`;
    this.sink = `http://127.0.0.1:${this.ports.sink}`;
    this.shown = new Set();
    this.headers = {};
  }

  async start() {
    for (const [what, port] of Object.entries(this.ports)) {
      if (!(await isFree(port))) {
        throw new Stop(`port ${port} (${what}) is in use; end what listens there, or choose others with --port-base N`);
      }
    }
    this.dir = mkdtempSync(path.join(os.tmpdir(), 'bindery-demo-'));
    this.config = configuration(this.dir, this.ports);
    const text = readFileSync(this.config, 'utf8');
    const secret = /secret\s*=\s*"([^"]+)"/.exec(text)[1];
    this.token = /value\s*=\s*"([^"]+)"/.exec(text)[1];
    this.headers = { authorization: `Bearer ${this.token}` };
    console.log(dim(`data and logs in ${this.dir}`));
    const simulator = new Child('smpp-sim', 'smpp-sim', ['smsc', '--listen', `127.0.0.1:${this.ports.smsc}`, '--control',
      `127.0.0.1:${this.ports.control}`, '--subscribers', 'demo', '--seed', options.seed, '--receipt-delay', '300',
      '--pcap', path.join(this.dir, 'link.pcap')], this.dir);
    const sink = new Child('sink', 'smpp-sim', ['sink', '--listen', `127.0.0.1:${this.ports.sink}`, '--secret', secret], this.dir);
    await waitFor(simulator, 'the simulator', () => fetchJson(`${this.control}/health`));
    await waitFor(sink, 'the CRM sink', () => fetchJson(`${this.sink}/health`));
    await this.startBindery();
  }

  async startBindery() {
    this.bindery = new Child('bindery', 'bindery', ['run', '-c', this.config], this.dir, { BINDERY_DATA_DIR: path.join(this.dir, 'data') });
    await waitFor(this.bindery, 'bindery to be bound', async () => (await fetch(`http://127.0.0.1:${this.ports.http}/readyz`)).ok);
  }

  async launch() {
    const at = new Date(Date.now() + 7 * 86_400_000);
    const lines = names.map((name, i) => JSON.stringify({
      number: `+${firstNumber + BigInt(i)}`,
      first_name: name,
      'appointment.at': `${at.toISOString().slice(0, 10)}T${String(9 + (i % 8)).padStart(2, '0')}:${i % 2 ? '30' : '00'}`,
      'appointment.status': 'booked',
    }));
    const campaign = `${this.api}/campaigns/checkup-reminder`;
    await fetchJson(`${campaign}/recipients`, { method: 'POST', body: lines.join('\n') + '\n',
      headers: { ...this.headers, 'content-type': 'application/x-ndjson', 'idempotency-key': 'demo-recipients' } });
    await fetchJson(`${campaign}/launch`, { method: 'POST', body: '{}',
      headers: { ...this.headers, 'content-type': 'application/json', 'idempotency-key': 'demo-launch' } });
    console.log(`${bold('checkup-reminder')} launched to ${names.length} people\n`);
  }

  nameOf(number) {
    return (names[Number(BigInt(number.replace('+', '')) - firstNumber)] ?? number).padEnd(6);
  }

  // What is new in the ledger and at the sink, in the order in which it happened.
  show(ledger, events) {
    const lines = [];
    for (const person of ledger.subscribers) {
      const tail = dim(person.number.slice(-3));
      for (const message of person.messages) {
        lines.push([message.at, `m${message.ids}`, `${tail} ${this.nameOf(person.number)} ${blue('<')} ${message.text}`]);
      }
      for (const reply of person.replies.filter((each) => each.accepted)) {
        lines.push([reply.answered_at, `r${reply.id}`, `${tail} ${this.nameOf(person.number)} ${good('>')} ${bold(reply.text)}`]);
      }
    }
    for (const event of events.events.filter((each) => !each.duplicate)) {
      lines.push([event.at, event.id, `    CRM    ${dim('*')} ${dim(event.type)}`]);
    }
    lines.sort((a, b) => (a[0] < b[0] ? -1 : 1));
    for (const [at, key, text] of lines) {
      if (this.shown.has(key)) continue;
      this.shown.add(key);
      console.log(`${dim(at.slice(11, 23))} ${text}`);
    }
  }

  async figures() {
    const ask = (what) => fetchJson(`${this.api}/${what}`, { headers: this.headers });
    const [ledger, events, status, conversations, ...people] = await Promise.all([
      fetchJson(`${this.control}/ledger`), fetchJson(`${this.sink}/events`), ask('status'),
      ask('conversations?campaign=checkup-reminder&limit=100'),
      ...names.map((_, i) => ask(`contacts/${firstNumber + BigInt(i)}`).catch(() => ({ consent: [], exchange: [] })))]);
    const doubts = people.flatMap((person) => person.exchange.map((each) => each.message))
      .filter((message) => message?.state === 'in_doubt');
    return { ledger, events, doubts, rows: table(ledger, events, status.totals, conversations.conversations, people) };
  }

  async follow() {
    const end = Date.now() + patience;
    let last = '', since = Date.now(), killed = !options.kill, now;
    while (Date.now() < end) {
      for (const child of children) {
        if (child.ended && child !== this.killedChild) throw new Stop(`${child.name} ended with code ${child.code}:\n${child.tail()}`);
      }
      now = await this.figures();
      this.show(now.ledger, now.events);
      if (!killed && now.ledger.totals.replied >= 5) {
        killed = true;
        await this.killBindery();
        continue;
      }
      const text = JSON.stringify(now.rows);
      if (text !== last) [last, since] = [text, Date.now()];
      const isQuiet = Date.now() - since >= settled && now.ledger.traffic.receipts === now.ledger.traffic.receipts_acknowledged;
      if (killed && isQuiet && isComplete(now) && agree(now.rows)) return now;
      await nap(150);
    }
    return now;
  }

  async killBindery() {
    console.log(bad(`\nkill -9 ${this.bindery.process.pid} (bindery), then start it again\n`));
    this.killedChild = this.bindery;
    await this.bindery.end('SIGKILL');
    await this.startBindery();
  }
}

// Everybody who wants something has said so and was heard; who was asked by a message in doubt may never have been.
function isComplete({ ledger, doubts }) {
  return ledger.subscribers.every((person) => doubts.some((message) => message.to.endsWith(person.number)) ||
    (person.personality === 'silent' ? person.messages.length > 0 : person.outcome !== ''));
}

const passedOn = new Set(['accepted', 'delivered', 'undelivered', 'expired_at_smsc', 'deleted', 'no_receipt']);

// Rows of [what, bindery's figure, the simulator's, how far they may differ]. bindery's are counted from what its API
// says of each person, so that a total cannot be right by two mistakes. Only messages it names in doubt may differ.
function table(ledger, events, totals, conversations, people) {
  const truth = ledger.totals;
  const messages = people.flatMap((person) => person.exchange.filter((each) => each.message).map((each) => each.message));
  const inState = (...states) => messages.filter((each) => states.includes(each.state)).length;
  const ended = (how) => conversations.filter((each) => each.outcome === how).length;
  const inDoubt = inState('in_doubt', 'unknown');
  const heard = ledger.subscribers.flatMap((person) => person.replies.filter((each) => each.accepted)).length;
  return [
    // One message opens each conversation and each reply is answered once: nothing missing, nothing twice.
    ['messages due', inState(...passedOn) + inDoubt, names.length + heard, 0],
    ['sent', inState(...passedOn), truth.sent, inDoubt],
    ['delivered', inState('delivered'), truth.delivered, inDoubt],
    ['replied', people.filter((person) => person.exchange.some((each) => each.inbound)).length, truth.replied, 0],
    ['confirmed', ended('confirmed'), truth.confirmed, 0],
    ['released', ended('released'), truth.released, 0],
    ['opted out', people.filter((person) => person.consent.some((each) => each.suppressed)).length, truth.opted_out, 0],
    ['CRM events received', totals.events_delivered, events.distinct, 0],
    ['CRM events due', totals.events, truth.confirmed + truth.released + truth.opted_out, 0],
  ];
}

const rowAgrees = ([, ours, truth, doubt]) => Math.abs(ours - truth) <= doubt;
const agree = (rows) => rows.every(rowAgrees);

function printTable(rows, doubts) {
  console.log(`\n${''.padEnd(22)}${'bindery'.padStart(9)}${'truth'.padStart(9)}`);
  for (const row of rows) {
    const [what, ours, truth, doubt] = row;
    const mark = !rowAgrees(row) ? bad('differs') : ours !== truth ? `${doubt} in doubt` : good('equal');
    console.log(`${what.padEnd(22)}${String(ours).padStart(9)}${String(truth).padStart(9)}  ${mark}`);
  }
  if (doubts.length) console.log(`\nIn doubt, as bindery ended while they were on their way; it does not send them again by itself:`);
  for (const message of doubts) console.log(`  ${message.id} to ${message.to}: ${message.text}`);
}

function printKept(demo) {
  const pids = children.filter((child) => !child.ended).map((child) => child.process.pid);
  const sim = path.join(bin, 'smpp-sim');
  const control = options.portBase ? ` --control 127.0.0.1:${demo.ports.control}` : '';
  console.log(`
Left running:
  bindery    http://127.0.0.1:${demo.ports.http}   token ${demo.token}
  SMSC       127.0.0.1:${demo.ports.smsc}, control ${demo.control}
  CRM sink   ${demo.sink}
  logs, data ${demo.dir}

Try
  ${sim} mo${control} --from 447700900001 --to 80800 "STOP"
  curl -s -H 'authorization: Bearer ${demo.token}' '${demo.api}/conversations?limit=3'
  curl -s -X POST ${demo.control}/links/drop    # bindery binds again by itself

Stop them
  kill ${pids.join(' ')}`);
}

async function endAll() {
  await Promise.all(children.filter((child) => !child.ended).map((child) => child.end()));
}

async function main() {
  readArguments(process.argv.slice(2));
  const demo = new Demo();
  let code = 1;
  try {
    await demo.start();
    await demo.launch();
    const last = await demo.follow();
    printTable(last.rows, last.doubts);
    code = agree(last.rows) && isComplete(last) ? 0 : 1;
    if (code !== 0) console.log(bad(`\nnot as it should be; logs in ${demo.dir}`));
  } catch (error) {
    console.error(`demo: ${error instanceof Stop ? error.message : error.stack}`);
  }
  if (options.keep && code === 0) {
    printKept(demo);
    for (const child of children) child.process.unref();
  } else {
    await endAll();
  }
  process.exitCode = code;
}

process.once('SIGINT', () => endAll().then(() => process.exit(130)));
process.once('SIGTERM', () => endAll().then(() => process.exit(143)));
await main();
