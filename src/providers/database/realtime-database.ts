// Firebase's Realtime Database: one tree of JSON, whose branches are addressed by path and changed by method.

import { isPlainRead } from '../../classify/plain-action.ts';
import type { RequestView } from '../../http/request-view.ts';
import { jsonAnswer } from '../json-answer.ts';
import type { Provider } from '../provider.ts';
import { refusalSentence } from '../refusal.ts';
import type { DatabasePlace } from './database-action.ts';
import { type DatabaseRoute, databaseProvider } from './database-api.ts';
import { fixedRoute, upsertWorks } from './document-call.ts';

export const realtimeDatabase: Provider = databaseProvider({
  name: 'realtime-database',
  system: 'realtime-database',
  hosts: ['*.firebaseio.com', '*.firebasedatabase.app'],
  route,
  refuse: (_request, refusal) => jsonAnswer(refusal, { error: refusalSentence(refusal) }),
});

const PLACE: DatabasePlace = { system: 'realtime-database' };

/** `/{path}.json`, and `/.settings/rules.json` for who may do what. */
function route(request: RequestView): DatabaseRoute | null {
  const path = request.segments.join('/');
  if (!path.endsWith('.json')) return null;
  const [branch = '', ...deeper] = path
    .slice(0, -'.json'.length)
    .split('/')
    .filter((part) => part !== '');
  if (branch === '.settings')
    return isPlainRead(request) ? null : fixedRoute(request, PLACE, { effect: 'grant', inspected: true, verb: 'rules' });
  const tables = branch === '' ? undefined : [branch];
  const sure = { inspected: true, tables };
  // A whole branch, or the whole tree, goes at once.
  const where = deeper.length > 0;
  if (isPlainRead(request)) return fixedRoute(request, PLACE, { ...sure, effect: 'read', verb: 'get' });
  switch (request.method) {
    case 'PUT':
      // What it does not name of the branch is gone.
      return fixedRoute(
        request,
        PLACE,
        ...upsertWorks({ ...sure, verb: 'put' }).map((work) => (work.effect === 'update' ? { ...work, where } : work)),
        { ...sure, effect: 'delete', verb: 'put', where },
      );
    case 'POST':
      return fixedRoute(request, PLACE, { ...sure, effect: 'insert', verb: 'push' });
    case 'PATCH':
      return fixedRoute(request, PLACE, ...upsertWorks({ ...sure, verb: 'patch' }), {
        ...sure,
        effect: 'delete',
        verb: 'patch',
        where: true,
      });
    case 'DELETE':
      return fixedRoute(request, PLACE, { ...sure, effect: 'delete', verb: 'delete', where });
    default:
      return null;
  }
}
