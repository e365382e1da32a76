// The methods of Slack's Web API that are known, by what they do. All others are unknown writes, by GET as well.

export type SlackEffect = 'send' | 'change' | 'invite' | 'read' | 'upload';

const EFFECTS: Readonly<Record<SlackEffect, string>> = {
  send:
    'chat.postMessage chat.postEphemeral chat.meMessage chat.scheduleMessage chat.startStream chat.appendStream chat.stopStream ' +
    'files.completeUploadExternal files.upload views.publish',
  change: 'chat.update chat.delete chat.deleteScheduledMessage reactions.add reactions.remove pins.add pins.remove',
  // Who is in a conversation may read all of it.
  invite: 'conversations.open conversations.invite conversations.inviteShared',
  // As the methods' own pages say: they change nothing, whatever method of HTTP asks for them.
  read:
    'api.test auth.test bots.info chat.getPermalink conversations.history conversations.info conversations.list conversations.members ' +
    'conversations.replies emoji.list files.info files.list pins.list reactions.get reactions.list search.files search.messages ' +
    'team.info usergroups.list usergroups.users.list users.conversations users.getPresence users.info users.list users.lookupByEmail',
  upload: 'files.getUploadURLExternal',
};

const BY_METHOD: ReadonlyMap<string, SlackEffect> = new Map([
  ...methodsOf('send'),
  ...methodsOf('change'),
  ...methodsOf('invite'),
  ...methodsOf('read'),
  ...methodsOf('upload'),
]);

function methodsOf(effect: SlackEffect): (readonly [string, SlackEffect])[] {
  return EFFECTS[effect].split(' ').map((method) => [method, effect]);
}

/** Null for a method that is not known. */
export function slackEffect(method: string): SlackEffect | null {
  return BY_METHOD.get(method) ?? null;
}
