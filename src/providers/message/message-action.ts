// A message to people as policy reads it, whatever service carries it, and the `message.*` action that it is.

import type { Action, EntityRef, Facts } from '../../classify/action.ts';
import { baseFacts, hostDomains, hostResource } from '../../classify/base-facts.ts';
import type { RequestView } from '../../http/request-view.ts';

export type MessageVerb = 'send' | 'change' | 'invite' | 'read' | 'unknown-write';

interface Message {
  /** `slack`, `discord`, `teams`, `twilio`, `sns` … */
  readonly service: string;
  readonly verb: MessageVerb;
  /** False when any judged field could not be read surely. */
  readonly inspected: boolean;
  /** Channels, chats, users or telephone numbers that get it, as the request names them. Undefined: it does not say, or not surely. */
  readonly channels?: readonly string[] | undefined;
  /** Number or pool of numbers that it comes from. */
  readonly sender?: string | undefined;
  /** Who is let in. Undefined: the request does not say, or not surely. */
  readonly members?: readonly string[] | undefined;
  /** Undefined: there is none, or it is built elsewhere (a template, a workflow). */
  readonly text?: string | undefined;
  /** Whom it calls up: `@channel`, `@here`, `@everyone`, or an id. */
  readonly mentions?: readonly string[] | undefined;
  /** Files that it carries, by name. */
  readonly attachments?: readonly string[] | undefined;
  /** Hosts from which the service would fetch media or instructions (E26). */
  readonly fetchHosts?: readonly string[] | undefined;
  /** The address is itself the credential: an incoming webhook. */
  readonly webhook?: boolean;
  /** It goes out later. */
  readonly scheduled?: boolean;
  /** A call by telephone. */
  readonly call?: boolean;
}

const MAX_TEXT = 2000;
const MAX_LISTED = 500;
const CHANNEL = /^[\p{L}\p{N}@#+_.:/-]{1,200}$/u;

/** The resource is the channel when there is one and no more, else the host. */
export function messageAction(request: RequestView, message: Message): Action {
  const { service, verb, channels, sender, members, text, mentions, attachments, fetchHosts } = message;
  const known = message.inspected ? channels : undefined;
  const facts: Facts = {
    ...baseFacts(request, message.inspected),
    service,
    ...(verb === 'send' || verb === 'change' ? sendFacts(message) : {}),
    ...(known === undefined ? {} : { channels: distinct(known), channelCount: new Set(known).size }),
    ...(sender === undefined ? {} : { sender }),
    ...(members === undefined || !message.inspected ? {} : { members: distinct(members) }),
    ...(text === undefined ? {} : { text: text.slice(0, MAX_TEXT).toWellFormed() }),
    ...(mentions === undefined ? {} : { mentions: distinct(mentions) }),
    ...(attachments === undefined ? {} : { attachments: distinct(attachments) }),
    ...(fetchHosts === undefined ? {} : { fetchHosts: distinct(fetchHosts) }),
  };
  return { name: `message.${verb}`, ...resourceOf(request, service, known), facts };
}

function sendFacts({ webhook = false, scheduled = false, call = false }: Message): Facts {
  return { webhook, scheduled, call };
}

/** `Channel::"slack/C123"`, in its Host. */
function resourceOf(
  request: RequestView,
  service: string,
  channels: readonly string[] | undefined,
): { resource: EntityRef; parents: readonly EntityRef[] } {
  const host = hostResource(request);
  const domains = hostDomains(request.authority.host);
  const [only, another] = new Set(channels);
  if (only === undefined || another !== undefined || !CHANNEL.test(only)) return { resource: host, parents: domains };
  return { resource: { type: 'Channel', id: `${service}/${only}` }, parents: [host, ...domains] };
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort().slice(0, MAX_LISTED);
}

/** The host of an address that a service would fetch; `unknown` when it is none. */
export function fetchHost(address: string): string {
  try {
    return new URL(address).hostname || 'unknown';
  } catch {
    return 'unknown';
  }
}
