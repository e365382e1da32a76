// Files go to listed buckets.

import { cedarSet, type Recipe } from './recipe.ts';

export const UPLOAD_ALLOW_LIST: Recipe = {
  name: 'upload-allow-list',
  summary: 'Files go to the named buckets only, never readable for everybody, and each upload is logged.',
  parameters: [
    {
      name: 'buckets',
      kind: 'names',
      about: 'buckets as their entities are called: "s3/acme-reports"',
      initial: 's3/acme-reports',
    },
  ],
  write(values) {
    const buckets = values.list('buckets');
    const [bucket = ''] = buckets;
    const good = `resource in ${cedarSet(buckets, 'Bucket')} && !(context has public && context.public)`;
    const upload = (name: string, id: string, open: boolean, verdict: 'ALLOW_LOG' | 'BLOCK') => ({
      name,
      action: 'file.upload',
      resource: { type: 'Bucket', id },
      facts: { destination: id, ...(open ? { public: true } : {}) },
      verdict,
    });
    return {
      policies: `// Files that go out: to the listed buckets, and nowhere else.

@id("upload-allow-list-listed")
@reason("{resource} is listed: agents may put files there, and each one is logged.")
@verdict("allow_log")
permit (principal, action == Action::"file.upload", resource)
when { ${good} };

@id("upload-allow-list-others")
@reason("Agents may not put files in {resource}, or everybody could read this one.")
forbid (principal, action == Action::"file.upload", resource)
unless { ${good} };
`,
      entities: buckets.map((id) => ({ uid: { type: 'Bucket', id }, attrs: { writes: true }, parents: [] })),
      cases: [
        upload('a file goes to a listed bucket', bucket, false, 'ALLOW_LOG'),
        upload('not for everybody to read', bucket, true, 'BLOCK'),
        upload('and to no other one', `${bucket}-not-listed`, false, 'BLOCK'),
      ],
    };
  },
};
