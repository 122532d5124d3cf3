import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Failure, Skeleton } from '../frame/States'
import { bytes, count, counted, line, subjectLine } from '../format'
import { CarriersDocument, type View } from '../gql/graphql'
import { request } from '../request'
import { EntryLink } from './EntryLink'
import { Sha } from './Facts'
import type { ReadMessage } from './Reader'

type File = ReadMessage['attachments'][number]

/** The parts of a mail that are not its text, to be saved, and who else carries them. */
export function Attachments({ attachments, view }: { attachments: File[]; view: View }) {
  if (attachments.length === 0) return null
  return (
    <section className="facts">
      <h3>{counted(attachments.length, 'attachment')}</h3>
      <ul className="plain">
        {attachments.map((file) => (
          <li key={file.part}>
            <Name file={file} />{' '}
            <span className="quiet">
              {kind(file)}, {bytes(file.size)}
            </span>{' '}
            <Sha text={file.sha256} />
            {file.textNote && <div className="quiet">{line(file.textNote)}</div>}
            {file.messages.totalCount > 1 && (
              <Carriers sha256={file.sha256} total={file.messages.totalCount} view={view} />
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What the mail calls a file, and what its bytes are where that is something else. */
function kind(file: File): string {
  if (file.type === file.detectedType) return line(file.type)
  return `${line(file.type)} (its bytes: ${line(file.detectedType)})`
}

function Name({ file }: { file: File }) {
  const name = file.name ? line(file.name) : 'without a name'
  if (!file.url) return <span dir="auto">{name}</span>
  // The server names the file safely, so the link leaves that to it.
  return (
    <a href={file.url} dir="auto" download="">
      {name}
    </a>
  )
}

/** How many messages of a file are listed. */
const listed = 50

/** The messages that carry the same bytes, asked for when they are opened. */
function Carriers({ sha256, total, view }: { sha256: string; total: number; view: View }) {
  const [open, setOpen] = useState(false)
  return (
    <details
      onToggle={(event) => {
        setOpen(event.currentTarget.open)
      }}
    >
      <summary>in {count(total)} messages</summary>
      {open && <CarrierList sha256={sha256} view={view} />}
    </details>
  )
}

function CarrierList({ sha256, view }: { sha256: string; view: View }) {
  const found = useQuery({
    queryKey: ['carriers', sha256, view],
    queryFn: ({ signal }) => request(CarriersDocument, { sha256, view, first: listed }, signal),
  })
  if (found.isPending) return <Skeleton lines={2} />
  if (found.isError) return <Failure error={found.error} retry={() => void found.refetch()} />
  const messages = found.data.attachment?.messages
  return (
    <>
      <ul className="plain">
        {messages?.nodes.map((message) => (
          <li key={message.id}>
            <EntryLink entry={message} view={view} />{' '}
            <span dir="auto">{subjectLine(message.subject)}</span>
          </li>
        ))}
      </ul>
      {messages?.pageInfo.hasNextPage && <p className="quiet">The latest {listed} are listed.</p>}
    </>
  )
}
