import { memo } from 'react'
import { bareSubject, counted, minute, nameList, subjectLine } from '../format'
import { isInferred, linkWords } from '../words'
import type { EntryLine } from './entries'
import type { Placed } from './tree'

interface Props {
  placed: Placed<EntryLine>
  /** Pixels from the top of the tree. */
  top: number
  active: boolean
  closed: boolean
  choose: (id: string) => void
  toggle: (id: string) => void
  threadSubject: string | null
}

/** The indent stops growing here, so that deep rows keep room for their words. */
const deepest = 14

/** The document's id of an entry's row. */
export function rowId(entry: string): string {
  return `row-${entry}`
}

/** One line of the tree: who and when, or what is known of a missing message. */
export const Row = memo(function Row({
  placed,
  top,
  active,
  closed,
  choose,
  toggle,
  threadSubject,
}: Props) {
  const { line, below, position, siblings } = placed
  const missing = line.__typename === 'MissingMessage'
  const inferred = isInferred(line)
  return (
    // The tree has the focus and hears the keys; a row only needs the pointer.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={rowId(line.id)}
      role="treeitem"
      aria-level={line.depth + 1}
      aria-setsize={siblings}
      aria-posinset={position}
      aria-selected={active}
      aria-expanded={below > 0 ? !closed : undefined}
      className={missing ? 'row missing' : 'row'}
      style={{
        transform: `translateY(${top}px)`,
        ['--depth' as string]: Math.min(line.depth, deepest),
      }}
      onClick={() => choose(line.id)}
    >
      {/* The same is on the arrow keys, which the tree hears. */}
      {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
      <span
        className={below > 0 ? 'twist' : 'twist none'}
        onClick={(event) => {
          if (below === 0) return
          event.stopPropagation()
          toggle(line.id)
        }}
      >
        <svg viewBox="0 0 8 8" aria-hidden="true">
          <path d={closed ? 'M2 0l5 4-5 4z' : 'M0 2l4 5 4-5z'} />
        </svg>
      </span>
      {line.depth > deepest && <span className="depth">{line.depth}</span>}
      {line.replyLink && inferred && (
        <span className="inferred" title={`Inferred ${linkWords(line.replyLink.kind)}`}>
          <span aria-hidden="true">≈</span>
          <span className="only-read">inferred reply, </span>
        </span>
      )}
      <span className="row-words">
        {missing ? missingWords(line) : presentWords(line, threadSubject)}
      </span>
      {closed && <span className="folded">{counted(below, 'reply', 'replies')}</span>}
      <time dateTime={line.sentAt ?? undefined}>
        {missing && !line.sentAt ? '' : minute(line.sentAt)}
      </time>
    </div>
  )
})

function missingWords(line: EntryLine & { __typename: 'MissingMessage' }) {
  const who = line.from.length > 0 ? `${nameList(line.from)}: ` : ''
  return `${who}missing, cited by ${line.citedCount}`
}

function presentWords(line: EntryLine, threadSubject: string | null) {
  const changed = bareSubject(line.subject) !== bareSubject(threadSubject)
  return (
    <>
      <b>{nameList(line.from) || 'unknown sender'}</b>
      {changed && line.subject && <span className="quiet"> {subjectLine(line.subject)}</span>}
    </>
  )
}
