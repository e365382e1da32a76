// A visit of the console in a real Chromium over made-up answers: anything that its policy forbids, any error and any call out is a failure.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { buildConsole } from '../../scripts/build-console.ts';
import { openChromium } from './chromium.ts';
import { type FakeConsole, fakeConsole } from './fake-console.ts';

export interface Visit extends AsyncDisposable {
  readonly page: Page;
  readonly gateway: FakeConsole;
}

export interface Visitor extends AsyncDisposable {
  readonly browser: Browser;
  /** Where the page was built to. */
  readonly built: string;
}

/** A browser, and the console built anew for it. */
export async function openVisitor(): Promise<Visitor> {
  const built = await mkdtemp(join(tmpdir(), 'interlock-console-'));
  await buildConsole(built);
  const browser = await openChromium();
  return {
    browser,
    built,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await rm(built, { recursive: true });
    },
  };
}

/** As long as a busy machine takes to draw a page. What a page hears of shows by itself: its look by the clock, each 20 s, never comes here. */
export async function preparePages(context: BrowserContext): Promise<void> {
  context.setDefaultTimeout(60_000);
  await context.addInitScript(`{
    const every = window.setInterval;
    window.setInterval = (run, ms) => (ms >= 20_000 ? 0 : every(run, ms));
  }`);
}

export async function visitConsole(
  { browser, built }: Visitor,
  hash: string,
  options: BrowserContextOptions = {},
  signedIn = true,
): Promise<Visit> {
  const gateway = await fakeConsole({ built });
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce', ...options });
  await preparePages(context);
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => /content security policy/i.test(message.text()) && wrong.push(message.text()));
  page.on(
    'request',
    (request) => !request.url().startsWith(gateway.url) && !request.url().startsWith('data:') && wrong.push(request.url()),
  );
  if (signedIn)
    await context.addCookies([{ name: 'interlock_session', value: '1', url: gateway.url, httpOnly: true, sameSite: 'Strict' }]);
  await page.goto(`${gateway.url}/${hash}`);
  return {
    page,
    gateway,
    async [Symbol.asyncDispose]() {
      await context.close();
      await gateway[Symbol.asyncDispose]();
      assert.deepEqual(wrong, []);
    },
  };
}

export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
}

export const fitsTheScreen = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth <= innerWidth');
