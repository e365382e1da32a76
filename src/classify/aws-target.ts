// `X-Amz-Target: AmazonSQS.SendMessage`: the operation of AWS's JSON protocols, and which service its prefix belongs to.

interface AwsTarget {
  /** As sent, without the operation: `DynamoDB_20120810`. */
  readonly prefix: string;
  readonly operation: string;
  /** Service id, or null for a prefix that is not known. */
  readonly service: string | null;
  /** `2012-08-10` when the prefix ends in a date. */
  readonly version: string | null;
}

const TARGET = /^([A-Za-z0-9_.]{1,120})\.([A-Za-z][A-Za-z0-9_]{0,119})$/;

/** Lower case, dates taken off. */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ['dynamodb', 'dynamodb'],
  ['dynamodbstreams', 'dynamodb'],
  ['amazonsqs', 'sqs'],
  ['trentservice', 'kms'],
  ['secretsmanager', 'secretsmanager'],
  ['amazonssm', 'ssm'],
  ['logs', 'logs'],
  ['graniteserviceversion', 'monitoring'],
  ['kinesis', 'kinesis'],
  ['firehose', 'firehose'],
  ['amazonec2containerservicev', 'ecs'],
  ['amazonec2containerregistry_v', 'ecr'],
  ['awsstepfunctions', 'states'],
  ['awsevents', 'events'],
  ['awsorganizationsv', 'organizations'],
  ['certificatemanager', 'acm'],
  ['awscognitoidentityproviderservice', 'cognito-idp'],
  ['awscognitoidentityservice', 'cognito-identity'],
  ['awsglue', 'glue'],
  ['amazonathena', 'athena'],
  ['com.amazonaws.cloudtrail.v20131101.cloudtrail', 'cloudtrail'],
  ['cloudtrail', 'cloudtrail'],
  ['starlingdoveservice', 'config'],
  ['sagemaker', 'sagemaker'],
  ['codebuild', 'codebuild'],
  ['codepipeline', 'codepipeline'],
  ['codedeploy', 'codedeploy'],
  ['codecommit', 'codecommit'],
  ['awswaf', 'wafv2'],
  ['route53domains_v', 'route53domains'],
  ['redshiftdata', 'redshift-data'],
  ['amazonmemorydb', 'memorydb'],
  ['amazondax', 'dax'],
  ['directoryservice', 'ds'],
  ['lightsail', 'lightsail'],
  ['elasticmapreduce', 'elasticmapreduce'],
  ['swbexternalservice', 'sso'],
  ['awsidentitystore', 'identitystore'],
  ['resourcegroupstaggingapi', 'tagging'],
  ['awssupport', 'support'],
]);

/** Null when the field is not of this shape. */
export function awsTarget(value: string): AwsTarget | null {
  const parts = TARGET.exec(value.trim());
  if (parts === null) return null;
  const [, prefix = '', operation = ''] = parts;
  const date = /_?([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(prefix);
  const stem = (date === null ? prefix : prefix.slice(0, date.index)).toLowerCase();
  return {
    prefix,
    operation,
    service: SERVICES.get(stem) ?? null,
    version: date === null ? null : `${date[1]}-${date[2]}-${date[3]}`,
  };
}
