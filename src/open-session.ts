// Puts together what is known of a session beside its requests: its plan, what models announced to it, and what it has read.

import type { Judge } from './decide/judge.ts';
import type { Wishes } from './decide/wishes.ts';
import { createPlanLens, type LensDeps, type PlanLens } from './plan/lens.ts';
import type { StateStore } from './record/ledger.ts';
import { type Announcements, createAnnouncements } from './session/announcements.ts';
import { createAnnouncingLens } from './session/announcing-lens.ts';
import { openTaint, type Taint } from './session/taint.ts';
import { createTaintedLens } from './session/tainted-lens.ts';

interface SessionRooms extends LensDeps {
  readonly approvals: { readonly grantSeconds: number };
  readonly judge: Judge & Wishes;
  readonly ledger: LensDeps['ledger'] & StateStore;
}

interface OpenSession {
  /** The judge that is asked about an exchange, with all of it in its questions. */
  readonly lens: PlanLens;
  readonly announcements: Announcements;
  readonly taint: Taint;
}

/** Throws STORE_CORRUPT. */
export async function openSession(rooms: SessionRooms): Promise<OpenSession> {
  const announcements = createAnnouncements(rooms.approvals);
  const taint = await openTaint(rooms);
  const lens = createTaintedLens(createAnnouncingLens(createPlanLens(rooms), announcements), taint);
  return { lens, announcements, taint };
}
