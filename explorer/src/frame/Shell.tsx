import { useEffect, useRef } from 'react'
import { MissingPage } from '../missing/MissingPage'
import { PersonPage } from '../person/PersonPage'
import { TiePage } from '../person/TiePage'
import { Link, useRoute, type Route } from '../route'
import { HomePage } from '../search/HomePage'
import { SearchPage } from '../search/SearchPage'
import { EntryRedirect } from '../thread/EntryRedirect'
import { ThreadPage } from '../thread/ThreadPage'
import { LiveRegion } from './LiveRegion'
import { TopBar } from './TopBar'

/** The frame around every view: top bar, the view, and one live region. */
export function Shell() {
  const route = useRoute()
  const main = useRef<HTMLElement>(null)
  useFocusOnNewView(route, main)
  return (
    <>
      <a className="skip" href="#main">
        Skip to content
      </a>
      <TopBar route={route} />
      <main id="main" ref={main} tabIndex={-1} className={`view-${route.view}`}>
        <View route={route} />
      </main>
      <LiveRegion />
    </>
  )
}

function View({ route }: { route: Route }) {
  switch (route.view) {
    case 'home':
      return <HomePage />
    case 'search':
      return <SearchPage query={route.query} order={route.order} />
    case 'thread':
      return <ThreadPage id={route.id} links={route.links} at={route.at} />
    case 'message':
      return <EntryRedirect id={route.id} />
    case 'person':
      return <PersonPage key={route.id} id={route.id} />
    case 'tie':
      return <TiePage key={route.id} id={route.id} />
    case 'missing':
      return <MissingPage query={route.query} />
    case 'unknown':
      return <NotFound />
  }
}

function NotFound() {
  return (
    <div className="page">
      <h1>No such page</h1>
      <p>
        Nothing has this address. <Link to="/">Go to the start</Link>.
      </p>
    </div>
  )
}

/** A screen reader must learn that the view has changed, so focus goes to it; what changes the view in place keeps its focus. */
function useFocusOnNewView(route: Route, main: React.RefObject<HTMLElement | null>) {
  const name = 'id' in route ? `${route.view} ${route.id}` : route.view
  const shown = useRef(name)
  useEffect(() => {
    if (shown.current === name) return
    shown.current = name
    if (document.activeElement?.closest('[role=search], fieldset')) return
    main.current?.focus({ preventScroll: true })
  }, [name, main])
}
