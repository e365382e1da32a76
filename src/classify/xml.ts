// Strict XML for bodies that are judged: elements and text, no DTD, no entities beyond XML's own five, bounded (E20).

import { isUtf8 } from 'node:buffer';
import { hasMoreThan } from './sign-count.ts';

export interface XmlElement {
  /** Local name: `Delete` for `<s3:Delete>`. Services match it whatever the prefix. */
  readonly name: string;
  /** Child elements in order; repeats stay side by side. */
  readonly children: readonly XmlElement[];
  /** All its own character data, references undone, untrimmed. */
  readonly text: string;
}

/** `root` is undefined exactly when there is a problem, which is told for people and quotes nothing of the document. */
type XmlReading = { readonly root: XmlElement; readonly problem: null } | { readonly root: undefined; readonly problem: string };

/** Deeper or larger documents are an attack on the reader, not a client (threat C9). Route 53 and S3 take a thousand items each. */
const MAX_DEPTH = 32;
const MAX_ELEMENTS = 8000;
const MAX_REFERENCES = 5000;
const MAX_ATTRIBUTES = 16;

const DECLARATION =
  /^<\?xml[ \t\r\n]+version=(?:"1\.0"|'1\.0')(?:[ \t\r\n]+encoding=(?:"utf-8"|'utf-8'))?(?:[ \t\r\n]+standalone=(?:"yes"|"no"|'yes'|'no'))?[ \t\r\n]*\?>/i;
const NAME = /(?:[A-Za-z_][A-Za-z0-9_.-]{0,127}:)?([A-Za-z_][A-Za-z0-9_.-]{0,127})/y;
const ATTRIBUTE = /[ \t\r\n]+[A-Za-z_][A-Za-z0-9_.:-]{0,127}[ \t\r\n]*=[ \t\r\n]*(?:"[^"<&]{0,2048}"|'[^'<&]{0,2048}')/y;
const TAG_END = /[ \t\r\n]*(\/?>)/y;
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads one UTF-8 document. Never throws. INVARIANT: what parsers differ on is a problem: a DTD, an entity, CDATA, a processing
 * instruction, a comment (`<Key>a<!-- -->b</Key>` is `a`, `b` or `ab`), another encoding.
 */
export function readXml(bytes: Buffer): XmlReading {
  if (!isUtf8(bytes)) return unsure('the XML is not UTF-8');
  const text = bytes.toString('utf8');
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufeff\ufffe\uffff]/.test(text))
    return unsure('the XML holds a character that XML has not');
  const start = DECLARATION.exec(text)?.[0].length ?? 0;
  // The whole class at once: only a tag may start with `<`, only a reference with `&`. The reader of tags is the second layer: its names
  // begin with neither sign.
  if (/<[!?]/.test(text.slice(start))) return unsure('the XML holds a DTD, CDATA, a comment or a processing instruction');
  if (hasMoreThan(text, '&', MAX_REFERENCES)) return unsure(`the XML holds more than ${MAX_REFERENCES} references`);
  return readDocument(text, start);
}

/** Its children of this name. */
export function xmlChildren(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** The text of its only child of this name, when that has no children of its own; undefined when there is none, or more than one. */
export function xmlText(element: XmlElement, name: string): string | undefined {
  const [child, second] = xmlChildren(element, name);
  return child === undefined || second !== undefined || child.children.length > 0 ? undefined : child.text;
}

interface OpenElement {
  /** With its prefix, as the end tag must repeat it. */
  readonly tag: string;
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

/** One pass, no recursion. */
function readDocument(text: string, start: number): XmlReading {
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  let at = start;
  for (let tags = 0; tags <= MAX_ELEMENTS * 2; ) {
    const mark = text.indexOf('<', at);
    const data = plainText(text.slice(at, mark === -1 ? undefined : mark));
    const top = open.at(-1);
    if (data === null) return unsure('the XML holds an entity that is not one of the five');
    if (top !== undefined) top.text += data;
    else if (data.trim() !== '') return unsure('the XML has text outside its root');
    if (mark === -1) return root === undefined || top !== undefined ? unsure('the XML ends too early') : { root, problem: null };
    const tag = text.charCodeAt(mark + 1) === 0x2f ? readEndTag(text, mark) : readStartTag(text, mark);
    if (tag === null || (root !== undefined && top === undefined)) return unsure('the XML is not well formed');
    at = tag.end;
    tags += tag.kind === 'empty' ? 2 : 1;
    if (tag.kind !== 'end') {
      if (open.length >= MAX_DEPTH) return unsure(`the XML is nested deeper than ${MAX_DEPTH}`);
      open.push({ tag: tag.tag, name: tag.name, children: [], text: '' });
    }
    if (tag.kind === 'start') continue;
    const closed = open.pop();
    if (closed === undefined || closed.tag !== tag.tag) return unsure('the XML is not well formed');
    const element: XmlElement = { name: closed.name, children: closed.children, text: closed.text };
    const parent = open.at(-1);
    if (parent === undefined) root = element;
    else parent.children.push(element);
  }
  return unsure(`the XML holds more than ${MAX_ELEMENTS} elements`);
}

interface Tag {
  readonly kind: 'start' | 'end' | 'empty';
  readonly tag: string;
  readonly name: string;
  readonly end: number;
}

function readStartTag(text: string, mark: number): Tag | null {
  const name = nameAt(text, mark + 1);
  if (name === null) return null;
  let at = mark + 1 + name.tag.length;
  // Nearly all tags: no pattern run.
  if (text.charCodeAt(at) === 0x3e) return { kind: 'start', tag: name.tag, name: name.name, end: at + 1 };
  for (let attributes = 0; attributes <= MAX_ATTRIBUTES; attributes += 1) {
    ATTRIBUTE.lastIndex = at;
    const attribute = ATTRIBUTE.exec(text);
    if (attribute === null) break;
    at += attribute[0].length;
  }
  TAG_END.lastIndex = at;
  const end = TAG_END.exec(text);
  return end === null
    ? null
    : { kind: end[1] === '/>' ? 'empty' : 'start', tag: name.tag, name: name.name, end: at + end[0].length };
}

function readEndTag(text: string, mark: number): Tag | null {
  const name = nameAt(text, mark + 2);
  if (name === null) return null;
  const at = mark + 2 + name.tag.length;
  if (text.charCodeAt(at) === 0x3e) return { kind: 'end', tag: name.tag, name: name.name, end: at + 1 };
  TAG_END.lastIndex = at;
  const end = TAG_END.exec(text);
  return end?.[1] !== '>' ? null : { kind: 'end', tag: name.tag, name: name.name, end: TAG_END.lastIndex };
}

function nameAt(text: string, at: number): { readonly tag: string; readonly name: string } | null {
  NAME.lastIndex = at;
  const found = NAME.exec(text);
  return found === null ? null : { tag: found[0], name: found[1] ?? '' };
}

/** Character data with its references undone; null when there is another `&`. */
function plainText(data: string): string | null {
  if (!data.includes('&')) return data;
  if (data.replaceAll(REFERENCE, '').includes('&')) return null;
  let valid = true;
  const text = data.replaceAll(REFERENCE, (_, named?: string, decimal?: string, hex?: string) => {
    if (named !== undefined) return NAMED[named] ?? '';
    const code = Number.parseInt(decimal ?? hex ?? '', decimal === undefined ? 16 : 10);
    if (!isXmlCharacter(code)) valid = false;
    return valid ? String.fromCodePoint(code) : '';
  });
  return valid ? text : null;
}

/** XML 1.0 §2.2. */
function isXmlCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}

function unsure(problem: string): XmlReading {
  return { root: undefined, problem };
}
