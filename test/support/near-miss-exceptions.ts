// Near misses that are the call all the same, and why that opens nothing. None of them is a read, or a plain write at a known host.

export interface NearMissException {
  readonly misses: readonly string[];
  readonly providers: readonly string[];
  readonly why: string;
}

const LAST = ['a letter more', 'a letter fewer', 'another last segment', 'a segment fewer'];
const METHOD = ['a deletion instead', 'a method that nobody knows'];

export const NEAR_MISS_EXCEPTIONS: readonly NearMissException[] = [
  {
    misses: ['another case'],
    providers: words(
      'azure-arm azure-devops azure-devops-server azure-email bitbucket-cloud bitbucket-server gitea gitea-self-hosted ' +
        'self-hosted-graphql github-enterprise-rest github-rest gitlab-rest gitlab-self-hosted-rest graph postmark',
    ),
    why: 'The server takes its paths, or names of owners and repositories, in any case (E12); exact names stay exact in the facts.',
  },
  {
    misses: ['another case'],
    providers: words('anthropic-anywhere openai-anywhere openai-compatible upstash'),
    why: 'Gateways differ on the case of a path, Redis does not look at it: leaving them out would be the way around.',
  },
  {
    misses: LAST,
    providers: words(
      'airtable azure-devops azure-devops-server bitbucket-cloud cosmos couchdb couchdb-anywhere elasticsearch ' +
        'elasticsearch-anywhere github-rest gitlab-rest kubernetes npm oci pinecone supabase weaviate',
    ),
    why: 'An id or the name of a setting stands last, which `path` tells and no other fact: the same call on another one, or on all.',
  },
  {
    misses: ['a segment more'],
    providers: words(
      'airtable azure-devops bitbucket-cloud bitbucket-server cosmos couchdb couchdb-anywhere elasticsearch elasticsearch-anywhere ' +
        'gcs gemini gitea github-rest gitlab-rest gitlab-self-hosted-rest graph kubernetes qdrant supabase weaviate',
    ),
    why: 'All that lies below is of the same kind (one setting of the settings, an attachment of the document), or is not there.',
  },
  {
    misses: ['a segment in front'],
    providers: words(
      'anthropic-anywhere azure-devops bitbucket-server gitea-self-hosted gitlab-self-hosted-rest mongodb-data openai-anywhere ' +
        'openai-compatible',
    ),
    why: 'Private servers and gateways stand behind a path; Azure DevOps has organisations and projects there.',
  },
  {
    misses: ['a segment in front'],
    providers: words('elasticsearch elasticsearch-anywhere'),
    why: 'The segment is an index for the items that name none; those of the fixture name their own.',
  },
  {
    misses: METHOD,
    providers: words(
      'airtable azure-arm azure-devops bitbucket-cloud bitbucket-server cosmos couchdb elasticsearch gcp gcs gitea gitea-self-hosted ' +
        'github-enterprise-rest github-rest gitlab-rest graph hosting npm oci other-registries pinecone ' +
        'qdrant stripe supabase weaviate discord dropbox firestore libsql',
    ),
    why: 'The action is the same whether the thing is made, changed or taken away: comments, settings, grants, schema. `method` tells.',
  },
  {
    misses: METHOD,
    providers: words('realtime-database'),
    why: 'The fixture claims its method in the query, and what is claimed is judged besides what is sent.',
  },
  {
    misses: [...LAST, 'a segment more', 'a segment in front', 'another case', ...METHOD],
    providers: words('drop-hosts dropbox google-forms other-messaging webhook-hosts'),
    why: 'Told by the host: everything that is sent there is this call.',
  },
  {
    misses: [...LAST, 'a segment more', 'a segment in front', 'another case'],
    providers: words('graphql-anywhere pypi'),
    why: 'Told by the body: whatever carries that by POST is this call.',
  },
];

function words(text: string): readonly string[] {
  return text.split(' ');
}
