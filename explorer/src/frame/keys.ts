import { useEffect } from 'react'

/** Whether an element takes typed letters, so that single-letter keys must leave it alone. */
export function takesText(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}

const setting = 'skein.letterKeys'

/** Whether single-letter keys are on (WCAG 2.1.4 asks that they can be switched off). */
export function letterKeys(): boolean {
  try {
    return localStorage.getItem(setting) !== 'off'
  } catch {
    return true
  }
}

/** Switches single-letter keys on or off, for this browser. */
export function setLetterKeys(on: boolean) {
  try {
    localStorage.setItem(setting, on ? 'on' : 'off')
  } catch {
    // Storage may be denied; the setting then lasts for no page.
  }
}

/** Calls act when a single key is pressed anywhere outside a text field. */
export function useKey(key: string, act: () => void) {
  useEffect(() => {
    function pressed(event: KeyboardEvent) {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.defaultPrevented || takesText(event.target) || !letterKeys()) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [key, act])
}
