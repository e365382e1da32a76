// Which AWS service and region a host name stands for. Names are the service ids of SigV4 scopes (`ses`, not `email`).

export interface AwsHost {
  /** Service id; null when the name is AWS's but says no service that is known to be one. */
  readonly service: string | null;
  /** Null for global and region-less names (`iam.amazonaws.com`, `s3.amazonaws.com`). */
  readonly region: string | null;
  /** What stands before the service: a bucket, an access point, an account. Empty for most. */
  readonly prefix: string;
}

/** Where AWS's own APIs live: commercial and GovCloud, China, dual-stack in both. `hosts` of a provider may be these. */
export const AWS_HOSTS = ['*.amazonaws.com', '*.amazonaws.com.cn', '*.api.aws', '*.api.amazonwebservices.com.cn'] as const;

const SUFFIXES = AWS_HOSTS.map((pattern) => pattern.slice(1));
const REGION = /^(?:us|eu|ap|sa|ca|me|af|il|cn|mx)-(?:[a-z]{1,10}-){1,3}[0-9]{1,2}$/;
/** `s3-us-west-2`, `s3-external-1`: S3's oldest names join service and region with a hyphen. */
const OLD_S3 = /^s3-((?:us|eu|ap|sa|ca)-[a-z]{1,10}-[0-9]|external-1)$/;

/**
 * Labels behind which customers' own programs answer (`x.us-east-1.es.amazonaws.com`): what is said there is no call of AWS's API. Alone
 * before the region the same label is the API itself (`es.us-east-1.amazonaws.com`).
 */
const CUSTOMERS: ReadonlySet<string> = new Set(
  (
    'elb compute compute-1 rds es aoss execute-api eks cache redshift redshift-serverless awsapprunner mq kafka ' +
    'kafka-serverless neptune docdb'
  ).split(' '),
);
/** Never the API: web sites, git. */
const NEVER_THE_API = /^(?:s3-website(?:-.*)?|git-codecommit(?:-fips)?)$/;

/** Endpoint prefixes that differ from the service id in the scope. Not here: the last label is the id itself. */
const SERVICE_IDS: ReadonlyMap<string, string> = new Map([
  ['email', 'ses'],
  ['queue', 'sqs'],
  ['ddb', 'dynamodb'],
  ['search-dynamodb', 'dynamodb'],
  ['bedrock-runtime', 'bedrock'],
  ['bedrock-agent', 'bedrock'],
  ['bedrock-agent-runtime', 'bedrock'],
  ['bedrock-data-automation', 'bedrock'],
  ['bedrock-data-automation-runtime', 'bedrock'],
  ['bedrock-mantle', 'bedrock'],
  // Where CloudWatch Logs' client tails them.
  ['stream-logs', 'logs'],
  ['s3-accelerate', 's3'],
  ['s3-accesspoint', 's3'],
  ['s3express-control', 's3express'],
  ['appstream2', 'appstream'],
  ['cloudhsmv2', 'cloudhsm'],
  ['transcribestreaming', 'transcribe'],
  ['personalize-runtime', 'personalize'],
  ['personalize-events', 'personalize'],
  ['runtime-v2-lex', 'lex'],
  ['models-v2-lex', 'lex'],
  ['marketplace', 'aws-marketplace'],
  ['oidc', 'sso-oauth'],
]);

/** Null when it is no AWS API's name. Pure; linear in the name. */
export function awsHost(host: string): AwsHost | null {
  const suffix = SUFFIXES.find((one) => host.endsWith(one));
  if (suffix === undefined) return null;
  const labels = host
    .slice(0, -suffix.length)
    .split('.')
    // Only there: a bucket may be called `dualstack`.
    .filter((label, at, all) => label !== 'dualstack' || !/^s3(?:-|$)/.test(all[at - 1] ?? ''));
  const old = oldS3(labels);
  if (old !== null) return old;
  const regionAt = labels.findLastIndex((label) => REGION.test(label));
  // `{id}.endpoints.email.global.api.aws`: an endpoint of several regions.
  const isGlobal = labels.length > 1 && labels.at(-1) === 'global';
  const names = labels.filter((_, at) => at !== regionAt && !(isGlobal && at === labels.length - 1));
  const last = names.at(-1) ?? '';
  const owner = names.at(-2);
  // Container images (`123.dkr.ecr.…`) are an OCI registry's.
  const images = last === 'ecr' && owner?.startsWith('dkr') === true;
  if ((owner !== undefined && CUSTOMERS.has(last)) || NEVER_THE_API.test(last) || images) return null;
  return {
    service: last === '' ? null : serviceId(last),
    region: regionAt === -1 ? null : (labels[regionAt] ?? null),
    prefix: names.slice(0, -1).join('.'),
  };
}

function oldS3(labels: readonly string[]): AwsHost | null {
  const region = OLD_S3.exec(labels.at(-1) ?? '')?.[1];
  if (region === undefined) return null;
  return { service: 's3', region: region === 'external-1' ? null : region, prefix: labels.slice(0, -1).join('.') };
}

function serviceId(label: string): string {
  // `ec2-fips`, `fips-eks`: the same API in a validated build.
  const name = label.replace(/-fips$|^fips-/, '');
  if (/^s3express-[a-z0-9-]+$/.test(name) && name !== 's3express-control') return 's3express';
  return SERVICE_IDS.get(name) ?? name;
}
