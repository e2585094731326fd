// A `bindery run` with a configuration of its own, and its API as the CRM uses it.
import { createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { folder, freePort, Program } from './programs.mjs';

export const password = 'secret08';
export const token = randomBytes(24).toString('base64url');
export const webhookKey = randomBytes(32);
/** The environment with every secret the configuration names. */
export const environment = {
  E2E_PASSWORD: password,
  E2E_TOKEN: token,
  E2E_SECRET: `whsec_${webhookKey.toString('base64')}`,
};

export const talk = `
[campaign]
name    = "talk"
sender  = "80800"
message = "Say something, please."
window  = "1h"

[[rule]]
keyword = ["YES"]
do = [ { reply = "Yes it is, for 5 €." }, { notify = "crm", event = "talk.yes" } ]

[[rule]]
otherwise = true
do = [ { reply = "Heard you." }, { notify = "crm", event = "talk.heard" } ]
`;

/** Writes configuration and campaigns below `dir`. `smsc`: [{id, port, host, keys}], first choice first; keys: further lines. */
export async function writeConfiguration(dir, { smsc, sink, campaigns = { talk }, extra = '', httpPort }) {
  const port = httpPort ?? (await freePort());
  const file = path.join(dir, 'bindery.toml');
  mkdirSync(path.join(dir, 'campaigns'), { recursive: true });
  for (const [name, text] of Object.entries(campaigns)) writeFileSync(path.join(dir, `campaigns/${name}.toml`), text);
  const accounts = smsc.map(
    (account) => `
[[smsc]]
id        = "${account.id}"
hosts     = ["${account.host ?? '127.0.0.1'}:${account.port}"]
system_id = "bindery"
password  = { env = "E2E_PASSWORD" }
${account.keys ?? ''}
`,
  );
  writeFileSync(
    file,
    `data_dir  = "${dir}/data"
campaigns = "${dir}/campaigns/*.toml"

[http]
listen = "127.0.0.1:${port}"
[[http.token]]
name = "crm"
role = "operate"
env  = "E2E_TOKEN"
${accounts.join('')}
[[sender]]
number = "80800"
smsc   = [${smsc.map((account) => `"${account.id}"`).join(', ')}]

[[endpoint]]
name   = "crm"
url    = "${sink?.url ?? 'http://127.0.0.1:9/hooks'}"
secret = { env = "E2E_SECRET" }
${extra}`,
  );
  return { file, port, dir };
}

export class Bindery {
  static async start(t, options) {
    const dir = options.dir ?? folder(t, 'e2e');
    const configuration = await writeConfiguration(dir, options);
    const bindery = new Bindery(configuration);
    bindery.program = Program.start(t, 'bindery', ['run', '-c', configuration.file], { ...environment, ...options.env });
    await bindery.program.until(() => bindery.status('/livez').then((code) => code === 200, () => false), 'the HTTP port');
    return bindery;
  }

  constructor({ file, port, dir }) {
    Object.assign(this, { file, port, dir });
    this.url = `http://127.0.0.1:${port}`;
  }

  async status(target) {
    return (await fetch(this.url + target)).status;
  }

  /** {status, type, body} of a call with the CRM's token; `body` an object or the text itself. */
  async call(method, target, body, headers = {}) {
    const response = await fetch(this.url + target, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
    const text = await response.text();
    let parsed = text;
    try {
      parsed = JSON.parse(text);
    } catch {
      // not JSON: the caller's assertion shows it
    }
    return { status: response.status, type: response.headers.get('content-type') ?? '', body: parsed };
  }

  async send(message) {
    const answer = await this.call('POST', '/api/v1/messages', message);
    if (answer.status >= 300) throw new Error(`POST /api/v1/messages: ${JSON.stringify(answer)}`);
    return answer.body;
  }

  async message(id) {
    return (await this.call('GET', `/api/v1/messages/${id}`)).body;
  }
}

/** The CRM's end of the webhooks; keeps what arrived and whether its signature was right (Standard Webhooks). */
export async function startCrm(t) {
  const crm = { events: [], badSignatures: 0 };
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures = '' } = request.headers;
      const expected = createHmac('sha256', webhookKey).update(`${id}.${timestamp}.${body}`).digest('base64');
      if (!signatures.split(' ').includes(`v1,${expected}`)) crm.badSignatures += 1;
      crm.events.push({ id, ...JSON.parse(body) });
      response.end();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  crm.url = `http://127.0.0.1:${server.address().port}/hooks`;
  return crm;
}
