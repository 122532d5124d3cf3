import type { ReplyLinkKind } from './gql/graphql'

const meanings: Record<ReplyLinkKind, string> = {
  REFERENCES: 'by its References header',
  IN_REPLY_TO: 'by its In-Reply-To header',
  CORRECTION: 'by a correction that a person recorded',
  THREAD_INDEX: 'by its Thread-Index header',
  GMAIL_THREAD: 'by its Gmail thread number',
  EMBEDDED: 'by the mail attached to it',
  QUOTE: 'by the text it quotes',
  ATTRIBUTION: 'by the line that introduces its quotation',
  SUBJECT: 'by its subject',
}

/** What a reply link rests on, in words that go on from "Replies to …". */
export function linkWords(kind: ReplyLinkKind): string {
  return meanings[kind]
}

interface Placed {
  replyLink: { parent: { id: string } } | null
  statedLink: { parent: { id: string } } | null
}

/** Whether the link shown is one that no header and no person states. */
export function isInferred(entry: Placed): boolean {
  return entry.replyLink !== null && entry.replyLink.parent.id !== entry.statedLink?.parent.id
}

/** 0.875 → "88 %". */
export function percent(confidence: number): string {
  return `${Math.round(confidence * 100)} %`
}

/** The name of a defect as words: "MISSING_BOUNDARY" → "missing boundary". */
export function defectWords(kind: string): string {
  return kind.toLowerCase().replaceAll(/[_-]+/g, ' ')
}
