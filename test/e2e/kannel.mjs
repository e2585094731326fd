// Kannel's bearerbox and smsbox (Debian's package kannel) as an ESME, with a configuration of their own, on loopback; and
// the web server that Kannel tells of messages and receipts.
import { existsSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { freePort, Program } from './programs.mjs';

const bearerbox = '/usr/sbin/bearerbox';
const smsbox = '/usr/sbin/smsbox';

function configuration({ smsc, admin, boxes, sendsms, told }) {
  return `group = core
admin-port = ${admin}
admin-password = secret
admin-interface = 127.0.0.1
smsbox-port = ${boxes}
smsbox-interface = 127.0.0.1
box-allow-ip = "127.0.0.1"
box-deny-ip = "*.*.*.*"
dlr-storage = internal

group = smsc
smsc = smpp
smsc-id = carrier
host = 127.0.0.1
port = ${smsc}
transceiver-mode = true
smsc-username = kannel
smsc-password = secret08
system-type = ""
source-addr-autodetect = true
reconnect-delay = 1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = ${sendsms}
sendsms-interface = 127.0.0.1
mo-recode = true

group = sendsms-user
username = tester
password = secret
max-messages = 10
concatenation = true

group = sms-service
keyword = default
catch-all = true
max-messages = 0
get-url = "http://127.0.0.1:${told}/mo?from=%p&to=%P&text=%b&charset=%C&coding=%c"
`;
}

const listens = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

export class Kannel {
  /** Bound to the SMSC at `smsc` once this resolves. */
  static async start(t, dir, smsc) {
    for (const program of [bearerbox, smsbox]) {
      if (!existsSync(program)) throw new Error(`${program} is missing: apt-get install kannel (./dev setup does it)`);
    }
    const kannel = new Kannel();
    await kannel.listen(t);
    const ports = { smsc, told: kannel.told, admin: await freePort(), boxes: await freePort(), sendsms: await freePort() };
    const file = path.join(dir, 'kannel.conf');
    writeFileSync(file, configuration(ports));
    kannel.ports = ports;
    kannel.core = Program.start(t, bearerbox, ['-v', '0', file]);
    // Not by connecting to its port for boxes: it would take the test for one and hand it messages.
    await kannel.core.saysOnStderr(/Start-up done/);
    kannel.box = Program.start(t, smsbox, ['-v', '0', file]);
    await kannel.box.until(() => listens(ports.sendsms), 'smsbox to listen');
    await kannel.core.until(async () => /carrier[^]*online/.test(await kannel.status()), 'Kannel to bind');
    return kannel;
  }

  constructor() {
    this.messages = []; // {from, to, text}: of get-url
    this.receipts = []; // {message, type}: of dlr-url
  }

  async listen(t) {
    const server = http.createServer((request, response) => {
      const url = new URL(request.url, 'http://127.0.0.1');
      const fields = Object.fromEntries(url.searchParams);
      if (url.pathname === '/mo') this.messages.push(fields);
      if (url.pathname === '/dlr') this.receipts.push({ message: fields.message, type: Number(fields.type) });
      response.end();
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.told = server.address().port;
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
  }

  async status() {
    const response = await fetch(`http://127.0.0.1:${this.ports.admin}/status.txt?password=secret`);
    return response.text();
  }

  /** Hands a text to Kannel; `message` names it in the receipts. */
  async send(to, text, message) {
    const dlr = `http://127.0.0.1:${this.told}/dlr?message=${message}&type=%d`;
    const query = new URLSearchParams({ username: 'tester', password: 'secret', from: '80800', to, text, charset: 'UTF-8' });
    if (/[^\x00-\x7f]/.test(text)) query.set('coding', '2');
    query.set('dlr-mask', '31');
    query.set('dlr-url', dlr);
    const response = await fetch(`http://127.0.0.1:${this.ports.sendsms}/cgi-bin/sendsms?${query}`);
    return { status: response.status, text: await response.text() };
  }

  typesOf(message) {
    return this.receipts.filter((receipt) => receipt.message === message).map(({ type }) => type);
  }

  /** The whole text that `number` wrote, as Kannel tells it; undefined: nothing yet. */
  textFrom(number) {
    return this.messages.find(({ from }) => from.endsWith(number))?.text;
  }
}
