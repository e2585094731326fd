// Is the simulator ever what a round trip waits for? bindery and smpp-sim, a process each: a campaign to so many
// subscribers who answer, its replies and all receipts; the processor time of each, from the kernel, a message.
// usage: node simulator.mjs [subscribers]; exits 1 when the simulator's share is above what it may be.
import { readFileSync } from 'node:fs';
import { Bindery, talk } from '../e2e/bindery.mjs';
import { startSimulator, until } from '../e2e/programs.mjs';

const people = Number(process.argv[2] ?? 20_000);
const kMostShare = 0.4; // of bindery's processor time a message
const kPatience = 180_000; // ms for the whole campaign
const kTicks = 100; // of /proc/PID/stat a second (sysconf _SC_CLK_TCK on Linux)
const kFirst = 447_700_900_001;
const kChunk = 1_000; // recipients a request

const ends = [];
const t = { after: (end) => ends.push(end), diagnostic: console.log };

/** Seconds of processor time of a process so far, user and system. */
function spent({ child }) {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ').pop().split(' ');
  return (Number(fields[11]) + Number(fields[12])) / kTicks;
}

async function campaign() {
  const quick = ['--subscribers', String(people), '--receipt-delay', '10', '--window', '100'];
  const sim = await startSimulator(t, quick);
  const bindery = await Bindery.start(t, { campaigns: { talk: talk.replaceAll(/, \{ notify[^}]*\}/g, '') }, smsc: [{ id: 'sim', port: sim.port, keys: 'window = 100' }] });
  for (let first = 0; first < people; first += kChunk) {
    const rows = Array.from({ length: Math.min(kChunk, people - first) }, (_, i) => JSON.stringify({ number: `+${kFirst + first + i}` }));
    const answer = await bindery.call('POST', '/api/v1/campaigns/talk/recipients', rows.join('\n'), { 'content-type': 'application/x-ndjson' });
    if (answer.status >= 300) throw new Error(JSON.stringify(answer));
  }
  const before = { sim: spent(sim.program), bindery: spent(bindery.program) };
  const began = performance.now();
  const launched = await bindery.call('POST', '/api/v1/campaigns/talk/launch');
  if (launched.status >= 300) throw new Error(JSON.stringify(launched));
  // Over when neither did anything for a second: to ask the ledger all the time would cost the simulator what is measured.
  let last = '', ended = began;
  await until(async () => {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const now = `${spent(sim.program).toFixed(1)} ${spent(bindery.program).toFixed(1)}`;
    if (now === last) return true;
    [last, ended] = [now, performance.now()];
    return false;
  }, 'the campaign to end', kPatience);
  const after = { sim: spent(sim.program) - before.sim, bindery: spent(bindery.program) - before.bindery };
  return { counters: (await sim.call('GET', '/ledger')).traffic, seconds: (ended - began) / 1000, ...after };
}

try {
  const { counters, seconds, sim, bindery } = await campaign();
  const messages = counters.submit_sm_accepted + counters.deliver_sm;
  const micro = (s) => ((s / messages) * 1e6).toFixed(1);
  const share = sim / bindery;
  console.log(`${people} subscribers: ${counters.submit_sm_accepted} submit_sm, ${counters.deliver_sm} deliver_sm, ${counters.receipts_acknowledged} of ${counters.receipts} receipts in ${seconds.toFixed(1)} s`);
  console.log(`processor time a message: bindery ${micro(bindery)} us, smpp-sim ${micro(sim)} us: ${(share * 100).toFixed(0)} % (at most ${kMostShare * 100} %)`);
  process.exitCode = share <= kMostShare && counters.receipts === counters.receipts_acknowledged ? 0 : 1;
} finally {
  for (const end of ends.reverse()) await end();
}
