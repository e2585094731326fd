// The page of smpp-sim in a real browser: what passes is shown as it passes, its forms do what they say, nothing that
// a peer writes becomes markup, and nothing is fetched from elsewhere.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Browser } from './chromium.mjs';
import { EsmePeer } from './esme-peer.mjs';
import { startSimulator } from './programs.mjs';

const text = (id) => `document.getElementById(${JSON.stringify(id)}).textContent`;
const fill = (form, fields) => Object.entries(fields).map(([name, value]) =>
  `document.querySelector('#${form} [name="${name}"]').value = ${JSON.stringify(value)};`).join('');

async function opened(t, options = []) {
  const simulator = await startSimulator(t, ['--receipt-delay', '0', ...options]);
  const browser = await Browser.open(t);
  const origin = `http://127.0.0.1:${simulator.control}`;
  await browser.go(origin);
  await browser.until(`${text('line')} === 'live'`);
  return { simulator, browser, origin };
}

test('binds and PDUs appear as they come, and markup in a message stays text', async (t) => {
  const { simulator, browser, origin } = await opened(t);
  const peer = await EsmePeer.bind(t, simulator.port, { system_id: 'page', password: 'x' });
  await browser.until(`${text('binds')} === '1'`);
  await peer.submit('80800', '447700900001', '<img src=x onerror="document.title=1">');
  await browser.until(`${text('pdus')}.includes('<img src=x onerror')`);
  assert.equal(await browser.value("document.querySelectorAll('#pdus img').length"), 0);
  assert.match(await browser.value(text('pdus')), /receipt: id:\d+ .*stat:DELIVRD/);
  // What passed before a page was opened is there too.
  await browser.go(origin);
  await browser.until(`${text('pdus')}.includes('bind_transceiver_resp')`);
  await browser.value("document.getElementById('filter').value = 'submit_sm_resp'; document.getElementById('filter').dispatchEvent(new Event('input'))");
  assert.equal(await browser.value("[...document.getElementById('pdus').rows].filter((row) => !row.hidden).length"), 1);
  assert.deepEqual(browser.complaints, []);
  assert.deepEqual(browser.requests.filter((url) => !url.startsWith(origin)), []);
});

test('the forms send a message, change behaviour, take a handset off the network and reset', async (t) => {
  const { simulator, browser } = await opened(t, ['--subscribers', 'demo']);
  const peer = await EsmePeer.bind(t, simulator.port, { system_id: 'page', password: 'x' });
  const submit = (form, button = '') => browser.value(`document.getElementById('${form}').requestSubmit(${button})`);

  await browser.value(fill('mo', { from: '447700900999', to: '80800', text: 'héllo 😀' }));
  await submit('mo');
  await browser.until(`${text('mo-result')} === '1 part, the ESME answered ESME_ROK'`, () => 'the answer to the MO');
  assert.equal(await peer.textFrom('447700900999'), 'héllo 😀');
  await browser.value(fill('mo', { parts: '9' }));
  await submit('mo');
  await browser.until(`${text('mo-result')} === 'parts: 9, but the message has 1'`);

  await browser.value(fill('behaviour', { submit_status: 'ESME_RTHROTTLED' }));
  await submit('behaviour');
  await browser.until(`${text('behaviour-result')} === 'applied'`);
  assert.equal((await simulator.call('GET', '/behaviour')).submit_status, 'ESME_RTHROTTLED');

  await browser.value(fill('rules', { rules: 'to=4477* first=5 status=ESME_RTHROTTLED\n\n delay=1s ' }));
  await submit('rules');
  await browser.until(`${text('rules-result')} === '2 set'`);
  assert.deepEqual((await simulator.call('GET', '/behaviour')).rules, ['to=4477* first=5 status=ESME_RTHROTTLED', 'delay=1s']);
  await browser.value(fill('rules', { rules: 'to=1 colour=red' }));
  await submit('rules');
  await browser.until(`${text('rules-result')}.startsWith('rules[0]: column 6: unknown word')`);

  await browser.value(fill('network', { number: '447700900003' }));
  await submit('network', "document.querySelector('#network [value=\"\"]')");
  await browser.until(`${text('people')}.includes('447700900003') && ${text('network-result')}.endsWith('is off the network')`);
  assert.deepEqual((await simulator.call('GET', '/subscribers')).off_network, ['447700900003']);

  await browser.value("document.getElementById('reset').click()");
  await browser.until(`document.getElementById('behaviour').elements.submit_status.value === 'ESME_ROK'`);
  await browser.value("document.getElementById('drop').click()");
  await browser.until(`${text('binds')} === '0'`);
  assert.deepEqual(browser.complaints.filter((each) => !each.includes('status of 400')), []);
});

test('it fits a narrow screen, follows the dark mode, and every field has a name', async (t) => {
  const { browser } = await opened(t);
  await browser.size(400, 800);
  assert.ok(await browser.value('document.documentElement.scrollWidth <= innerWidth'));
  const ground = "getComputedStyle(document.body).backgroundColor";
  await browser.dark(false);
  const light = await browser.value(ground);
  await browser.dark(true);
  assert.notEqual(await browser.value(ground), light);
  const unnamed = "[...document.querySelectorAll('input, select, textarea')].filter((each) => each.labels.length === 0).length";
  assert.equal(await browser.value(unnamed), 0);
});
