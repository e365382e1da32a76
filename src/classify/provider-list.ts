// Every provider there is, a line each. An explicit list: nothing registers itself by being imported.

// ---- email ----
import { ews } from '../providers/email/ews.ts';
import { gmail } from '../providers/email/gmail.ts';
import { azureEmail } from '../providers/email/azure-email.ts';
import { brevo } from '../providers/email/brevo.ts';
import { googleInvites } from '../providers/email/google-invites.ts';
import { mailgun } from '../providers/email/mailgun.ts';
import { mandrill } from '../providers/email/mandrill.ts';
import { postmark } from '../providers/email/postmark.ts';
import { graph } from '../providers/email/graph.ts';
import { resend } from '../providers/email/resend.ts';
import { sendgrid } from '../providers/email/sendgrid.ts';
import { ses } from '../providers/email/ses.ts';
import { sparkpost } from '../providers/email/sparkpost.ts';
// ---- payment ----
import { adyen } from '../providers/payment/adyen.ts';
import { braintree } from '../providers/payment/braintree.ts';
import { coinbase } from '../providers/payment/coinbase.ts';
import { paypal } from '../providers/payment/paypal.ts';
import { plaid } from '../providers/payment/plaid.ts';
import { square } from '../providers/payment/square.ts';
import { stripe } from '../providers/payment/stripe.ts';
import { wise } from '../providers/payment/wise.ts';
// ---- repo ----
import { azureDevops, azureDevopsServer } from '../providers/repo/azure-devops.ts';
import { bitbucketCloud } from '../providers/repo/bitbucket-cloud.ts';
import { bitbucketServer } from '../providers/repo/bitbucket-server.ts';
import { codeHostWeb } from '../providers/repo/code-host-web.ts';
import { gitLfs } from '../providers/repo/git-lfs.ts';
import { gitPush } from '../providers/repo/git-push.ts';
import { gitea, giteaSelfHosted } from '../providers/repo/gitea.ts';
import { githubGraphql } from '../providers/repo/github-graphql.ts';
import { githubEnterpriseRest, githubRest } from '../providers/repo/github-rest.ts';
import { gitlabGraphql } from '../providers/repo/gitlab-graphql.ts';
import { gitlabRest, gitlabSelfHostedRest } from '../providers/repo/gitlab-rest.ts';
import { selfHostedGraphql } from '../providers/repo/self-hosted-graphql.ts';
// ---- database ----
import { bigquery } from '../providers/database/bigquery.ts';
import { clickhouse, clickhouseAnywhere } from '../providers/database/clickhouse.ts';
import { d1 } from '../providers/database/d1.ts';
import { databricks } from '../providers/database/databricks.ts';
import { libsql, libsqlAnywhere } from '../providers/database/libsql.ts';
import { neon } from '../providers/database/neon.ts';
import { planetscale } from '../providers/database/planetscale.ts';
import { postgrestAnywhere } from '../providers/database/postgrest-anywhere.ts';
import { rdsData } from '../providers/database/rds-data.ts';
import { snowflake } from '../providers/database/snowflake.ts';
import { supabase } from '../providers/database/supabase.ts';
import { airtable } from '../providers/database/airtable.ts';
import { cosmos } from '../providers/database/cosmos.ts';
import { couchdb, couchdbAnywhere } from '../providers/database/couchdb.ts';
import { dynamodb } from '../providers/database/dynamodb.ts';
import { elasticsearch, elasticsearchAnywhere } from '../providers/database/elasticsearch.ts';
import { firestore } from '../providers/database/firestore.ts';
import { influxdb, influxdbAnywhere } from '../providers/database/influxdb.ts';
import { mongodbData } from '../providers/database/mongodb-data.ts';
import { notion } from '../providers/database/notion.ts';
import { realtimeDatabase } from '../providers/database/realtime-database.ts';
import { upstash } from '../providers/database/upstash.ts';
import { pinecone, qdrant, weaviate } from '../providers/database/vector-store.ts';
// ---- mcp ----
import { mcp } from '../providers/mcp/mcp.ts';
// ---- llm ----
import { anthropic, anthropicAnywhere } from '../providers/llm/anthropic.ts';
import { bedrock } from '../providers/llm/bedrock.ts';
import { cohere } from '../providers/llm/cohere.ts';
import { gemini, vertex } from '../providers/llm/gemini.ts';
import { mistral } from '../providers/llm/mistral.ts';
import { ollama } from '../providers/llm/ollama.ts';
import { azureOpenai, openai, openaiAnywhere, openaiCompatible } from '../providers/llm/openai.ts';
// ---- message ----
import { discord } from '../providers/message/discord.ts';
import { otherMessaging } from '../providers/message/other-services.ts';
import { slack } from '../providers/message/slack.ts';
import { sns } from '../providers/message/sns.ts';
import { telegram } from '../providers/message/telegram.ts';
import { twilio } from '../providers/message/twilio.ts';
import { webhookHosts } from '../providers/message/webhook-hosts.ts';
// ---- cloud ----
import { aws } from '../providers/cloud/aws.ts';
import { azureArm } from '../providers/cloud/azure-arm.ts';
import { azureVault } from '../providers/cloud/azure-vault.ts';
import { cloudflare } from '../providers/cloud/cloudflare.ts';
import { docker } from '../providers/cloud/docker.ts';
import { gcp } from '../providers/cloud/gcp.ts';
import { hosting } from '../providers/cloud/hosting.ts';
import { kubernetes } from '../providers/cloud/kubernetes.ts';
// ---- publish ----
import { npm } from '../providers/publish/npm.ts';
import { oci } from '../providers/publish/oci.ts';
import { otherRegistries } from '../providers/publish/other-registries.ts';
import { pypi } from '../providers/publish/pypi.ts';
// ---- dns ----
import { cloudflareDns } from '../providers/dns/cloudflare-dns.ts';
import { cloudDns } from '../providers/dns/cloud-dns.ts';
import { route53 } from '../providers/dns/route53.ts';
// ---- file ----
import { azureBlob } from '../providers/file/azure-blob.ts';
import { dropHosts, googleForms } from '../providers/file/drop-hosts.ts';
import { dropbox } from '../providers/file/dropbox.ts';
import { gcs } from '../providers/file/gcs.ts';
import { s3 } from '../providers/file/s3.ts';
// ---- graphql ----
import { graphqlAnywhere } from '../providers/graphql/graphql-anywhere.ts';
import type { Provider } from '../providers/provider.ts';

