// The start of a receive-pack request: which refs a push creates, moves and deletes (gitprotocol-pack, "Reference Update Request") (E34).

import { readCertificate } from './git-certificate.ts';
import { chomp, readPacket, writePacket } from './pkt-line.ts';
import type { Packet } from './pkt-line.ts';

/** Commands, certificate and options together; the pack is not counted. */
export const MAX_COMMAND_BYTES = 1024 * 1024;
const MAX_COMMANDS = 5000;
const MAX_OPTIONS = 1000;

export type ObjectFormat = 'sha1' | 'sha256';

export interface RefCommand {
  /** Object ids in lower-case hex; all zeros for "was not there" and "shall not be there". */
  readonly old: string;
  readonly new: string;
  /** The ref's bytes, one char each (latin1): refs need not be UTF-8. `readRef` makes it readable. */
  readonly ref: string;
}

export interface PushCommands {
  readonly commands: readonly RefCommand[];
  readonly capabilities: readonly string[];
  /** Push options, one char a byte; those inside a certificate included. */
  readonly options: readonly string[];
  /** True for a push certificate, whose commands can't be rewritten without breaking the signature. */
  readonly signed: boolean;
  readonly objectFormat: ObjectFormat;
  /** The lone `0000` by which git tries its credential before a large push: no commands at all. */
  readonly probe: boolean;
  /** Where the pack starts, when there is one. */
  readonly end: number;
}

/** True for an object id of zeros only. */
export function isZero(oid: string): boolean {
  return /^0+$/.test(oid);
}

/** As git looks for it: the bare word, or with any value. */
export function hasCapability(capabilities: readonly string[], name: string): boolean {
  return capabilities.some((word) => word === name || word.startsWith(`${name}=`));
}

/** A pack follows unless every command deletes. */
export function hasPack(push: PushCommands): boolean {
  return push.commands.some((command) => !isZero(command.new));
}

interface CommandReader {
  /** Takes all bytes so far; goes on where the last call stopped, so that a dripping sender costs no more than a quick one. */
  read(bytes: Buffer): PushCommands | 'more' | 'invalid';
}

/** The commands at the start of `bytes`, or null when they are not all there or not to be trusted. */
export function readCommands(bytes: Buffer): PushCommands | null {
  const push = commandReader().read(bytes);
  return typeof push === 'string' ? null : push;
}

/**
 * A reader that is stricter than git's own read_head_info wherever servers could differ: capabilities on the first line only,
 * no delimiter packets, no commands beside a certificate, no NUL where C would cut a string.
 */
export function commandReader(): CommandReader {
  const draft = newDraft();
  let offset = 0;
  return {
    read(bytes) {
      while (draft.phase !== 'done') {
        const packet = readPacket(bytes, offset);
        if (packet === 'invalid') return 'invalid';
        if (packet === 'more') return bytes.length > MAX_COMMAND_BYTES ? 'invalid' : 'more';
        offset = packet.end;
        if (offset > MAX_COMMAND_BYTES || !takePacket(draft, packet)) return 'invalid';
      }
      return finish(draft, offset) ?? 'invalid';
    },
  };
}

interface Draft {
  phase: 'commands' | 'certificate' | 'certified' | 'options' | 'done';
  readonly lines: string[];
  readonly shallow: string[];
  readonly options: string[];
  readonly certificate: string[];
  capabilities: readonly string[] | null;
  signed: boolean;
}

function newDraft(): Draft {
  return { phase: 'commands', lines: [], shallow: [], options: [], certificate: [], capabilities: null, signed: false };
}

/** Moves the draft on by one packet; false when the request is not one that every server reads alike. */
function takePacket(draft: Draft, packet: Packet): boolean {
  if (packet.kind === 'flush') return takeFlush(draft);
  if (packet.kind !== 'data' || packet.payload.length === 0) return false;
  const line = chomp(packet.payload).toString('latin1');
  if (draft.phase === 'certificate') {
    if (line === 'push-cert-end') draft.phase = 'certified';
    else draft.certificate.push(packet.payload.toString('latin1'));
    return true;
  }
  if (draft.phase === 'options') {
    draft.options.push(line);
    return draft.options.length <= MAX_OPTIONS && !line.includes('\0');
  }
  return draft.phase === 'commands' && takeLine(draft, line);
}

