import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { letterKeys } from '../frame/keys'
import { nameOf } from '../format'
import type { EntryLine } from './entries'
import { Row, rowId } from './Row'
import { step, typeAhead, visible, type Placed } from './tree'

interface Props {
  tree: Placed<EntryLine>[]
  /** Id of the entry that has the focus and is read. */
  active: string
  focus: (id: string) => void
  threadSubject: string | null
}

/** Pixels of a row, which grows with the text: 2.25 rem, as the style sheet has it. */
function rowHeight(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 2.25
}

/**
 * The entries of a thread as a tree that keys walk. The focus stays on the
 * tree, which names the active row, so rows may leave the document when they
 * are far from the screen.
 * @see WAI-ARIA Authoring Practices, Tree View Pattern
 */
export function Tree({ tree, active, focus, threadSubject }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const typed = useTyping()
  const shown = useMemo(() => visible(tree, closed), [tree, closed])
  const index = useMemo(() => tree.findIndex(({ line }) => line.id === active), [tree, active])
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: rowHeight,
    overscan: 12,
    // The row that the tree names as active must be in the document.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const from = Math.max(0, startIndex - overscan)
      const upTo = Math.min(count - 1, endIndex + overscan)
      const range = Array.from({ length: upTo - from + 1 }, (_, i) => from + i)
      const at = shown.indexOf(index)
      return at < 0 || (at >= from && at <= upTo) ? range : [...range, at].sort((a, b) => a - b)
    },
  })

  const row = shown.indexOf(index)
  useEffect(() => {
    if (row >= 0) rows.scrollToIndex(row)
  }, [row, rows])

  function toggle(id: string) {
    setClosed((before) => {
      const after = new Set(before)
      if (!after.delete(id)) after.add(id)
      return after
    })
  }

  function pressed(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Enter') {
      event.preventDefault()
      document.getElementById('reader')?.focus()
      return
    }
    // The address may name an entry that this view's thread does not hold.
    const next =
      index < 0 ? { focus: 0 } : (step(event.key, index, tree, closed) ?? ahead(event.key))
    if (!next) return
    event.preventDefault()
    if ('focus' in next) focus(tree[next.focus]?.line.id ?? active)
    else if ('close' in next) toggle(next.close)
    else setClosed((before) => new Set([...before].filter((id) => !next.open.includes(id))))
  }

  function ahead(key: string) {
    if (key.length !== 1 || key === ' ' || key === '/' || key === '?' || !letterKeys())
      return undefined
    const found = typeAhead(typed(key), index, shown, (at) => senderOf(tree[at]))
    return found === undefined ? undefined : { focus: found }
  }

  return (
    <div
      ref={box}
      role="tree"
      aria-label="Messages of the thread"
      aria-activedescendant={index < 0 ? undefined : rowId(active)}
      tabIndex={0}
      className="tree"
      style={{ ['--content' as string]: `${rows.getTotalSize()}px` }}
      onKeyDown={pressed}
    >
      <div role="presentation" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index: at, start }) => {
          const placed = tree[shown[at] ?? -1]
          if (!placed) return null
          return (
            <Row
              key={placed.line.id}
              placed={placed}
              top={start}
              active={placed.line.id === active}
              closed={closed.has(placed.line.id)}
              choose={focus}
              toggle={toggle}
              threadSubject={threadSubject}
            />
          )
        })}
      </div>
    </div>
  )
}

function senderOf(placed: Placed<EntryLine> | undefined): string {
  const [sender] = placed?.line.from ?? []
  return sender ? nameOf(sender) : ''
}

/** Collects letters that are typed within half a second of one another. */
function useTyping(): (key: string) => string {
  const letters = useRef({ text: '', at: 0 })
  return (key) => {
    const now = performance.now()
    const { text, at } = letters.current
    letters.current = { text: now - at < 500 ? text + key : key, at: now }
    return letters.current.text
  }
}
