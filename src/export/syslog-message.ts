// An entry as a syslog message (RFC 5424) in a frame with octet counting (RFC 5425 section 4.3, RFC 6587 section 3.4.1).

import { hostname } from 'node:os';
import type { Message } from './sink.ts';

/** 13: log audit. */
const FACILITY = 13;
const WARNING = 4;
const INFORMATIONAL = 6;

/**
 * The text is printable ASCII and cannot end a frame: its length is counted, and every character is one octet.
 *
 * INVARIANT: no message is longer than `maxBytes`. A receiver that takes less cuts it, and reads the rest as further messages: there an agent
 * that knows where the cut falls could write lines of its own into the receiver's log.
 */
export function syslogFrame({ text, brief, time, type, alarming }: Message, host: string, maxBytes: number): string {
  const priority = FACILITY * 8 + (alarming ? WARNING : INFORMATIONAL);
  const head = `<${priority}>1 ${time} ${host} interlock ${process.pid} ${type} - `;
  const message = `${head}${head.length + text.length > maxBytes ? brief() : text}`;
  return `${message.length} ${message}`;
}

/** HOSTNAME: 1 to 255 printable ASCII characters without a space. */
export function syslogHost(name = hostname()): string {
  return name.replace(/[^\x21-\x7e]/g, '').slice(0, 255) || '-';
}
