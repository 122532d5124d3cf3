import { useCallback, useEffect, useRef, useState } from 'react'
import { useKey } from '../frame/keys'
import { navigate, to } from '../route'

/** How long typing rests before the list follows it, in milliseconds. */
const rest = 300

/**
 * The search box. On the search view, where query is defined, the list
 * follows the typing; elsewhere Enter opens it and the last text stays.
 */
export function SearchBox({ query }: { query: string | undefined }) {
  const input = useRef<HTMLInputElement>(null)
  const [text, setText] = useState(query ?? '')
  const [shown, setShown] = useState(query)
  const [sent, setSent] = useState(query)
  if (shown !== query) {
    setShown(query)
    // The answer to what was typed must not undo what was typed since.
    if (query !== undefined && query !== sent) setText(query)
  }
  useKey(
    '/',
    useCallback(() => input.current?.select(), []),
  )
  useEffect(() => {
    if (query === undefined || text === query) return
    const timer = setTimeout(() => {
      setSent(text)
      navigate(to.search(text), { replace: true })
    }, rest)
    return () => clearTimeout(timer)
  }, [text, query])

  return (
    <form
      role="search"
      className="search-box"
      onSubmit={(event) => {
        event.preventDefault()
        setSent(text)
        navigate(to.search(text))
      }}
    >
      <input
        ref={input}
        type="search"
        name="q"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          document.querySelector<HTMLElement>('.hits a[tabindex="0"]')?.focus()
        }}
        aria-label="Search the mail"
        aria-describedby="search-problem"
        placeholder="Search the mail"
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  )
}
