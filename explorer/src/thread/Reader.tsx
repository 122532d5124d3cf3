import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Failure, Skeleton } from '../frame/States'
import { count, subjectLine } from '../format'
import { EntryDocument, type EntryQuery, type View } from '../gql/graphql'
import { request } from '../request'
import { Attachments } from './Attachments'
import { Copies, Defects, Variants } from './Facts'
import { HeaderGrid } from './HeaderGrid'
import { MissingEntry } from './MissingEntry'
import { ReplyReason } from './ReplyReason'

type Node = NonNullable<EntryQuery['node']>
/** A message as the reader shows it. */
export type ReadMessage = Extract<Node, { __typename: 'Message' }>
/** A missing message as the reader shows it. */
export type ReadMissing = Extract<Node, { __typename: 'MissingMessage' }>

/** Characters of text that are shown at first, and the most that the API gives. */
const shortText = 20_000
const longText = 1_000_000

/** The pane that shows one entry of a thread. */
export function Reader({ id, view }: { id: string; view: View }) {
  const [whole, setWhole] = useState('')
  const maxLength = whole === id ? longText : shortText
  const entry = useQuery({
    queryKey: ['entry', id, view, maxLength],
    queryFn: ({ signal }) => request(EntryDocument, { id, view, maxLength }, signal),
    placeholderData: keepPreviousData,
  })
  const node = entry.data?.node
  return (
    <article
      id="reader"
      className="reader"
      tabIndex={-1}
      aria-busy={entry.isPlaceholderData}
      aria-label="The chosen entry"
    >
      {entry.isPending && <Skeleton lines={5} />}
      {entry.isError && <Failure error={entry.error} retry={() => void entry.refetch()} />}
      {node?.__typename === 'Message' && (
        <Message key={node.id} message={node} view={view} showWhole={() => setWhole(id)} />
      )}
      {node?.__typename === 'MissingMessage' && (
        <MissingEntry key={node.id} entry={node} view={view} />
      )}
      {entry.data && !isEntry(node) && <p>The store holds no message of this id.</p>}
    </article>
  )
}

function isEntry(node: Node | null | undefined): boolean {
  return node?.__typename === 'Message' || node?.__typename === 'MissingMessage'
}

interface MessageProps {
  message: ReadMessage
  view: View
  showWhole: () => void
}

function Message({ message, view, showWhole }: MessageProps) {
  return (
    <>
      <h2 dir="auto">{subjectLine(message.subject)}</h2>
      <HeaderGrid message={message} />
      <ReplyReason entry={message} view={view} />
      <Variants variants={message.variants} />
      <Body message={message} showWhole={showWhole} />
      <Attachments attachments={message.attachments} view={view} />
      <Copies message={message} />
      <Defects defects={message.defects} />
    </>
  )
}

/** The text of a mail, or, when it is asked for, the mail as its HTML shows it. */
function Body({ message, showWhole }: Omit<MessageProps, 'view'>) {
  const [html, setHtml] = useState(false)
  return (
    <>
      {message.htmlUrl && (
        <p className="more">
          <button type="button" aria-pressed={html} onClick={() => setHtml(!html)}>
            Show as HTML
          </button>
        </p>
      )}
      {html && message.htmlUrl ? (
        // The page is a stranger's, cleaned by the server; here it may do nothing at all.
        <iframe
          className="mail-html"
          title="The mail as its HTML shows it"
          src={message.htmlUrl}
          sandbox=""
          referrerPolicy="no-referrer"
        />
      ) : (
        <Text message={message} showWhole={showWhole} />
      )}
    </>
  )
}

function Text({ message, showWhole }: Omit<MessageProps, 'view'>) {
  return (
    <>
      {/* The text is a stranger's: it is only ever text, never markup. */}
      <pre className="mail-text" dir="auto">
        {message.text.value}
      </pre>
      {message.text.value === '' && <p className="quiet">This mail has no text.</p>}
      {message.text.truncated && (
        <p className="more">
          The text goes on after {count(message.text.value.length)} characters.{' '}
          <button type="button" onClick={showWhole}>
            Show more
          </button>
        </p>
      )}
    </>
  )
}
