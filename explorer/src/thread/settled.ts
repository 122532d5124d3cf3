import { useEffect, useEffectEvent, useState } from 'react'

/** The value once it has not changed for some milliseconds; settle is told each new one. */
export function useSettled<T>(value: T, milliseconds: number, settle: (value: T) => void): T {
  const [settled, setSettled] = useState(value)
  const told = useEffectEvent(settle)
  useEffect(() => {
    if (value === settled) return
    const timer = setTimeout(() => {
      setSettled(value)
      told(value)
    }, milliseconds)
    return () => clearTimeout(timer)
  }, [value, settled, milliseconds])
  return settled
}
