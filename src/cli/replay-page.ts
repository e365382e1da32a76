// The report of a replay as one HTML file: it loads nothing, runs nothing, and shows whatever agents wrote as plain text (threat D4).

import type { Flip } from '../decide/replay-flip.ts';
import type { ReplayReport } from '../decide/replay.ts';
import type { FlipGroup } from '../decide/replay-groups.ts';
import { plainText } from '../record/plain-text.ts';
import { escapeHtml } from './escape-html.ts';
import { barChart, verdictStrip } from './replay-charts.ts';
import { STYLE } from './replay-style.ts';

const MAX_TEXT_CHARS = 200;
const MAX_GROUPS = 25;

export function replayPage(report: ReplayReport, candidate: string): string {
  const { judged, flips, flipsOfCandidate, doubtful, skipped, since, until } = report;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Policy replay</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Policy replay</h1>
<p>The bundle in <code>${text(candidate)}</code> (digest ${text(report.candidate.slice(0, 16))}) asked about ${count(judged)} recorded verdicts${
    since === null ? '' : `, from <time>${text(since)}</time> to <time>${text(until ?? '')}</time>`
  }. Nothing was sent, and nothing was changed.</p>
</header>
<main>
<section class="figures" aria-label="Figures">
${figure(flips, 'come out otherwise')}
${figure(flipsOfCandidate, 'because of the candidate')}
${figure(doubtful, 'hang on facts that are not on record whole')}
${figure(skipped, 'were not for policies to decide')}
</section>
<section aria-labelledby="verdicts">
<h2 id="verdicts">Verdicts then and now</h2>
${verdictStrip('as recorded', report.before)}
${verdictStrip('candidate', report.after)}
</section>
${groups('policy', 'By the policy that decides now', report.byPolicy)}
${groups('agent', 'By agent', report.byAgent)}
${groups('action', 'By action', report.byAction)}
${report.byDay.length > 1 ? groups('day', 'By day', report.byDay) : ''}
</main>
<footer><p>“Because of the candidate”: the bundle in force still decides as it is on record. Teams, groups and entities are those of now.</p></footer>
</body>
</html>
`;
}

function figure(value: number, what: string): string {
  return `<div class="figure"><strong>${count(value)}</strong><span>${what}</span></div>`;
}

function groups(id: string, title: string, given: readonly FlipGroup[]): string {
  if (given.length === 0) return '';
  const shown = given.slice(0, MAX_GROUPS);
  const left = given.length - shown.length;
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
${barChart(shown.map(({ key, flips }) => ({ label: key, value: flips })))}
${shown.map(details).join('\n')}
${left > 0 ? `<p>and ${count(left)} more; <code>--json</code> lists them.</p>` : ''}
</section>`;
}

function details({ key, flips, moves, examples }: FlipGroup): string {
  const told = Object.entries(moves).map(([move, times]) => `${text(move)}: ${count(times)}`);
  return `<details><summary><code>${text(key)}</code> <span>${count(flips)}</span> <small>${told.join(', ')}</small></summary>
<div class="scroll"><table>
<thead><tr><th scope="col">Entry</th><th scope="col">Time</th><th scope="col">Agent</th><th scope="col">Action</th><th scope="col">On</th><th scope="col">Then</th><th scope="col">Now</th><th scope="col">Why</th></tr></thead>
<tbody>${examples.map(row).join('')}</tbody>
</table></div></details>`;
}

function row(flip: Flip): string {
  const why = [flip.reason, ...CAUSES[flip.cause], ...flip.doubts.map((doubt) => `Not sure: ${doubt}.`)].join(' ');
  const cells = [String(flip.entry), flip.time, flip.agent, flip.action, flip.resource, flip.from, flip.to, why];
  return `<tr>${cells.map((cell) => `<td>${text(cell)}</td>`).join('')}</tr>`;
}

const CAUSES: Readonly<Record<Flip['cause'], readonly string[]>> = {
  candidate: [],
  elsewhere: ['The bundle in force decides otherwise too.'],
  unknown: [],
};

function count(value: number): string {
  return value.toLocaleString('en');
}

function text(given: string): string {
  return escapeHtml(plainText(given, MAX_TEXT_CHARS));
}
