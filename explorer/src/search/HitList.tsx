import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { letterKeys } from '../frame/keys'
import { counted, minute, nameList, ownWords, subjectLine } from '../format'
import type { HitFragment } from '../gql/graphql'
import { Link, to } from '../route'

interface Props {
  label: string
  hits: HitFragment[]
  total: number
  /** Called when the end of what is loaded comes near. */
  more: () => void
}

const rowHeight = 76

/** Messages, one link each; only those near the screen are in the document. */
export function HitList({ label, hits, total, more }: Props) {
  const list = useRef<HTMLOListElement>(null)
  const [active, setActive] = useState(0)
  const [top, setTop] = useState(0)
  const rows = useWindowVirtualizer({
    count: hits.length,
    estimateSize: () => rowHeight,
    overscan: 8,
    scrollMargin: top,
    getItemKey: (index) => hits[index]?.id ?? index,
  })
  const shown = rows.getVirtualItems()
  const last = shown.at(-1)?.index ?? 0

  useEffect(() => setTop(list.current?.offsetTop ?? 0), [])
  useEffect(() => {
    if (hits.length < total && last >= hits.length - 20) more()
  }, [last, hits.length, total, more])

  function move(index: number) {
    const next = Math.max(0, Math.min(index, hits.length - 1))
    setActive(next)
    rows.scrollToIndex(next)
    if (focusRow(next)) return
    // A row that is far away enters the document only after the scroll.
    requestAnimationFrame(() => requestAnimationFrame(() => focusRow(next)))
  }

  function focusRow(index: number): boolean {
    const link = list.current?.querySelector<HTMLElement>(`[data-index="${index}"] a`)
    link?.focus({ preventScroll: true })
    return link !== null && link !== undefined
  }

  function pressed(event: KeyboardEvent) {
    const target = moveOf(event, active, hits.length)
    if (target === undefined) return
    event.preventDefault()
    move(target)
  }

  return (
    // The list hears the keys of the links in it.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ol
      ref={list}
      className="hits"
      aria-label={label}
      style={{ height: rows.getTotalSize() }}
      onKeyDown={pressed}
    >
      {shown.map((row) => {
        const hit = hits[row.index]
        if (!hit) return null
        return (
          <li
            key={row.key}
            ref={rows.measureElement}
            data-index={row.index}
            aria-setsize={total}
            aria-posinset={row.index + 1}
            style={{ transform: `translateY(${row.start - top}px)` }}
          >
            <HitLink
              hit={hit}
              tabIndex={row.index === active ? 0 : -1}
              focused={() => setActive(row.index)}
            />
          </li>
        )
      })}
    </ol>
  )
}

/** Where a key leads from a row; undefined for other keys. */
function moveOf(event: KeyboardEvent, from: number, length: number): number | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  switch (event.key) {
    case 'ArrowDown':
      return from + 1
    case 'ArrowUp':
      return from - 1
    case 'Home':
      return 0
    case 'End':
      return length - 1
    case 'j':
      return letterKeys() ? from + 1 : undefined
    case 'k':
      return letterKeys() ? from - 1 : undefined
    default:
      return undefined
  }
}

function HitLink({
  hit,
  tabIndex,
  focused,
}: {
  hit: HitFragment
  tabIndex: number
  focused: () => void
}) {
  return (
    <Link
      to={to.thread(hit.thread.id, hit.id)}
      className="hit"
      tabIndex={tabIndex}
      onFocus={focused}
    >
      <span className="hit-subject">{subjectLine(hit.subject)}</span>
      <time dateTime={hit.sentAt ?? undefined}>{minute(hit.sentAt)}</time>
      <span className="hit-people">
        {nameList(hit.from) || 'unknown sender'} <span aria-label="to">→</span>{' '}
        {nameList([...hit.to, ...hit.cc]) || 'nobody named'}
      </span>
      <span className="hit-marks">{marks(hit).join(' · ')}</span>
      <span className="hit-text">{ownWords(hit.text.value)}</span>
    </Link>
  )
}

function marks(hit: HitFragment): string[] {
  const found: string[] = []
  const { messageCount, missingCount } = hit.thread
  if (messageCount + missingCount > 1) found.push(`thread of ${messageCount + missingCount}`)
  if (hit.attachments.length > 0) found.push(counted(hit.attachments.length, 'file'))
  if (hit.copyCount > 1) found.push(counted(hit.copyCount, 'copy', 'copies'))
  if (hit.variantCount > 0) found.push(counted(hit.variantCount, 'variant'))
  return found
}
