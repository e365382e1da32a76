// Where one is: the view, what it is about, and its filters, all in the URL's hash, so that a link shows what the sender saw.

export const VIEWS = [
  'inbox',
  'plans',
  'live',
  'overview',
  'story',
  'grants',
  'people',
  'bundle',
  'history',
  'findings',
  'coverage',
  'reports',
  'sign-in',
] as const;
export type View = (typeof VIEWS)[number];

export interface Place {
  readonly view: View;
  /** A ticket's, plan's, exchange's or policy's id, or a bundle's digest; null for the whole list. */
  readonly id: string | null;
  readonly filters: Filters;
}

export type Filters = Readonly<Record<string, string>>;

/** What a URL may say for each view. Anything else in it is dropped. */
const NAMES: Readonly<Record<View, readonly string[]>> = {
  inbox: ['show', 'agent'],
  plans: ['state', 'agent'],
  live: ['verdict', 'agent', 'action', 'host', 'q'],
  overview: ['window'],
  story: [],
  grants: [],
  people: [],
  bundle: ['q', 'line'],
  history: ['from', 'to', 'file', 'line'],
  findings: [],
  coverage: [],
  reports: [],
  'sign-in': ['error'],
};
const MAX_CHARS = 200;

/** `#/live?verdict=BLOCK&agent=a`. What can't be read is the inbox: a broken link still opens something. */
export function placeOf(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [name = '', id = ''] = path.split('/', 2);
  const view = VIEWS.find((known) => known === (name === 'ticket' ? 'inbox' : name)) ?? 'inbox';
  const filters: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(query)) {
    if (NAMES[view].includes(key) && value !== '' && filters[key] === undefined) filters[key] = value.slice(0, MAX_CHARS);
  }
  return { view, id: decoded(id), filters };
}

export function hashOf(view: View, id: string | null = null, filters: Filters = {}): string {
  const query = new URLSearchParams();
  for (const name of NAMES[view]) {
    const value = filters[name];
    if (value !== undefined && value !== '') query.set(name, value);
  }
  const text = query.toString();
  return `#/${view}${id === null ? '' : `/${encodeURIComponent(id)}`}${text === '' ? '' : `?${text}`}`;
}

/** Empty values leave. */
export function withFilter(filters: Filters, name: string, value: string): Filters {
  const { [name]: _gone, ...rest } = filters;
  return value === '' ? rest : { ...rest, [name]: value };
}

function decoded(id: string): string | null {
  if (id === '') return null;
  try {
    return decodeURIComponent(id);
  } catch {
    return null;
  }
}
