// A stream of server-sent events (WHATWG HTML §9.2), cut into its events with every byte kept.

export interface ServerEvent {
  /** The bytes as they came, the blank line behind them included. */
  readonly raw: Buffer;
  /** `message` when the event names none. */
  readonly type: string;
  /** The `data` lines joined with line feeds; null when there are none, and then nobody hears of the event. */
  readonly data: string | null;
  /** Of an event that is too long to be held: its bytes as they come, of which only `raw` is true. */
  readonly isPiece?: true;
}

interface EventCutter {
  /** Whole events so far. One longer than the limit comes in pieces, where they are wanted; else it throws RangeError. */
  push(chunk: Buffer): ServerEvent[];
  /** What was left without its blank line: most clients discard it, and some take it for an event like any other (E36). Null for nothing. */
  rest(): ServerEvent | null;
  /** Of the event that is not whole yet. */
  heldBytes(): number;
}

const CR = 0x0d;
const LF = 0x0a;

/** Lines end with CR LF, LF or CR; an event ends with an empty line. Work is linear in the bytes. */
export function eventCutter(limitBytes: number, long: 'throws' | 'pieces' = 'throws'): EventCutter {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let emptyLine = true;
  let afterCr = false;
  let inPieces = false;

  function cut(chunk: Buffer, from: number, to: number): ServerEvent {
    const raw = Buffer.concat([...held, chunk.subarray(from, to)]);
    held = [];
    heldBytes = 0;
    return inPieces ? { raw, type: 'message', data: null, isPiece: true } : readEvent(raw);
  }

  return {
    push(chunk) {
      const events: ServerEvent[] = [];
      let from = 0;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at];
        const secondHalf = afterCr && byte === LF;
        afterCr = byte === CR;
        if (secondHalf) continue; // of a CR LF whose line has ended already
        if (byte !== CR && byte !== LF) {
          emptyLine = false;
          continue;
        }
        if (emptyLine && (inPieces || heldBytes > 0 || at > from)) {
          // The LF of a CR LF that ends the event stands at the front of the next: it is an empty line there, and means nothing.
          events.push(cut(chunk, from, at + 1));
          from = at + 1;
          inPieces = false;
        }
        emptyLine = true;
      }
      if (from < chunk.length) {
        held.push(chunk.subarray(from));
        heldBytes += chunk.length - from;
      }
      if (heldBytes > limitBytes && long === 'throws') throw new RangeError('an event is too long');
      inPieces ||= heldBytes > limitBytes;
      if (inPieces && heldBytes > 0) events.push(cut(chunk, chunk.length, chunk.length));
      return events;
    },
    rest: () => (heldBytes === 0 ? null : readEvent(Buffer.concat(held))),
    heldBytes: () => heldBytes,
  };
}

/** `data` with other lines of the event kept: what a rewritten event looks like. */
export function eventWithData(event: ServerEvent, data: string): Buffer {
  const kept = linesOf(event.raw).filter((line) => line !== '' && !/^data(?::|$)/.test(line));
  // The second half of a CR LF that ended the event before.
  const lead = event.raw[0] === LF ? '\n' : '';
  return Buffer.from(`${lead}${kept.map((line) => `${line}\n`).join('')}data: ${data}\n\n`);
}

function readEvent(raw: Buffer): ServerEvent {
  const data: string[] = [];
  let type = 'message';
  for (const line of linesOf(raw)) {
    const [, name, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (name === 'data') data.push(value);
    else if (name === 'event') type = value;
  }
  return { raw, type, data: data.length === 0 ? null : data.join('\n') };
}

function linesOf(raw: Buffer): string[] {
  return raw
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/);
}
