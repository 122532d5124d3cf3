/** A line of a thread in reading order, as the API gives it. */
export interface Line {
  id: string
  depth: number
}

/** A line with its place among its siblings (WAI-ARIA: setsize, posinset). */
export interface Placed<T extends Line> {
  line: T
  /** Index of the parent; -1 for a root. */
  parent: number
  /** How many lines lie below, at any depth. */
  below: number
  /** From 1. */
  position: number
  siblings: number
}

/** Gives every line of a pre-order list its parent and its place, without recursion: depth comes from strangers. */
export function place<T extends Line>(lines: readonly T[]): Placed<T>[] {
  const placed: Placed<T>[] = []
  const path: number[] = []
  const children = new Map<number, number[]>()
  lines.forEach((line, index) => {
    while (path.length > 0 && (placed[path.at(-1) ?? 0]?.line.depth ?? 0) >= line.depth) path.pop()
    const parent = path.at(-1) ?? -1
    const siblings = children.get(parent) ?? []
    siblings.push(index)
    children.set(parent, siblings)
    placed.push({ line, parent, below: 0, position: siblings.length, siblings: 0 })
    path.push(index)
  })
  for (const siblings of children.values()) {
    for (const index of siblings) {
      const own = placed[index]
      if (own) own.siblings = siblings.length
    }
  }
  for (let index = placed.length - 1; index >= 0; index--) {
    const own = placed[index]
    const parent = own && placed[own.parent]
    if (parent) parent.below += own.below + 1
  }
  return placed
}

/** Indexes of the lines that no closed line hides, in order. */
export function visible<T extends Line>(
  tree: readonly Placed<T>[],
  closed: ReadonlySet<string>,
): number[] {
  const shown: number[] = []
  for (let index = 0; index < tree.length; index++) {
    shown.push(index)
    const own = tree[index]
    if (own && closed.has(own.line.id)) index += own.below
  }
  return shown
}

/** What a key does in a tree: the focus moves to a line, or lines open or close. */
export type Step = { focus: number } | { open: string[] } | { close: string } | undefined

/**
 * What a key means when the line at index has the focus.
 * @see WAI-ARIA Authoring Practices, Tree View Pattern
 */
export function step<T extends Line>(
  key: string,
  index: number,
  tree: readonly Placed<T>[],
  closed: ReadonlySet<string>,
): Step {
  const own = tree[index]
  if (!own) return undefined
  const shown = visible(tree, closed)
  const row = shown.indexOf(index)
  const isClosed = closed.has(own.line.id)
  switch (key) {
    case 'ArrowDown':
      return focusRow(shown, row + 1)
    case 'ArrowUp':
      return focusRow(shown, row - 1)
    case 'Home':
      return focusRow(shown, 0)
    case 'End':
      return focusRow(shown, shown.length - 1)
    case 'ArrowRight':
      if (own.below === 0) return undefined
      return isClosed ? { open: [own.line.id] } : { focus: index + 1 }
    case 'ArrowLeft':
      if (own.below > 0 && !isClosed) return { close: own.line.id }
      return own.parent < 0 ? undefined : { focus: own.parent }
    case '*':
      return {
        open: tree.filter((other) => other.parent === own.parent).map((other) => other.line.id),
      }
    default:
      return undefined
  }
}

function focusRow(shown: number[], row: number): Step {
  const index = shown[row]
  return index === undefined ? undefined : { focus: index }
}

/** The next visible line, after index and round to it, whose name begins with the letters typed. */
export function typeAhead(
  letters: string,
  index: number,
  shown: readonly number[],
  nameAt: (index: number) => string,
): number | undefined {
  const from = shown.indexOf(index)
  // A second letter narrows the line that the first one found.
  const first = letters.length > 1 ? 0 : 1
  for (let i = 0; i < shown.length; i++) {
    const candidate = shown[(from + first + i) % shown.length]
    if (candidate === undefined) return undefined
    if (nameAt(candidate).toLowerCase().startsWith(letters.toLowerCase())) return candidate
  }
  return undefined
}
