// The texts every judge sees both ways, and how parts become one text again by the rules of 3GPP TS 23.040.
import assert from 'node:assert/strict';

export const texts = {
  'short GSM with the extension table': 'Only 5 € today {ends ~6} [a|b] \\o/ ^',
  // 170 characters of two septets each: a cut by counting septets would fall between escape and character.
  'long GSM of euro signs': 'x' + '€'.repeat(170),
  'long GSM': 'The quick brown fox jumps over the lazy dog, àéù @ £5 ÄÖÜß. '.repeat(6).trim(),
  'one emoji': '👍',
  // An odd number of units first: a cut by counting units would fall into a surrogate pair.
  'long UCS-2 with emoji': 'Ж' + '👍🏽👨‍👩‍👧 Привет, мир! '.repeat(9).trim(),
};

export const isGsm = (text) => /^[\n\r !-_a-~£¥èéùìòÇØøÅåÆæßÉ¤¡ÄÖÑÜ§¿äöñüàΔΦΓΛΩΠΨΣΘΞ€]*$/u.test(text);

/** What a part says of itself: {reference, total, number}, or null for a message that stands alone. */
export function part(pdu) {
  const elements = pdu.short_message?.udh ?? [];
  for (const element of elements) {
    if (element[0] === 0x00) return { reference: element[2], total: element[3], number: element[4] };
    if (element[0] === 0x08) return { reference: element.readUInt16BE(2), total: element[4], number: element[5] };
  }
  return null;
}

/** The text of all parts in `pdus` (of one message, in any order); null while one is missing. */
export function joined(pdus) {
  if (pdus.length === 0) return null;
  const first = part(pdus[0]);
  if (!first) return pdus[0].short_message.message;
  const byNumber = new Map();
  for (const pdu of pdus) {
    const { reference, total, number } = part(pdu);
    assert.deepEqual([reference, total], [first.reference, first.total], 'all parts carry one reference and total');
    assert.ok(number >= 1 && number <= total, `part ${number} of ${total}`);
    byNumber.set(number, pdu.short_message.message);
  }
  if (byNumber.size < first.total) return null;
  return Array.from({ length: first.total }, (_, i) => byNumber.get(i + 1)).join('');
}

/** Cuts as another implementation might: whole characters, 153 septets or 67 units less a few. */
export function cut(text) {
  const gsm = isGsm(text);
  const room = gsm ? 150 : 64;
  const size = (character) => (gsm ? (/[€{}[\]~\\|^]/u.test(character) ? 2 : 1) : character.length);
  const parts = [''];
  let used = 0;
  for (const character of text) {
    if (used + size(character) > room) {
      parts.push('');
      used = 0;
    }
    parts[parts.length - 1] += character;
    used += size(character);
  }
  return { parts, data_coding: gsm ? 0 : 8 };
}

let reference = 0x30;

/** The short_message and data_coding fields of every part of `text`. */
export function encoded(text) {
  const { parts, data_coding } = cut(text);
  reference = (reference + 1) & 0xff;
  return parts.map((message, i) => ({
    data_coding,
    short_message:
      parts.length === 1 ? message : { udh: Buffer.from([5, 0, 3, reference, parts.length, i + 1]), message },
  }));
}