/** Those that know a host's name. */
const NAMED: readonly Provider[] = [
  // ---- email ----
  sendgrid,
  resend,
  gmail,
  mailgun,
  postmark,
  brevo,
  mandrill,
  sparkpost,
  azureEmail,
  googleInvites,
  graph,
  ews,
  ses,
  // ---- payment ----
  stripe,
  paypal,
  square,
  adyen,
  braintree,
  plaid,
  wise,
  coinbase,
  // ---- repo ----
  githubRest,
  githubGraphql,
  gitlabRest,
  gitlabGraphql,
  bitbucketCloud,
  azureDevops,
  gitea,
  // ---- database ----
  bigquery,
  clickhouse,
  d1,
  databricks,
  libsql,
  neon,
  planetscale,
  rdsData,
  snowflake,
  supabase,
  airtable,
  cosmos,
  couchdb,
  dynamodb,
  elasticsearch,
  firestore,
  influxdb,
  notion,
  pinecone,
  qdrant,
  realtimeDatabase,
  upstash,
  weaviate,
  // ---- mcp ----
  // ---- llm ----
  openai,
  azureOpenai,
  openaiCompatible,
  anthropic,
  gemini,
  vertex,
  bedrock,
  mistral,
  cohere,
  // ---- message ----
  slack,
  discord,
  webhookHosts,
  twilio,
  sns,
  telegram,
  otherMessaging,
  // ---- cloud ----
  aws,
  gcp,
  azureArm,
  azureVault,
  cloudflare,
  hosting,
  // ---- publish ----
  // ---- dns ----
  route53,
  cloudDns,
  cloudflareDns,
  // ---- file ----
  dropHosts,
  googleForms,
  dropbox,
  s3,
  gcs,
  azureBlob,
];

/** Those that know a protocol on any host (`*`), by its path or head; then those that only the body can tell (tentative). */
const ANYWHERE: readonly Provider[] = [
  // ---- repo ----
  gitPush,
  gitLfs,
  githubEnterpriseRest,
  selfHostedGraphql,
  gitlabSelfHostedRest,
  bitbucketServer,
  azureDevopsServer,
  giteaSelfHosted,
  codeHostWeb,
  // ---- database ----
  clickhouseAnywhere,
  elasticsearchAnywhere,
  influxdbAnywhere,
  couchdbAnywhere,
  mongodbData,
  libsqlAnywhere,
  postgrestAnywhere,
  // ---- llm ----
  openaiAnywhere,
  anthropicAnywhere,
  ollama,
  // ---- cloud ----
  kubernetes,
  docker,
  // ---- publish ----
  oci,
  otherRegistries,
  npm,
  pypi,
  // ---- file ----
  // ---- mcp ----
  mcp,
  // ---- graphql ----
  graphqlAnywhere,
];

export const PROVIDERS: readonly Provider[] = [...NAMED, ...ANYWHERE];
