// The live page: what passes by server-sent events, everything else by the same HTTP that tests use. What comes from
// outside is only ever put into the page as text.
'use strict';

const kRows = 200; // PDUs kept in the table
const kRate = 40; // PDUs a second that a person could still follow; the rest is counted
const $ = (id) => document.getElementById(id);

async function call(method, path, body) {
  const response = await fetch(path, body === undefined ? { method } : {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? `refused with ${response.status}`);
  return answer;
}

function say(output, text, bad = false) {
  output.textContent = text;
  output.classList.toggle('bad', bad);
}

// A form's button: `act` returns what to say.
async function run(output, act) {
  say(output, '…');
  try {
    say(output, await act());
  } catch (error) {
    say(output, error.message, true);
  }
}

// ---- now and PDUs

function cell(row, text, name) {
  const td = row.insertCell();
  td.textContent = text;
  if (name) td.className = name;
}

function shows(row) {
  const wanted = $('filter').value.trim().toLowerCase();
  const isLink = row.dataset.command.startsWith('enquire_link');
  return (!isLink || $('links').checked) && (wanted === '' || row.textContent.toLowerCase().includes(wanted));
}

function addRow(row) {
  row.hidden = !shows(row);
  $('pdus').prepend(row);
  while ($('pdus').rows.length > kRows) $('pdus').deleteRow(-1);
}

function addPdu(pdu) {
  const row = document.createElement('tr');
  row.className = pdu.direction;
  row.dataset.command = pdu.command ?? '';
  const isResponse = (pdu.command ?? '').endsWith('_resp') || pdu.command === 'generic_nack';
  const isBad = isResponse && pdu.status !== 'ESME_ROK';
  cell(row, pdu.at.slice(11, 23));
  cell(row, `#${pdu.connection} ${pdu.account}`);
  cell(row, pdu.direction === 'in' ? '← in' : '→ out', 'way');
  cell(row, pdu.command ?? 'not a PDU', pdu.command ? '' : 'bad');
  cell(row, pdu.sequence_number ?? '');
  cell(row, isResponse ? pdu.status : '', isBad ? 'bad' : '');
  cell(row, pdu.from || pdu.to ? `${pdu.from ?? ''} → ${pdu.to ?? ''}` : '');
  const part = pdu.part ? ` (part ${pdu.part.number} of ${pdu.part.total})` : '';
  cell(row, pdu.fault ?? `${pdu.receipt ? 'receipt: ' : ''}${pdu.text ?? pdu.fields?.message_id ?? ''}${part}`, 'text');
  addRow(row);
}

function addLink(link) {
  const row = document.createElement('tr');
  row.className = 'link';
  row.dataset.command = '';
  cell(row, link.at.slice(11, 23));
  cell(row, `#${link.connection}`);
  cell(row, '');
  cell(row, link.link);
  cell(row, '');
  cell(row, '');
  cell(row, link.remote);
  cell(row, [link.tls, link.why].filter(Boolean).join(': '), 'text');
  addRow(row);
}

function showState(state) {
  $('binds').textContent = state.binds;
  $('receivers').textContent = state.receivers;
  $('owed').textContent = state.owed;
  $('submits').textContent = state.submit_sm;
  $('refused').textContent = state.submit_sm_refused;
  $('rate').textContent = state.pdus_per_second;
  $('per-second').textContent = Object.entries(state.per_second).map(([name, count]) => `${name} ${count}/s`).join(', ');
  $('skipped').textContent = state.skipped ? `${state.skipped} more in the last second; GET /pdus has them` : '';
}

async function listen() {
  // What was there before the page, and then everything behind it.
  const before = await call('GET', '/pdus?limit=100');
  before.pdus.forEach(addPdu);
  const events = new EventSource(`/events?rate=${kRate}&after=${before.last_id}`);
  const on = (name, act) => events.addEventListener(name, (event) => act(JSON.parse(event.data)));
  events.onopen = () => {
    $('line').textContent = 'live';
    $('line').classList.remove('bad');
  };
  events.onerror = () => {
    $('line').textContent = 'not connected; trying again';
    $('line').classList.add('bad');
  };
  on('state', showState);
  on('pdu', (pdu) => $('pause').checked || addPdu(pdu));
  on('link', (link) => $('pause').checked || addLink(link));
}

const filterAgain = () => [...$('pdus').rows].forEach((row) => { row.hidden = !shows(row); });
$('filter').addEventListener('input', filterAgain);
$('links').addEventListener('change', filterAgain);

// ---- forms

function onSubmit(form, output, act) {
  $(form).addEventListener('submit', (event) => {
    event.preventDefault();
    const fields = new FormData(event.target, event.submitter);
    run($(output), () => act(fields));
  });
}

onSubmit('mo', 'mo-result', async (fields) => {
  const body = {};
  for (const [name, value] of fields) if (value !== '' || name === 'text') body[name] = value;
  const answer = await call('POST', '/mo', body);
  const parts = answer.parts === 1 ? '1 part' : `${answer.parts} parts`;
  return answer.outcome === 'answered' ? `${parts}, the ESME answered ${answer.status}` : `${parts}, waiting: ${answer.reason}`;
});

function showBehaviour(behaviour) {
  for (const input of $('behaviour').elements) {
    if (input.name && behaviour[input.name] !== undefined) input.value = behaviour[input.name];
  }
  $('rules').elements.rules.value = behaviour.rules.join('\n');
}

onSubmit('behaviour', 'behaviour-result', async (fields) => {
  const body = {};
  for (const [name, value] of fields) {
    if (value === '') continue;
    body[name] = $('behaviour').elements[name].type === 'number' ? Number(value) : value;
  }
  showBehaviour(await call('POST', '/behaviour', body));
  return 'applied';
});

onSubmit('rules', 'rules-result', async (fields) => {
  const rules = fields.get('rules').split('\n').map((line) => line.trim()).filter((line) => line !== '');
  showBehaviour(await call('POST', '/behaviour', { rules }));
  return `${rules.length} set`;
});

onSubmit('faults', 'faults-result', async (fields) => {
  const answer = await call('POST', '/faults', { fault: fields.get('fault') });
  return `${answer.fault} on ${answer.connections} links`;
});

$('drop').addEventListener('click', () => run($('behaviour-result'), async () => {
  const answer = await call('POST', '/links/drop');
  return `${answer.dropped} dropped`;
}));

$('reset').addEventListener('click', () => run($('behaviour-result'), async () => {
  await call('POST', '/reset');
  $('pdus').replaceChildren();
  showBehaviour(await call('GET', '/behaviour'));
  showPeople();
  return 'ledger, PDUs, counters, behaviour, rules and faults are as at the start';
}));

async function showPeople() {
  const people = await call('GET', '/subscribers?limit=100');
  $('people').replaceChildren(...people.subscribers.map((person) => {
    const row = document.createElement('tr');
    cell(row, person.number);
    cell(row, person.personality);
    cell(row, person.on_network ? 'on' : 'off', person.on_network ? '' : 'bad');
    return row;
  }));
  const off = people.off_network.filter((number) => !people.subscribers.some((person) => person.number === number));
  $('people-more').textContent = [
    people.count === 0 ? 'nobody answers by himself; start with --subscribers demo' : '',
    people.count > 100 ? `and ${people.count - 100} more` : '',
    off.length ? `off the network too: ${off.join(', ')}` : '',
  ].filter(Boolean).join('; ');
}

onSubmit('network', 'network-result', async (fields) => {
  const answer = await call('POST', '/network', { number: fields.get('number').trim(), on: fields.get('on') === '1' });
  await showPeople();
  return `${answer.number} is ${answer.on ? 'on' : 'off'} the network`;
});

call('GET', '/behaviour').then(showBehaviour).catch(() => {});
showPeople().catch(() => {});
listen().catch((error) => { $('line').textContent = error.message; });
