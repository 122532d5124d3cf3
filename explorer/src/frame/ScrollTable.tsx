import type { ReactNode } from 'react'

/** A table that scrolls sideways by itself where the screen is too narrow for it. */
export function ScrollTable({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="scroll" role="region" aria-label={label} tabIndex={0}>
      <table>{children}</table>
    </div>
  )
}
