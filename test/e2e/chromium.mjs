// Debian's chromium without a window, led over a pipe by its DevTools protocol: a page as a person sees it. What the
// page asked of the network, and what it complained about, is kept.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';

import { folder, until } from './programs.mjs';

export class Browser {
  /** A browser with one empty tab; the test `t` ends it. */
  static async open(t) {
    const browser = new Browser(folder(t, 'chromium'));
    t.after(() => browser.process.kill('SIGKILL'));
    const { targetId } = await browser.call('Target.createTarget', { url: 'about:blank' }, null);
    browser.session = (await browser.call('Target.attachToTarget', { targetId, flatten: true }, null)).sessionId;
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await browser.call(`${domain}.enable`);
    return browser;
  }

  constructor(profile) {
    this.requests = []; // URLs
    this.complaints = []; // exceptions and errors of the console
    this.waiting = new Map();
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
      '--remote-debugging-pipe', `--user-data-dir=${profile}`];
    this.process = spawn('chromium', options, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.process.on('error', (error) => assert.fail(`chromium cannot be started (apt-get install chromium): ${error.message}`));
    let text = '';
    this.process.stdio[4].setEncoding('utf8').on('data', (more) => {
      const messages = (text + more).split('\0');
      text = messages.pop();
      for (const each of messages) this.heard(JSON.parse(each));
    });
  }

  heard({ id, method, params, result, error }) {
    if (id !== undefined) {
      const { resolve, reject } = this.waiting.get(id);
      this.waiting.delete(id);
      return error ? reject(new Error(error.message)) : resolve(result);
    }
    if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url);
    if (method === 'Runtime.exceptionThrown') this.complaints.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === 'Log.entryAdded' && params.entry.level === 'error') this.complaints.push(`${params.entry.text} ${params.entry.url ?? ''}`);
  }

  call(method, params = {}, sessionId = this.session) {
    const id = (this.lastId = (this.lastId ?? 0) + 1);
    const message = sessionId ? { id, method, params, sessionId } : { id, method, params };
    this.process.stdio[3].write(`${JSON.stringify(message)}\0`);
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  go(url) {
    return this.call('Page.navigate', { url });
  }

  /** The value of an expression in the page, promises awaited. */
  async value(expression) {
    const { result, exceptionDetails } = await this.call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    assert.ok(!exceptionDetails, exceptionDetails?.exception?.description ?? exceptionDetails?.text);
    return result.value;
  }

  /** Waits until an expression in the page is truthy. */
  until(expression, what = expression) {
    return until(() => this.value(expression).catch(() => false), what);
  }

  size(width, height) {
    return this.call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  }

  dark(is) {
    return this.call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: is ? 'dark' : 'light' }] });
  }

  async screenshot(file) {
    const { data } = await this.call('Page.captureScreenshot', { captureBeyondViewport: true });
    writeFileSync(file, Buffer.from(data, 'base64'));
  }
}
