// An ESME written with the npm package smpp: binds, submits, and keeps what is delivered to it.
import smpp from 'smpp';
import { encoded, joined } from './texts.mjs';
import { until } from './programs.mjs';

export class EsmePeer {
  /** `tls`: options of Node's TLS client, among them tls: true; none: plain. */
  static async bind(t, port, credentials, type = 'bind_transceiver', tls = {}) {
    const peer = new EsmePeer();
    peer.session = smpp.connect({ host: '127.0.0.1', port, ...tls });
    t.after(() => peer.session.destroy());
    peer.session.on('error', (error) => peer.errors.push(error));
    peer.session.on('enquire_link', (pdu) => peer.session.send(pdu.response()));
    peer.session.on('deliver_sm', (pdu) => {
      peer.delivered.push(pdu);
      peer.session.send(pdu.response());
    });
    await new Promise((resolve) => peer.session.on(tls.tls ? 'secureConnect' : 'connect', resolve));
    peer.bindResponse = await peer.request(type, { interface_version: 0x34, ...credentials });
    return peer;
  }

  constructor() {
    this.delivered = [];
    this.errors = [];
  }

  request(command, fields = {}) {
    return new Promise((resolve) => this.session[command](fields, resolve));
  }

  /** All parts of a text; resolves with the message ids of its parts. */
  async submit(from, to, text, registered_delivery = 1) {
    const address = { source_addr: from, dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: to, registered_delivery };
    const responses = await Promise.all(encoded(text).map((part) => this.request('submit_sm', { ...address, ...part })));
    return responses.map((response) => response.message_id);
  }

  get receipts() {
    return this.delivered.filter((pdu) => (pdu.esm_class & 0x3c) === 0x04);
  }

  from(number) {
    return this.delivered.filter((pdu) => (pdu.esm_class & 0x3c) === 0 && pdu.source_addr === number);
  }

  /** The text that `number` wrote, once all of it is here. */
  textFrom(number) {
    return until(() => joined(this.from(number)), `the text of ${number}`);
  }
}
