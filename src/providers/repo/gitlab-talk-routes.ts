// GitLab's REST routes below a project by which people talk: comments and issues. A line `/merge` in one merges.

import { plain, some, text } from './effect.ts';
import { quickActions } from './gitlab-quick-actions.ts';
import { routes } from './rest-route.ts';
import type { Route } from './rest-route.ts';

export const GITLAB_TALK_ROUTES: readonly Route[] = [
  ...routes(
    'ANY',
    [
      'issues/*/notes',
      'issues/*/notes/*',
      'issues/*/discussions/**',
      'issues/*/discussions',
      'merge_requests/*/notes',
      'merge_requests/*/notes/*',
      'merge_requests/*/discussions',
      'merge_requests/*/discussions/**',
      'merge_requests/*/draft_notes',
      'merge_requests/*/draft_notes/**',
      'snippets/*/notes',
      'snippets/*/notes/*',
      'repository/commits/*/comments',
      'repository/commits/*/discussions',
      'repository/commits/*/discussions/**',
    ],
    ({ fields }) => [plain('repo.comment'), ...quickActions(fields['body'] ?? fields['note'])],
  ),
  ...routes(
    'ANY',
    ['issues/*/award_emoji/**', 'issues/*/award_emoji', 'merge_requests/*/award_emoji', 'merge_requests/*/award_emoji/**'],
    () => [plain('repo.comment')],
  ),
  ...routes(
    'ANY',
    ['issues', 'issues/*', 'issues/*/**', 'labels', 'labels/**', 'milestones', 'milestones/**', 'boards', 'boards/**'],
    ({ fields }) => [plain('repo.issue', some({ title: text(fields['title']) })), ...quickActions(fields['description'])],
  ),
  ...routes(
    'POST',
    [
      'merge_requests/*/todo',
      'merge_requests/*/subscribe',
      'merge_requests/*/unsubscribe',
      'merge_requests/*/time_estimate',
      'merge_requests/*/add_spent_time',
      'merge_requests/*/reset_time_estimate',
      'merge_requests/*/reset_spent_time',
    ],
    () => [plain('repo.issue')],
  ),
];
