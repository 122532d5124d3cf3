import { useEffect, useState } from 'react'
import { useAnnouncement } from '../frame/LiveRegion'

/** Puts text on the clipboard and says so. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), 2000)
    return () => clearTimeout(timer)
  }, [state])
  useAnnouncement(state === 'copied' ? `${what} copied` : '')

  async function copy() {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
    } catch {
      // Browsers give no clipboard to pages that are neither https nor on this machine.
      setState('refused')
    }
  }

  return (
    <button type="button" className="small" onClick={() => void copy()} aria-label={`Copy ${what}`}>
      {state === 'idle' ? 'copy' : state}
    </button>
  )
}
