// Upstream's report on a re-routed push, told to a client that pushed somewhere else (report-status-v2, `option refname`).

import type { PushReport, RefResult } from '../classify/git-report.ts';

/** One command before and after; refs hold one char a byte. */
interface Rerouted {
  readonly asked: string;
  readonly landed: string;
  readonly old: string;
  readonly new: string;
}

/** The same report under the names that the client asked for. What upstream reported itself is kept. */
export function translateReport(report: PushReport, rerouted: readonly Rerouted[]): PushReport {
  const byLanding = new Map(rerouted.map((one) => [one.landed, one]));
  return { unpack: report.unpack, results: report.results.map((result) => translate(result, byLanding.get(result.ref))) };
}

function translate(result: RefResult, rerouted: Rerouted | undefined): RefResult {
  if (rerouted === undefined) return result;
  if (result.error !== null) return { ...result, ref: rerouted.asked };
  const given = new Set(result.options.map((option) => option.split(' ')[0]));
  const ours = [`refname ${rerouted.landed}`, `old-oid ${rerouted.old}`, `new-oid ${rerouted.new}`];
  // The order is part of the protocol: refname, old-oid, new-oid, forced-update.
  const added = ours.filter((option) => !given.has(option.split(' ')[0]));
  const order = ['refname', 'old-oid', 'new-oid', 'forced-update'];
  const options = [...added, ...result.options].sort(
    (a, b) => order.indexOf(a.split(' ')[0] ?? '') - order.indexOf(b.split(' ')[0] ?? ''),
  );
  return { ref: rerouted.asked, error: null, options };
}

/** Did this landing succeed, by upstream's own word? */
export function hasLanded(report: PushReport | null, landed: string): boolean {
  return report?.unpack === 'ok' && report.results.some((result) => result.ref === landed && result.error === null);
}
