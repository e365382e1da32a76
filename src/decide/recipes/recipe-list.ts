// Every recipe there is. An explicit list, as `policy new --list` shows it.

import { DAILY_REFUND_BUDGET } from './daily-refund-budget.ts';
import { DNS_WAITS } from './dns-waits.ts';
import { MAIL_AFTER_THE_WEB } from './mail-after-the-web.ts';
import { MAIL_OWN_DOMAINS } from './mail-own-domains.ts';
import { MCP_ALLOW_LIST } from './mcp-allow-list.ts';
import { MODEL_ALLOW_LIST } from './model-allow-list.ts';
import { NO_PASTE_SITES } from './no-paste-sites.ts';
import { NO_PUBLISHING } from './no-publishing.ts';
import { PROTECTED_BRANCHES } from './protected-branches.ts';
import { READ_ONLY_DATABASE } from './read-only-database.ts';
import type { Recipe } from './recipe.ts';
import { REFUND_CEILING } from './refund-ceiling.ts';
import { TOOL_ALLOW_LIST } from './tool-allow-list.ts';
import { UPLOAD_ALLOW_LIST } from './upload-allow-list.ts';

export const RECIPES: readonly Recipe[] = [
  MAIL_OWN_DOMAINS,
  MAIL_AFTER_THE_WEB,
  PROTECTED_BRANCHES,
  REFUND_CEILING,
  DAILY_REFUND_BUDGET,
  READ_ONLY_DATABASE,
  MCP_ALLOW_LIST,
  MODEL_ALLOW_LIST,
  TOOL_ALLOW_LIST,
  NO_PASTE_SITES,
  NO_PUBLISHING,
  DNS_WAITS,
  UPLOAD_ALLOW_LIST,
];
