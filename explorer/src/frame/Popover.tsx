import { useEffect, useId, useRef, type ReactNode, type ToggleEvent } from 'react'
import { useRoute } from '../route'

interface Props {
  label: ReactNode
  /** Names the surface for screen readers. */
  title: string
  className?: string
  children: ReactNode
}

/** A button that shows a surface below itself; Escape and a click outside close it. */
export function Popover({ label, title, className = 'chip', children }: Props) {
  const id = useId()
  const button = useRef<HTMLButtonElement>(null)
  const surface = useRef<HTMLDivElement>(null)
  const route = useRoute()
  // A link inside leads away from what the surface belongs to.
  useEffect(() => surface.current?.hidePopover(), [route])

  function place(event: ToggleEvent<HTMLDivElement>) {
    if (event.newState !== 'open' || !button.current) return
    const { style, offsetWidth } = event.currentTarget
    const { left, bottom } = button.current.getBoundingClientRect()
    const room = document.documentElement.clientWidth - offsetWidth - 8
    style.left = `${Math.max(8, Math.min(left, room))}px`
    style.top = `${bottom + 4}px`
    style.maxHeight = `${Math.max(160, window.innerHeight - bottom - 16)}px`
  }

  return (
    <>
      <button
        ref={button}
        type="button"
        className={className}
        popoverTarget={id}
        aria-haspopup="dialog"
      >
        {label}
      </button>
      <div
        ref={surface}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={title}
        className="surface"
        onToggle={place}
      >
        {children}
      </div>
    </>
  )
}
