// An SMSC written with the npm package smpp: takes binds and submits, sends receipts and what handsets write.
import smpp from 'smpp';
import { encoded } from './texts.mjs';
import { password } from './bindery.mjs';

export class SmscPeer {
  /** `tls`: options of Node's TLS server, with key and cert; none: plain. */
  static async listen(t, tls = {}) {
    const peer = new SmscPeer(tls);
    await new Promise((resolve) => peer.server.listen(0, '127.0.0.1', resolve));
    peer.port = peer.server.address().port;
    t.after(() => peer.close());
    return peer;
  }

  constructor(tls) {
    this.binds = []; // bind PDUs, as they came
    this.submits = []; // {pdu, id}
    this.bound = null; // the session of the last accepted bind
    this.errors = []; // what npm smpp could not read
    this.bindStatus = null; // null: by the password; else this answer to every bind
    this.next = 1;
    this.sessions = new Set();
    this.server = smpp.createServer(tls, (session) => this.serve(session));
  }

  close() {
    for (const session of this.sessions) session.destroy();
    this.server.close();
  }

  serve(session) {
    this.sessions.add(session);
    session.on('close', () => this.sessions.delete(session));
    session.on('error', (error) => this.errors.push(error));
    session.on('enquire_link', (pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu) => session.send(pdu.response(), () => session.close()));
    for (const command of ['bind_transceiver', 'bind_transmitter', 'bind_receiver']) {
      session.on(command, (pdu) => {
        this.binds.push(pdu);
        const command_status = this.bindStatus ?? (pdu.password === password ? smpp.ESME_ROK : smpp.ESME_RINVPASWD);
        session.send(pdu.response({ system_id: 'npm', command_status }));
        if (command_status === smpp.ESME_ROK) this.bound = session;
      });
    }
    session.on('submit_sm', (pdu) => {
      const id = `npm-${this.next++}`;
      session.send(pdu.response({ message_id: id }));
      this.submits.push({ pdu, id });
    });
  }

  /** The submits to `number`, in the order in which they came. */
  to(number) {
    return this.submits.filter(({ pdu }) => pdu.destination_addr === number);
  }

  /** Sends one deliver_sm and resolves with its response. */
  deliver(fields) {
    return new Promise((resolve, reject) => {
      if (!this.bound?.deliver_sm(fields, resolve)) reject(new Error('no link to deliver on'));
    });
  }

  /** A handset's text, its parts last first; resolves with all responses. */
  write(from, to, text) {
    const address = { source_addr_ton: 1, source_addr_npi: 1, source_addr: from, destination_addr: to };
    return Promise.all(encoded(text).reverse().map((part) => this.deliver({ ...address, ...part })));
  }

  /** A final receipt for a submit, in the words of SMPP 3.4 appendix B and with both TLVs. */
  receipt({ pdu, id }, stat = 'DELIVRD', message_state = 2) {
    return this.deliver({
      esm_class: 0x04,
      source_addr_ton: pdu.dest_addr_ton,
      source_addr_npi: pdu.dest_addr_npi,
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      short_message: `id:${id} sub:001 dlvrd:001 submit date:2602031000 done date:2602031001 stat:${stat} err:000 text:`,
      receipted_message_id: id,
      message_state,
    });
  }
}
