import { count, counted, line, minute, nameList } from '../format'
import type { View } from '../gql/graphql'
import { CopyButton } from './CopyButton'
import { EntryLink } from './EntryLink'
import { Field } from './HeaderGrid'
import type { ReadMissing } from './Reader'
import { ReplyReason } from './ReplyReason'

/** What is known of a message that is in no batch. */
export function MissingEntry({ entry, view }: { entry: ReadMissing; view: View }) {
  const text = entry.recoveredText
  return (
    <>
      <h2>{entry.subject ? line(entry.subject) : 'A missing message'}</h2>
      <p>
        In no batch, but{' '}
        {entry.citedCount > 0
          ? `cited by ${counted(entry.citedCount, 'message')}`
          : 'known from other mail'}
        . When the mail arrives, it takes this place.
      </p>
      <dl className="header-grid">
        {entry.from.length > 0 && <Field name="From">{nameList(entry.from)}</Field>}
        {entry.sentAt && <Field name="Date">{minute(entry.sentAt)} UTC</Field>}
        {entry.messageIds.map((id) => (
          <Field key={id} name="Message-ID">
            <code>{line(id)}</code> <CopyButton text={id} what="Message-ID" />
          </Field>
        ))}
      </dl>
      <ReplyReason entry={entry} view={view} />
      {text && (
        <section className="facts">
          <h3>Text that others quote of it</h3>
          <pre className="mail-text" dir="auto">
            {text.value}
          </pre>
          {text.truncated && <p className="quiet">The quoted text goes on.</p>}
        </section>
      )}
      {entry.citedBy.nodes.length > 0 && (
        <section className="facts">
          <h3>Cited by</h3>
          <ul className="plain">
            {entry.citedBy.nodes.map((citing) => (
              <li key={citing.id}>
                <EntryLink entry={citing} view={view} />
              </li>
            ))}
          </ul>
          {entry.citedCount > entry.citedBy.nodes.length && (
            <p className="quiet">and {count(entry.citedCount - entry.citedBy.nodes.length)} more</p>
          )}
        </section>
      )}
    </>
  )
}
