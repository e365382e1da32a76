// How code hosts list and open pull requests, as their documentation shows it: credential, paths, queries, bodies, answers, errors.

export interface HostedPull {
  readonly repository: string;
  readonly number: number;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
}

export interface DocumentedVendor {
  admits(field: (name: string) => string | undefined, token: string): boolean;
  /** The repository that a call (percent-decoded path) lists or opens the pull requests of; null for any other call. */
  repositoryOf(path: string): string | null;
  list(pulls: readonly HostedPull[], query: URLSearchParams): unknown;
  read(body: unknown): Pick<HostedPull, 'head' | 'base' | 'title' | 'body'>;
  show(pull: HostedPull): unknown;
  error(message: string): unknown;
}

export type PullVendorName = 'gitlab' | 'bitbucket' | 'azure' | 'gitea';

const bearer = (field: (name: string) => string | undefined, token: string): boolean =>
  field('authorization') === `Bearer ${token}`;

function text(body: unknown, ...path: readonly string[]): string {
  let at: unknown = body;
  for (const name of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined;
  return typeof at === 'string' ? at : '';
}

function password(field: (name: string) => string | undefined): string {
  const [scheme, value = ''] = (field('authorization') ?? '').split(' ');
  return scheme === 'Basic' ? Buffer.from(value, 'base64').toString('utf8') : '';
}

const gitlab: DocumentedVendor = {
  admits: bearer,
  repositoryOf: (path) => /^\/api\/v4\/projects\/(.+)\/merge_requests$/.exec(path)?.[1] ?? null,
  list: (pulls, query) =>
    pulls
      .filter((one) => query.get('state') === 'opened' && one.head === query.get('source_branch'))
      .filter((one) => one.base === query.get('target_branch'))
      .map((one) => gitlab.show(one)),
  read: (body) => ({
    head: text(body, 'source_branch'),
    base: text(body, 'target_branch'),
    title: text(body, 'title'),
    body: text(body, 'description'),
  }),
  show: ({ repository, number, head, base, title, body }) => ({
    id: 1000 + number,
    iid: number,
    project_id: 3,
    title,
    description: body,
    state: 'opened',
    source_branch: head,
    target_branch: base,
    source_project_id: 3,
    target_project_id: 3,
    web_url: `https://gitlab.example/${repository}/-/merge_requests/${number}`,
  }),
  error: (message) => ({ message }),
};

const bitbucket: DocumentedVendor = {
  admits: bearer,
  repositoryOf: (path) => /^\/2\.0\/repositories\/([^/]+\/[^/]+)\/pullrequests$/.exec(path)?.[1] ?? null,
  list: (pulls, query) => {
    const asked = /^source\.branch\.name="(.+)" AND destination\.branch\.name="(.+)" AND state="OPEN"$/.exec(
      query.get('q') ?? '',
    );
    const values = pulls.filter((one) => one.head === asked?.[1] && one.base === asked[2]).map((one) => bitbucket.show(one));
    return { size: values.length, page: 1, pagelen: 10, values };
  },
  read: (body) => ({
    head: text(body, 'source', 'branch', 'name'),
    base: text(body, 'destination', 'branch', 'name'),
    title: text(body, 'title'),
    body: text(body, 'description'),
  }),
  show: ({ repository, number, head, base, title }) => ({
    type: 'pullrequest',
    id: number,
    title,
    state: 'OPEN',
    source: { branch: { name: head }, repository: { type: 'repository', full_name: repository } },
    destination: { branch: { name: base }, repository: { type: 'repository', full_name: repository } },
    links: { html: { href: `https://bitbucket.org/${repository}/pull-requests/${number}` } },
  }),
  error: (message) => ({ type: 'error', error: { message } }),
};

const azure: DocumentedVendor = {
  admits: (field, token) => password(field) === `:${token}`,
  repositoryOf: (path) => /^\/(.+)\/_apis\/git\/repositories\/[^/]+\/pullrequests$/.exec(path)?.[1] ?? null,
  list: (pulls, query) => {
    const value = pulls
      .filter(() => query.get('searchCriteria.status') === 'active' && query.get('api-version') === '7.1')
      .filter((one) => `refs/heads/${one.head}` === query.get('searchCriteria.sourceRefName'))
      .filter((one) => `refs/heads/${one.base}` === query.get('searchCriteria.targetRefName'))
      .map((one) => azure.show(one));
    return { value, count: value.length };
  },
  read: (body) => ({
    head: text(body, 'sourceRefName').replace('refs/heads/', ''),
    base: text(body, 'targetRefName').replace('refs/heads/', ''),
    title: text(body, 'title'),
    body: text(body, 'description'),
  }),
  show: ({ number, head, base, title }) => ({
    repository: { id: '3411ebc1-d5aa-464f-9615-0b527bc66719', name: 'site' },
    pullRequestId: number,
    status: 'active',
    creationDate: '2026-01-01T00:00:00.0000000Z',
    title,
    sourceRefName: `refs/heads/${head}`,
    targetRefName: `refs/heads/${base}`,
    mergeStatus: 'queued',
    isDraft: false,
  }),
  error: (message) => ({ $id: '1', innerException: null, message, typeKey: 'GitPullRequestExistsException', errorCode: 0 }),
};

const gitea: DocumentedVendor = {
  admits: (field, token) => password(field).endsWith(`:${token}`) || field('authorization') === `token ${token}`,
  repositoryOf: (path) => /^\/api\/v1\/repos\/([^/]+\/[^/]+)\/pulls$/.exec(path)?.[1] ?? null,
  list: (pulls) => pulls.map((one) => gitea.show(one)),
  read: (body) => ({ head: text(body, 'head'), base: text(body, 'base'), title: text(body, 'title'), body: text(body, 'body') }),
  show: ({ repository, number, head, base, title, body }) => ({
    id: 500 + number,
    number,
    title,
    body,
    state: 'open',
    html_url: `https://codeberg.org/${repository}/pulls/${number}`,
    head: { label: head, ref: head, repo_id: 9 },
    base: { label: base, ref: base, repo_id: 9 },
  }),
  error: (message) => ({ message, url: 'https://codeberg.org/api/swagger' }),
};

export const PULL_VENDORS: Readonly<Record<PullVendorName, DocumentedVendor>> = { gitlab, bitbucket, azure, gitea };