function takeLine(draft: Draft, line: string): boolean {
  if (line.startsWith('shallow ')) {
    draft.shallow.push(line.slice('shallow '.length));
    return draft.capabilities === null && draft.shallow.length <= MAX_COMMANDS;
  }
  const nul = line.indexOf('\0');
  const head = nul < 0 ? line : line.slice(0, nul);
  if (draft.capabilities === null) {
    const capabilities = nul < 0 ? '' : line.slice(nul + 1);
    if (!/^[\x20-\x7e]*$/.test(capabilities)) return false;
    draft.capabilities = capabilities.split(' ').filter((word) => word !== '');
  } else if (nul >= 0) return false;
  if (head === 'push-cert') {
    draft.signed = true;
    draft.phase = 'certificate';
    return draft.lines.length === 0;
  }
  draft.lines.push(head);
  return draft.lines.length <= MAX_COMMANDS;
}

function takeFlush(draft: Draft): boolean {
  if (draft.phase === 'certificate') return false;
  const more = draft.phase !== 'options' && hasCapability(draft.capabilities ?? [], 'push-options');
  draft.phase = more ? 'options' : 'done';
  return true;
}

function finish(draft: Draft, end: number): PushCommands | null {
  const capabilities = draft.capabilities ?? [];
  const objectFormat = objectFormatOf(capabilities);
  const certificate = draft.signed ? readCertificate(draft.certificate.join('')) : null;
  if (objectFormat === null || (draft.signed && certificate === null)) return null;
  const commands: RefCommand[] = [];
  for (const line of certificate?.lines ?? draft.lines) {
    const command = readCommand(line, objectFormat);
    if (command === null) return null;
    commands.push(command);
  }
  const probe = commands.length === 0 && draft.shallow.length === 0 && end === 4;
  if (!draft.shallow.every((oid) => isOid(oid, objectFormat))) return null;
  if ((commands.length === 0 && !probe) || commands.length > MAX_COMMANDS) return null;
  // What is signed and what stands beside it may differ; both are judged.
  const options = [...new Set([...draft.options, ...(certificate?.options ?? [])])];
  return { commands, capabilities, options, signed: draft.signed, objectFormat, probe, end };
}

/** SHA-1 unless said otherwise (gitprotocol-capabilities); null when it is said twice, or is neither. */
function objectFormatOf(capabilities: readonly string[]): 'sha1' | 'sha256' | null {
  const formats = capabilities.filter((word) => /^object-format(=|$)/.test(word));
  if (new Set(formats).size > 1) return null;
  if (formats[0] === 'object-format=sha256') return 'sha256';
  return formats.length === 0 || formats[0] === 'object-format=sha1' ? 'sha1' : null;
}

function readCommand(line: string, format: 'sha1' | 'sha256'): RefCommand | null {
  const width = format === 'sha256' ? 64 : 40;
  const command = { old: line.slice(0, width), new: line.slice(width + 1, 2 * width + 1), ref: line.slice(2 * width + 2) };
  if (line[width] !== ' ' || line[2 * width + 1] !== ' ' || command.ref === '') return null;
  return isOid(command.old, format) && isOid(command.new, format) ? command : null;
}

function isOid(text: string, format: 'sha1' | 'sha256'): boolean {
  return text.length === (format === 'sha256' ? 64 : 40) && /^[0-9a-f]+$/.test(text);
}

/**
 * The same bytes with some commands replaced (by index) and their lengths recomputed; capabilities, options and everything after stay.
 * Throws RangeError for a signed push, and when a new ref is too long for a packet.
 */
export function replaceCommands(bytes: Buffer, push: PushCommands, replacements: ReadonlyMap<number, RefCommand>): Buffer {
  if (push.signed) throw new RangeError('the commands of a signed push are part of the signature');
  const parts: Buffer[] = [];
  let offset = 0;
  let index = 0;
  while (index < push.commands.length) {
    const packet = readPacket(bytes, offset);
    if (typeof packet === 'string' || packet.kind !== 'data') throw new RangeError('these are not the bytes of this push');
    const line = packet.payload.toString('latin1');
    const shallow = line.startsWith('shallow ');
    const replacement = shallow ? undefined : replacements.get(index);
    const nul = line.indexOf('\0');
    const rest = nul < 0 ? '' : line.slice(nul);
    if (replacement === undefined) parts.push(bytes.subarray(offset, packet.end));
    else parts.push(writePacket(`${replacement.old} ${replacement.new} ${replacement.ref}${rest}`));
    if (!shallow) index += 1;
    offset = packet.end;
  }
  parts.push(bytes.subarray(offset));
  return Buffer.concat(parts);
}
