import { useEffect } from 'react'

/** Names the tab: "subject – Skein"; empty text leaves "Skein". */
export function useTitle(text: string) {
  useEffect(() => {
    document.title = text ? `${text} – Skein` : 'Skein'
  }, [text])
}
