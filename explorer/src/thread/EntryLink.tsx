import { line, minute, nameOf } from '../format'
import type { View } from '../gql/graphql'
import { Link, to } from '../route'

interface Props {
  entry: {
    id: string
    sentAt: string | null
    messageIds?: string[]
    from: { name: string | null; address: string }[]
    thread: { id: string }
  }
  view: View
}

/** A link to an entry at its place in its thread, named by sender and date, or else by its Message-ID. */
export function EntryLink({ entry, view }: Props) {
  return (
    <Link
      to={to.thread(entry.thread.id, entry.id, view)}
      // The link leaves the document with the entry it stands in.
      onClick={() => document.getElementById('reader')?.focus()}
    >
      {entryName(entry)}
    </Link>
  )
}

function entryName({ from, sentAt, messageIds }: Props['entry']): string {
  const [sender] = from
  if (sender) return `${nameOf(sender)}, ${minute(sentAt)}`
  return line(messageIds?.[0] ?? '') || `unknown sender, ${minute(sentAt)}`
}
