import { useState, type ReactNode } from 'react'
import { asSent, count, line, nameOf, second } from '../format'
import type { WhoFragment } from '../gql/graphql'
import { Link, to } from '../route'
import { CopyButton } from './CopyButton'
import type { ReadMessage } from './Reader'

/** The headers of a message that a reader asks for first. */
export function HeaderGrid({ message }: { message: ReadMessage }) {
  return (
    <dl className="header-grid">
      <People name="From" people={message.from} always />
      <People name="To" people={message.to} />
      <People name="Cc" people={message.cc} />
      <People name="Bcc" people={message.bcc} />
      <Field name="Date">
        {message.sentAt ? (
          <SentAt sentAt={message.sentAt} offset={message.dateOffset} />
        ) : (
          'undated'
        )}
      </Field>
      {message.listId && <Field name="List">{line(message.listId)}</Field>}
      {message.messageIds.map((id) => (
        <Field key={id} name="Message-ID">
          <code>{line(id)}</code> <CopyButton text={id} what="Message-ID" />
        </Field>
      ))}
    </dl>
  )
}

/** One name and value of a grid. */
export function Field({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function SentAt({ sentAt, offset }: { sentAt: string; offset: number | null }) {
  return (
    <time dateTime={sentAt}>
      {asSent(sentAt, offset ?? 0)}
      {offset !== 0 && <span className="quiet"> = {second(sentAt)}</span>}
    </time>
  )
}

/** Mails to thousands exist; the first few are named until more are asked for. */
const few = 12

function People({
  name,
  people,
  always = false,
}: {
  name: string
  people: WhoFragment[]
  always?: boolean
}) {
  const [all, setAll] = useState(false)
  if (people.length === 0) return always ? <Field name={name}>not given</Field> : null
  const shown = all ? people : people.slice(0, few)
  return (
    <Field name={name}>
      <ul className="who">
        {shown.map((who, i) => (
          <li key={`${who.address} ${i}`}>
            <Link to={to.person(who.person.id)}>{nameOf(who)}</Link>
            {who.name && <span className="quiet"> {line(who.address)}</span>}
          </li>
        ))}
      </ul>
      {shown.length < people.length && (
        <button type="button" onClick={() => setAll(true)}>
          {count(people.length - shown.length)} more
        </button>
      )}
    </Field>
  )
}
