// Hosts that keep or show whatever is sent to them: paste sites, file drops, request collectors, tunnels. Known only to be restricted.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import { declaredBytes, fileAction } from './file-action.ts';

/** What is written there is for everybody who has the address. */
const DROPS = [
  'pastebin.com',
  'paste.rs',
  'dpaste.com',
  'dpaste.org',
  'hastebin.com',
  'rentry.co',
  'ix.io',
  '0x0.st',
  'transfer.sh',
  'file.io',
  'catbox.moe',
  'litterbox.catbox.moe',
  'tmpfiles.org',
  'gofile.io',
  '*.gofile.io',
  'bashupload.com',
  'temp.sh',
  'uguu.se',
  'oshi.at',
  'termbin.com',
] as const;

/** Every request is shown to whoever set the address up, so asking is telling (E2). */
const COLLECTORS = [
  'webhook.site',
  '*.webhook.site',
  '*.m.pipedream.net',
  'requestbin.com',
  '*.requestbin.com',
  '*.beeceptor.com',
  '*.oast.pro',
  '*.oast.live',
  '*.oast.fun',
  '*.oast.me',
  '*.oast.online',
  '*.oast.site',
  '*.oastify.com',
  '*.burpcollaborator.net',
  '*.interact.sh',
  '*.dnslog.cn',
  '*.canarytokens.com',
] as const;

/** Somebody's machine behind a name that anybody can have. */
const TUNNELS = [
  '*.ngrok.io',
  '*.ngrok.app',
  '*.ngrok-free.app',
  '*.trycloudflare.com',
  '*.loca.lt',
  '*.serveo.net',
  '*.localhost.run',
  '*.lhr.life',
  '*.devtunnels.ms',
] as const;

const isCollector = matcher(COLLECTORS);

export const dropHosts: Provider = {
  name: 'drop-hosts',
  family: 'file',
  hosts: [...DROPS, ...COLLECTORS, ...TUNNELS],
  recognise(request) {
    if (isPlainRead(request) && !isCollector(request.authority.host)) return null;
    const action = fileAction(request, {
      verb: 'upload',
      inspected: !request.ambiguousPath,
      bytes: declaredBytes(request),
      public: true,
    });
    return { need: { kind: 'none' }, classify: () => [action] };
  },
  refuse: (_request, refusal) => jsonAnswer(refusal, { error: refusalSentence(refusal) }),
};

/** Forms whose answer is stored by a GET as well, and scripts that run for whoever knows their address. */
export const googleForms: Provider = {
  name: 'google-forms',
  family: 'file',
  hosts: ['docs.google.com', 'script.google.com'],
  recognise(request) {
    if (!isFormAnswer(request) && (isPlainRead(request) || request.authority.host !== 'script.google.com')) return null;
    const action = fileAction(request, { verb: 'upload', inspected: !request.ambiguousPath, bytes: declaredBytes(request) });
    return { need: { kind: 'none' }, classify: () => [action] };
  },
  refuse: (_request, refusal) =>
    jsonAnswer(refusal, { error: { code: 403, message: refusalSentence(refusal), status: 'PERMISSION_DENIED' } }),
};

function isFormAnswer({ segments, authority }: RequestView): boolean {
  if (authority.host === 'script.google.com') return segments[0] === 'macros' && segments.at(-1) === 'exec';
  return segments[0] === 'forms' && segments.at(-1) === 'formResponse';
}

function matcher(patterns: readonly string[]): (host: string) => boolean {
  const exact = new Set(patterns.filter((pattern) => !pattern.startsWith('*')));
  const suffixes = patterns.flatMap((pattern) => (pattern.startsWith('*') ? [pattern.slice(1)] : []));
  return (host) => exact.has(host) || suffixes.some((suffix) => host.endsWith(suffix));
}
