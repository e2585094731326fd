// SMPP over TLS with a foreign implementation on the other side, Node's own TLS under the npm package smpp: bindery
// against an SMSC, and an ESME against smpp-sim --tls. Each side verifies the other's certificate.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { Bindery, environment, startCrm, writeConfiguration } from './bindery.mjs';
import { EsmePeer } from './esme-peer.mjs';
import { folder, freePort, run, startSimulator } from './programs.mjs';
import { SmscPeer } from './smsc-peer.mjs';

/** A self-signed certificate in `dir`, by OpenSSL's own program: {cert, key, certFile, keyFile}. */
function makeCertificate(dir, name, alternate) {
  const certFile = path.join(dir, `${name}.pem`);
  const keyFile = path.join(dir, `${name}.key`);
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc', '-days', '2'];
  const names = alternate ? ['-addext', `subjectAltName=${alternate}`] : [];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', keyFile, '-out', certFile, '-subj', `/CN=${name}`, ...names], {
    stdio: 'pipe',
  });
  return { cert: readFileSync(certFile), key: readFileSync(keyFile), certFile, keyFile };
}

describe('bindery against an SMSC written with npm smpp over TLS', () => {
  it('binds with its client certificate, sends and receives', async (t) => {
    const dir = folder(t, 'tls');
    const server = makeCertificate(dir, 'smsc', 'IP:127.0.0.1');
    const client = makeCertificate(dir, 'bindery');
    const smsc = await SmscPeer.listen(t, { ...server, ca: client.cert, requestCert: true, rejectUnauthorized: true });
    const crm = await startCrm(t);
    const keys = `tls = true
tls_ca = "${server.certFile}"
tls_certificate = "${client.certFile}"
tls_key = "${client.keyFile}"`;
    const bindery = await Bindery.start(t, { dir, smsc: [{ id: 'npm', port: smsc.port, keys }], sink: crm });
    await bindery.program.until(() => smsc.bound, 'a bind');
    const { socket } = smsc.bound;
    assert.equal(socket.authorized, true, 'the client certificate was shown');
    assert.equal(socket.getProtocol(), 'TLSv1.3');
    await bindery.program.saysOnStderr(/bound to 127\.0\.0\.1:\d+ over TLSv1\.3/);

    await bindery.send({ to: '+447700900001', from: '80800', text: 'Over TLS', campaign: undefined });
    await bindery.program.until(() => smsc.to('447700900001').length === 1, 'the submit_sm');
    assert.equal(smsc.to('447700900001')[0].pdu.short_message.message, 'Over TLS');
    assert.equal((await smsc.receipt(smsc.submits[0])).command_status, 0);
    const [response] = await smsc.write('447700900001', '80800', 'YES');
    assert.equal(response.command_status, 0);

    // An end without close_notify is an end like any other: the next bind follows.
    smsc.bound.socket.destroy();
    await bindery.program.until(() => smsc.binds.length === 2, 'another bind');
    assert.deepEqual(smsc.errors, []);
  });

  it('does not tell its password to an SMSC it cannot verify, and says why', async (t) => {
    const dir = folder(t, 'tls');
    const smsc = await SmscPeer.listen(t, makeCertificate(dir, 'stranger', 'DNS:smsc.example.net'));
    const bindery = await Bindery.start(t, { dir, smsc: [{ id: 'npm', port: smsc.port, keys: 'tls = true' }] });
    await bindery.program.saysOnStderr(/TLS: its certificate is self-signed.*next attempt in/);
    assert.deepEqual(smsc.binds, []);
  });

  it('check names files that cannot be read, and warns of an unverified or plain link', async (t) => {
    const dir = folder(t, 'tls');
    const check = async (keys, host) => {
      const { file } = await writeConfiguration(dir, { smsc: [{ id: 'a', port: 2776, host, keys }] });
      return run('bindery', ['check', '-c', file], environment);
    };
    const missing = await check('tls = true\ntls_ca = "gone.pem"');
    assert.equal(missing.code, 78);
    assert.match(missing.err, new RegExp(`bindery\\.toml:\\d+:10: .*gone\\.pem: No such file or directory`));
    const unverified = await check('tls = true\ntls_verify = "none"');
    assert.equal(unverified.code, 0, unverified.err);
    assert.match(unverified.err, /certificates are NOT verified/);
    const plain = await check('', 'smsc.example.net');
    assert.equal(plain.code, 0, plain.err);
    assert.match(plain.err, /the link to smsc\.example\.net:2776 is plain/);
  });
});

describe('an ESME written with npm smpp against smpp-sim --tls', () => {
  const credentials = { system_id: 'npm', password: 'any' };

  it('trusts the certificate that the simulator made, binds, submits and gets a receipt', async (t) => {
    const simulator = await startSimulator(t, ['--tls', '--receipt-delay', '10']);
    const answer = await fetch(`http://127.0.0.1:${simulator.control}/certificate`);
    const ca = await answer.text();
    assert.match(ca, /^-----BEGIN CERTIFICATE-----/);
    const esme = await EsmePeer.bind(t, simulator.port, credentials, 'bind_transceiver', { tls: true, ca, servername: 'localhost' });
    assert.equal(esme.bindResponse.command_status, 0);
    assert.equal(esme.session.socket.authorized, true);
    const [id] = await esme.submit('80800', '447700900001', 'Over TLS');
    await simulator.program.until(() => esme.receipts.length === 1, 'the receipt');
    assert.equal(esme.receipts[0].receipted_message_id, id);
    const ended = new Promise((resolve) => esme.session.on('close', resolve));
    await esme.request('unbind');
    await ended;
    assert.deepEqual(esme.errors, []);
  });

  it('takes a certificate and key as files and can ask for the client\'s', async (t) => {
    const dir = folder(t, 'tls');
    const server = makeCertificate(dir, 'smsc', 'DNS:localhost,IP:127.0.0.1');
    const client = makeCertificate(dir, 'esme');
    const files = ['--certificate', server.certFile, '--key', server.keyFile, '--client-ca', client.certFile];
    const simulator = await startSimulator(t, ['--tls', ...files]);
    const tls = { tls: true, ca: server.cert, servername: 'localhost', key: client.key, cert: client.cert };
    const esme = await EsmePeer.bind(t, simulator.port, credentials, 'bind_transceiver', tls);
    assert.equal(esme.bindResponse.command_status, 0);
  });

  it('refuses files that do not fit, in one line', async (t) => {
    const dir = folder(t, 'tls');
    const a = makeCertificate(dir, 'a');
    const b = makeCertificate(dir, 'b');
    const listen = ['--listen', `127.0.0.1:${await freePort()}`, '--control', `127.0.0.1:${await freePort()}`];
    const { code, err } = await run('smpp-sim', ['smsc', ...listen, '--tls', '--certificate', a.certFile, '--key', b.keyFile]);
    assert.equal(code, 1);
    assert.match(err, /TLS: the key in .*b\.key does not belong to the certificate in .*a\.pem/);
    assert.equal((await run('smpp-sim', ['smsc', ...listen, '--certificate', a.certFile])).code, 2);
  });
});
