// Slack's limits for blocks, as its reference has them: what `invalid_blocks` is answered for.

type Json = Readonly<Record<string, unknown>>;

const TEXT_LIMITS: Readonly<Record<string, number>> = {
  header: 150,
  section: 3_000,
  button: 75,
  option: 75,
  title: 24,
  label: 2_000,
};
const LIMITS = { blocks: 50, modalBlocks: 100, fields: 10, field: 2_000, elements: 25, context: 10, id: 255, value: 2_000 };

/** The first thing that Slack would refuse, or null. `blocks` is JSON text, as the form has it. */
export function blockProblem(text: string, most = LIMITS.blocks): string | null {
  const blocks: unknown = JSON.parse(text);
  if (!Array.isArray(blocks)) return 'blocks is not a list';
  if (blocks.length > most) return `more than ${most} blocks`;
  for (const block of blocks) {
    const problem = problemOf(block);
    if (problem !== null) return problem;
  }
  return null;
}

export function modalProblem(text: string): string | null {
  const view = JSON.parse(text) as Json;
  if (view['type'] !== 'modal') return 'not a modal';
  for (const name of ['title', 'submit', 'close']) {
    const problem = view[name] === undefined ? null : textProblem(view[name], TEXT_LIMITS['title'] ?? 0, true);
    if (problem !== null) return `${name}: ${problem}`;
  }
  if (String(view['private_metadata'] ?? '').length > 3_000) return 'private_metadata';
  return blockProblem(JSON.stringify(view['blocks']), LIMITS.modalBlocks);
}

function problemOf(block: Json): string | null {
  switch (block['type']) {
    case 'header':
      return textProblem(block['text'], TEXT_LIMITS['header'] ?? 0, true);
    case 'section':
      return sectionProblem(block);
    case 'context':
      return listProblem(block['elements'], LIMITS.context, (one) => textProblem(one, LIMITS.field, false));
    case 'actions':
      return actionsProblem(block['elements']);
    case 'input':
      return textProblem(block['label'], TEXT_LIMITS['label'] ?? 0, true) ?? radioProblem(block['element'] as Json);
    default:
      return `unknown block ${String(block['type'])}`;
  }
}

function sectionProblem(block: Json): string | null {
  if (block['text'] === undefined && block['fields'] === undefined) return 'a section needs text or fields';
  if (block['text'] !== undefined) return textProblem(block['text'], TEXT_LIMITS['section'] ?? 0, false);
  return listProblem(block['fields'], LIMITS.fields, (one) => textProblem(one, LIMITS.field, false));
}

function actionsProblem(elements: unknown): string | null {
  const ids = new Set<string>();
  return listProblem(elements, LIMITS.elements, (button) => {
    const id = String(button['action_id'] ?? '');
    if (button['type'] !== 'button' || id === '' || id.length > LIMITS.id || ids.has(id)) return `action_id ${id}`;
    ids.add(id);
    if (button['value'] === '' || String(button['value'] ?? '').length > LIMITS.value) return 'value';
    if (button['url'] !== undefined && (!URL.canParse(String(button['url'])) || String(button['url']).length > 3_000))
      return 'url';
    return textProblem(button['text'], TEXT_LIMITS['button'] ?? 0, true);
  });
}

function radioProblem(element: Json): string | null {
  if (element['type'] !== 'radio_buttons') return 'unknown input';
  return listProblem(element['options'], 10, (option) => {
    const value = String(option['value'] ?? '');
    return value === '' || value.length > 150 ? 'option value' : textProblem(option['text'], TEXT_LIMITS['option'] ?? 0, false);
  });
}

function listProblem(list: unknown, most: number, each: (one: Json) => string | null): string | null {
  if (!Array.isArray(list) || list.length === 0 || list.length > most) return `a list of 1 to ${most} is needed`;
  for (const one of list) {
    const problem = each(one as Json);
    if (problem !== null) return problem;
  }
  return null;
}

function textProblem(value: unknown, most: number, plainOnly: boolean): string | null {
  const { type, text } = value as { type?: unknown; text?: unknown };
  if (type !== 'plain_text' && (plainOnly || type !== 'mrkdwn')) return `text of type ${String(type)}`;
  if (typeof text !== 'string' || text.length === 0 || text.length > most) return `text of ${String(text).length} characters`;
  return null;
}
