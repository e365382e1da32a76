// What a server answers to a push (gitprotocol-pack, "Reporting Status"): read from upstream, written for the client.

import { hasCapability } from './git-commands.ts';
import type { PushCommands } from './git-commands.ts';
import { FLUSH_PACKET, MAX_PACKET_BYTES, chomp, readPacket, writePacket } from './pkt-line.ts';

/** One `ok` or `ng` of a report. Strings hold one char a byte. */
export interface RefResult {
  readonly ref: string;
  /** Null for `ok`, else the reason of `ng`. */
  readonly error: string | null;
  /** `refname …`, `old-oid …`, `new-oid …`, `forced-update`: report-status-v2, after `ok` only. */
  readonly options: readonly string[];
}

export interface PushReport {
  /** `ok`, or why the pack could not be unpacked. */
  readonly unpack: string;
  readonly results: readonly RefResult[];
}

export interface PushAnswer {
  /** What side-band channel 2 said, as it came. */
  readonly messages: Buffer;
  /** Channel 3: the server gave up. */
  readonly fatal: string | null;
  /** Null when the server reported nothing. */
  readonly report: PushReport | null;
}

/** Longest reason that is put behind `ng`: one line of a terminal or two. */
const MAX_REASON_CHARS = 300;
const REPORT_ROOM = 100_000;

/** Reads an answer as the client that sent these capabilities would. Null when it can't be one. */
export function readPushAnswer(body: Buffer, capabilities: readonly string[]): PushAnswer | null {
  const banded = hasCapability(capabilities, 'side-band-64k') || hasCapability(capabilities, 'side-band');
  const bands = banded ? splitBands(body) : { data: body, messages: Buffer.alloc(0), fatal: null };
  if (bands === null) return null;
  const report = bands.data.length === 0 ? null : readReport(bands.data);
  if (bands.data.length > 0 && report === null) return null;
  return { messages: bands.messages, fatal: bands.fatal, report };
}

function splitBands(body: Buffer): { data: Buffer; messages: Buffer; fatal: string | null } | null {
  const data: Buffer[] = [];
  const messages: Buffer[] = [];
  const fatal: Buffer[] = [];
  for (let offset = 0; offset < body.length; ) {
    const packet = readPacket(body, offset);
    if (typeof packet === 'string') return null;
    if (packet.kind === 'flush') break;
    if (packet.kind !== 'data') return null;
    const channel = [data, messages, fatal][(packet.payload[0] ?? 0) - 1];
    if (channel === undefined) return null;
    channel.push(packet.payload.subarray(1));
    offset = packet.end;
  }
  const last = fatal.length === 0 ? null : Buffer.concat(fatal).toString('utf8');
  return { data: Buffer.concat(data), messages: Buffer.concat(messages), fatal: last };
}

function readReport(data: Buffer): PushReport | null {
  let unpack: string | null = null;
  const results: { ref: string; error: string | null; options: string[] }[] = [];
  for (let offset = 0; ; ) {
    const packet = readPacket(data, offset);
    if (typeof packet === 'string' || results.length > REPORT_ROOM) return null;
    if (packet.kind === 'flush') return unpack === null ? null : { unpack, results };
    if (packet.kind !== 'data') return null;
    offset = packet.end;
    const line = chomp(packet.payload).toString('latin1');
    const last = results.at(-1);
    if (unpack === null) {
      if (!line.startsWith('unpack ')) return null;
      unpack = line.slice('unpack '.length);
    } else if (line.startsWith('ok ')) results.push({ ref: line.slice(3), error: null, options: [] });
    else if (line.startsWith('ng ')) {
      const blank = line.indexOf(' ', 3);
      results.push({
        ref: line.slice(3, blank < 0 ? undefined : blank),
        error: blank < 0 ? 'failed' : line.slice(blank + 1),
        options: [],
      });
    } else if (line.startsWith('option ') && last !== undefined && last.error === null)
      last.options.push(line.slice('option '.length));
    else return null;
  }
}

/** The answer's body, framed as the client's capabilities ask; options are left out for a client that knows only report-status v1. */
export function writePushAnswer(answer: PushAnswer, capabilities: readonly string[]): Buffer {
  const report = answer.report === null ? Buffer.alloc(0) : writeReport(answer.report, capabilities);
  const room = bandRoom(capabilities);
  if (room === 0) return report;
  const parts = [...band(2, answer.messages, room), ...band(1, report, room)];
  if (answer.fatal !== null) parts.push(...band(3, Buffer.from(answer.fatal, 'utf8'), room));
  return Buffer.concat([...parts, FLUSH_PACKET]);
}

function bandRoom(capabilities: readonly string[]): number {
  if (hasCapability(capabilities, 'side-band-64k')) return MAX_PACKET_BYTES - 5;
  return hasCapability(capabilities, 'side-band') ? 995 : 0;
}

function band(channel: number, bytes: Buffer, room: number): Buffer[] {
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += room) {
    packets.push(writePacket(Buffer.concat([Buffer.of(channel), bytes.subarray(at, at + room)])));
  }
  return packets;
}

function writeReport(report: PushReport, capabilities: readonly string[]): Buffer {
  const v2 = hasCapability(capabilities, 'report-status-v2');
  if (!v2 && !hasCapability(capabilities, 'report-status')) return Buffer.alloc(0);
  const lines = [`unpack ${report.unpack}`];
  for (const result of report.results) {
    if (result.error !== null) lines.push(`ng ${result.ref} ${oneLine(result.error)}`);
    else lines.push(`ok ${result.ref}`, ...(v2 ? result.options.map((option) => `option ${option}`) : []));
  }
  return Buffer.concat([...lines.map((line) => writePacket(`${line}\n`)), FLUSH_PACKET]);
}

function oneLine(reason: string): string {
  return reason.replace(/[\0-\x1f\x7f]+/g, ' ').slice(0, MAX_REASON_CHARS);
}

/** Text for channel 2, one line a `remote:`. */
export function messageLines(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line.replace(/[\0-\x1f\x7f]+/g, ' ')}\n`).join(''), 'utf8');
}

/**
 * The body that refuses every ref of a push: `remote:` lines and `! [remote rejected] … (reason)`.
 * A client that can't be told (it asked for no report) hears it on the fatal channel; without a side-band there is no way: null.
 */
export function denyPush(push: PushCommands | null, lines: readonly string[], reason: string): Buffer | null {
  // Commands that could not be read came from a client we know nothing of; every git since 2012 reads the side-band.
  const capabilities = push?.capabilities ?? ['side-band-64k'];
  const reporting = hasCapability(capabilities, 'report-status') || hasCapability(capabilities, 'report-status-v2');
  if (!reporting && bandRoom(capabilities) === 0) return null;
  const error = Buffer.from(reason, 'utf8').toString('latin1');
  const results = (push?.commands ?? []).map((command) => ({ ref: command.ref, error, options: [] }));
  const report = reporting ? { unpack: 'ok', results } : null;
  return writePushAnswer({ messages: messageLines(lines), fatal: reporting ? null : reason, report }, capabilities);
}
