// A judge that adds to each question what Interlock itself knows beside the request (`context.plan`).

import type { OwnRecords } from '../classify/action.ts';
import type { Judge } from './judge.ts';

/** INVARIANT: every question about one exchange (its substitute, its edits, the last look before it goes) is asked with the same records. */
export function withOwnRecords(judge: Judge, own: OwnRecords): Judge {
  return {
    judge: (principal, actions) =>
      judge.judge(
        principal,
        actions.map((action) => ({ ...action, own: { ...action.own, ...own } })),
      ),
    mayPassUnopened: (principal, action) => judge.mayPassUnopened(principal, action),
    mayApprove: (user, ticket, approverGroups) => judge.mayApprove(user, ticket, approverGroups),
    userBy: (attribute, value) => judge.userBy(attribute, value),
    get bundle() {
      return judge.bundle;
    },
  };
}
