// A ticket book with its ledger, directory and judge, and people to decide: what every approval test starts from.

import { openDirectory } from '../../src/identify/directory-store.ts';
import { openTicketBook } from '../../src/approve/ticket-book.ts';
import { memoryLedger } from './memory-ledger.ts';
import type { Judge } from '../../src/decide/judge.ts';
import type { WaitRequirement } from '../../src/decide/judgement.ts';
import type { Directory, DirectoryAdmin } from '../../src/identify/directory.ts';
import type { OpenTicketBook, TicketBookOptions } from '../../src/approve/ticket-book.ts';
import type { ParkRequest } from '../../src/approve/tickets.ts';
import type { MemoryLedger } from './memory-ledger.ts';

export const FINANCE: WaitRequirement = { policy: 'refund-large', reason: 'large refund', approvers: ['finance'], quorum: 1 };
export const LEGAL: WaitRequirement = { policy: 'refund-abroad', reason: 'abroad', approvers: ['legal'], quorum: 1 };
export const BINDING = 'b'.repeat(64);

export function parkRequest(change: Partial<ParkRequest> = {}): ParkRequest {
  return {
    exchange: 'x1',
    binding: BINDING,
    agent: 'bot',
    user: 'ada',
    session: null,
    actions: [],
    host: 'api.stripe.com',
    method: 'POST',
    path: '/v1/refunds',
    reason: 'large refund',
    waits: [FINANCE],
    idempotency: null,
    offers: [],
    scope: null,
    ...change,
  };
}

/** Runs forward as it is told, by either hand. */
export interface FakeClock {
  wall: number;
  monotonic: number;
  wallMs(): number;
  monotonicMs(): number;
  pass(seconds: number): void;
}

export function fakeClock(): FakeClock {
  return {
    wall: Date.UTC(2026, 0, 1),
    monotonic: 1_000,
    wallMs() {
      return this.wall;
    },
    monotonicMs() {
      return this.monotonic;
    },
    pass(seconds) {
      this.wall += seconds * 1000;
      this.monotonic += seconds * 1000;
    },
  };
}

export interface Desk extends Disposable {
  readonly ledger: MemoryLedger;
  readonly directory: Directory & DirectoryAdmin;
  readonly book: OpenTicketBook;
  /** Tokens by user name: ada asks (and is in finance), fay is finance, leo legal, bo both, max neither. */
  readonly tokens: Readonly<Record<'ada' | 'fay' | 'leo' | 'bo' | 'max', string>>;
  /** The moves on record, in order. */
  moves(): string[];
  /** The same data folder in a new process. */
  restart(change?: Partial<TicketBookOptions>): Promise<Desk>;
}

/** Says yes to members of the approver groups, as a bundle with one plain permit does. */
export const MEMBERS: Pick<Judge, 'mayApprove'> = {
  mayApprove: (user, _ticket, groups) => groups.some((group) => user.groups.includes(group)),
};
/** Says yes to everybody: what remains are the book's own guards. */
export const ALWAYS: Pick<Judge, 'mayApprove'> = { mayApprove: () => true };

export async function approvalDesk(change: Partial<TicketBookOptions> = {}): Promise<Desk> {
  const ledger = memoryLedger();
  const directory = await openDirectory(ledger);
  const add = async (name: string, groups: string[]): Promise<string> => (await directory.addUser(name, { groups })).token;
  const tokens = {
    ada: await add('ada', ['finance', 'legal']),
    fay: await add('fay', ['finance']),
    leo: await add('leo', ['legal']),
    bo: await add('bo', ['finance', 'legal']),
    max: await add('max', ['interns']),
  };
  return deskOf(ledger, directory, tokens, change);
}

async function deskOf(
  ledger: MemoryLedger,
  directory: Directory & DirectoryAdmin,
  tokens: Desk['tokens'],
  change: Partial<TicketBookOptions>,
): Promise<Desk> {
  const book = await openTicketBook({
    ledger,
    directory,
    judge: MEMBERS,
    approvals: { holdSeconds: 5, ticketSeconds: 3_600, grantSeconds: 60 },
    limits: { tickets: 100, ticketsPerAgent: 10 },
    ...change,
  });
  return {
    ledger,
    directory,
    book,
    tokens,
    moves: () => ledger.bodies('ticket').map((body) => body.move),
    async restart(next = {}) {
      book.close();
      const reopened = ledger.reopen();
      return deskOf(reopened, await openDirectory(reopened), tokens, { ...change, ...next });
    },
    [Symbol.dispose]: () => book.close(),
  };
}

export const connected = (): AbortSignal => new AbortController().signal;
