// The charts of a replay's report: SVG without a script, each with its numbers in words beside it.

import { VERDICTS } from '../decide/judgement.ts';
import type { Verdict } from '../decide/judgement.ts';
import { plainText } from '../record/plain-text.ts';
import { escapeHtml } from './escape-html.ts';

const WIDTH = 720;
const STRIP_HEIGHT = 28;
const ROW_HEIGHT = 26;
const LABEL_WIDTH = 240;
const MAX_LABEL_CHARS = 34;
const MAX_ROWS = 10;

/** One bar cut into verdicts, as wide as they are many. */
export function verdictStrip(label: string, counts: Readonly<Record<Verdict, number>>): string {
  const total = VERDICTS.reduce((sum, verdict) => sum + counts[verdict], 0);
  let x = 0;
  const parts = VERDICTS.filter((verdict) => counts[verdict] > 0).map((verdict) => {
    const width = (counts[verdict] / total) * WIDTH;
    const rect = `<rect class="${verdict.toLowerCase()}" x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="${STRIP_HEIGHT}"/>`;
    x += width;
    return rect;
  });
  const words = VERDICTS.filter((verdict) => counts[verdict] > 0).map(
    (verdict) => `<li class="${verdict.toLowerCase()}">${verdict} ${counts[verdict].toLocaleString('en')}</li>`,
  );
  return `<figure><figcaption>${escapeHtml(label)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${STRIP_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${parts.join('')}</svg>
<ul class="legend">${words.join('')}</ul></figure>`;
}

interface Bar {
  readonly label: string;
  readonly value: number;
}

/** The longest first; labels are shown as text, so they can be read aloud and copied. */
export function barChart(bars: readonly Bar[]): string {
  const shown = bars.slice(0, MAX_ROWS);
  const most = Math.max(1, ...shown.map(({ value }) => value));
  const rows = shown.map(({ label, value }, row) => {
    const y = row * ROW_HEIGHT;
    const width = Math.max(1, (value / most) * (WIDTH - LABEL_WIDTH - 70));
    return `<text x="${LABEL_WIDTH - 8}" y="${y + 17}" text-anchor="end">${escapeHtml(plainText(label, MAX_LABEL_CHARS))}</text>
<rect class="bar" x="${LABEL_WIDTH}" y="${y + 4}" width="${width.toFixed(1)}" height="${ROW_HEIGHT - 8}" rx="3"/>
<text x="${(LABEL_WIDTH + width + 8).toFixed(1)}" y="${y + 17}">${value.toLocaleString('en')}</text>`;
  });
  return `<svg class="bars" viewBox="0 0 ${WIDTH} ${shown.length * ROW_HEIGHT}" role="img" aria-label="How many come out otherwise">${rows.join('')}</svg>`;
}
