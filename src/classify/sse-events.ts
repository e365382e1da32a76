// A stream of server-sent events (WHATWG HTML §9.2), cut into its events with every byte kept.

export interface ServerEvent {
  /** The bytes as they came, the blank line behind them included. */
  readonly raw: Buffer;
  /** `message` when the event names none. */
  readonly type: string;
  /** The `data` lines joined with line feeds; null when there are none, and then nobody hears of the event. */
  readonly data: string | null;
}

interface EventCutter {
  /** Whole events so far. Throws RangeError when one is longer than the limit. */
  push(chunk: Buffer): ServerEvent[];
  /** What was left without its blank line: clients discard it. */
  rest(): Buffer;
}

const CR = 0x0d;
const LF = 0x0a;

/** Lines end with CR LF, LF or CR; an event ends with an empty line. Work is linear in the bytes. */
export function eventCutter(limitBytes: number): EventCutter {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let emptyLine = true;
  let afterCr = false;

  function cut(chunk: Buffer, from: number, to: number): ServerEvent {
    const raw = Buffer.concat([...held, chunk.subarray(from, to)]);
    held = [];
    heldBytes = 0;
    return readEvent(raw);
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
        if (emptyLine && (heldBytes > 0 || at > from)) {
          // The LF of a CR LF that ends the event stands at the front of the next: it is an empty line there, and means nothing.
          events.push(cut(chunk, from, at + 1));
          from = at + 1;
        }
        emptyLine = true;
      }
      if (from < chunk.length) {
        held.push(chunk.subarray(from));
        heldBytes += chunk.length - from;
      }
      if (heldBytes > limitBytes) throw new RangeError('an event is too long');
      return events;
    },
    rest: () => Buffer.concat(held),
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
