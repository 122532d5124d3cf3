import { useEffect, useSyncExternalStore } from 'react'

let words = ''
const listeners = new Set<() => void>()

function say(next: string) {
  if (next === words) return
  words = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Says words to screen readers whenever they change; empty words say nothing. */
export function useAnnouncement(next: string) {
  useEffect(() => {
    if (next) say(next)
  }, [next])
}

/** The one polite live region of the page. */
export function LiveRegion() {
  const said = useSyncExternalStore(subscribe, () => words)
  return (
    <div role="status" aria-live="polite" className="only-read">
      {said}
    </div>
  )
}
