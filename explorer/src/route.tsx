import { useMemo, useSyncExternalStore, type ComponentProps } from 'react'

/** What is shown: the path names the view and its subject, the query its filters. */
export type Route =
  | { view: 'home' }
  | { view: 'search'; query: string; order: 'NEWEST' | 'OLDEST' }
  | { view: 'thread'; id: string; links: 'CERTAIN' | 'PROBABLE'; at: string | undefined }
  | { view: 'message'; id: string }
  | { view: 'person'; id: string }
  | { view: 'tie'; id: string }
  | { view: 'missing'; query: string }
  | { view: 'unknown' }

/** Reads the route of a path and query string such as "/thread/T_1?at=M_2". */
export function parseRoute(address: string): Route {
  const url = new URL(address, 'http://localhost')
  const [, view, id, more] = url.pathname.split('/')
  const param = (name: string) => url.searchParams.get(name) ?? ''
  if (more !== undefined) return { view: 'unknown' }
  if (view === '' && id === undefined) return { view: 'home' }
  if (view === 'missing' && !id) return { view: 'missing', query: param('q') }
  if (view === 'search' && !id) {
    return {
      view: 'search',
      query: param('q'),
      order: param('order') === 'oldest' ? 'OLDEST' : 'NEWEST',
    }
  }
  if (!id) return { view: 'unknown' }
  const decoded = decode(id)
  if (view === 'message' || view === 'person' || view === 'tie') return { view, id: decoded }
  if (view !== 'thread') return { view: 'unknown' }
  const links = param('view') === 'certain' ? 'CERTAIN' : 'PROBABLE'
  return { view: 'thread', id: decoded, links, at: param('at') || undefined }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** Addresses of the views. Filters at their defaults are left out, so that one view has one address. */
export const to = {
  search: (query: string, order: 'NEWEST' | 'OLDEST' = 'NEWEST') =>
    address('/search', { q: query, order: order === 'OLDEST' ? 'oldest' : '' }),
  thread: (id: string, at?: string, links: 'CERTAIN' | 'PROBABLE' = 'PROBABLE') =>
    address(`/thread/${encodeURIComponent(id)}`, {
      at: at ?? '',
      view: links === 'CERTAIN' ? 'certain' : '',
    }),
  message: (id: string) => `/message/${encodeURIComponent(id)}`,
  person: (id: string) => `/person/${encodeURIComponent(id)}`,
  tie: (id: string) => `/tie/${encodeURIComponent(id)}`,
  missing: (query = '') => address('/missing', { q: query }),
  playground: (query: string) => address('/playground', { query }),
}

function address(path: string, filters: Record<string, string>): string {
  const kept = Object.entries(filters).filter(([, value]) => value !== '')
  const query = new URLSearchParams(kept).toString()
  return query ? `${path}?${query}` : path
}

const moved = 'skein:moved'

/** Shows another view. With replace it takes the place of the present one in the history. */
export function navigate(target: string, how: { replace?: boolean } = {}) {
  if (target === here()) return
  if (how.replace) window.history.replaceState(null, '', target)
  else window.history.pushState(null, '', target)
  window.dispatchEvent(new Event(moved))
  if (!how.replace) window.scrollTo(0, 0)
}

function here(): string {
  return window.location.pathname + window.location.search
}

function subscribe(changed: () => void): () => void {
  window.addEventListener('popstate', changed)
  window.addEventListener(moved, changed)
  return () => {
    window.removeEventListener('popstate', changed)
    window.removeEventListener(moved, changed)
  }
}

/** The present route; the component renders again when it changes. */
export function useRoute(): Route {
  const address = useSyncExternalStore(subscribe, here)
  return useMemo(() => parseRoute(address), [address])
}

/** An anchor that changes the view without loading the page anew. */
export function Link({ to, onClick, children, ...rest }: ComponentProps<'a'> & { to: string }) {
  return (
    <a
      {...rest}
      href={to}
      onClick={(event) => {
        onClick?.(event)
        const plain =
          event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
        if (!plain || event.defaultPrevented) return
        event.preventDefault()
        navigate(to)
      }}
    >
      {children}
    </a>
  )
}
