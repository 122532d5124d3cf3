import { line } from '../format'
import { Popover } from '../frame/Popover'
import type { ReasonFragment, View } from '../gql/graphql'
import { isInferred, linkWords, percent } from '../words'
import { EntryLink } from './EntryLink'
import { Sha } from './Facts'

interface Props {
  entry: {
    replyLink: ReasonFragment | null
    statedLink: { parent: { id: string } } | null
    replyCandidates: ReasonFragment[]
  }
  view: View
}

/** Why an entry stands where it stands: the link to its parent, what supports it, and what else was considered. */
export function ReplyReason({ entry, view }: Props) {
  const { replyLink, replyCandidates } = entry
  if (!replyLink && replyCandidates.length === 0) return null
  const others = replyCandidates.filter((link) => !same(link, replyLink))
  return (
    <div className="reason">
      {replyLink ? (
        <>
          <span>
            Replies to <Parent link={replyLink} view={view} />
          </span>
          <Popover
            title="Why this is a reply"
            label={`${isInferred(entry) ? 'inferred ' : ''}${linkWords(replyLink.kind)}, ${percent(replyLink.confidence)}`}
          >
            <Details link={replyLink} inferred={isInferred(entry)} others={others} view={view} />
          </Popover>
        </>
      ) : (
        <Popover
          title="What was considered"
          label={`answers nothing in this view; ${others.length} considered`}
        >
          <Considered links={others} view={view} />
        </Popover>
      )}
    </div>
  )
}

interface DetailsProps {
  link: ReasonFragment
  inferred: boolean
  others: ReasonFragment[]
  view: View
}

function Details({ link, inferred, others, view }: DetailsProps) {
  return (
    <>
      <h3>Why this is a reply</h3>
      <p>
        {inferred ? 'No header states it: the link is inferred ' : 'The link is stated '}
        {linkWords(link.kind)}. Confidence {percent(link.confidence)}.
      </p>
      <EvidenceList link={link} />
      {others.length > 0 && <Considered links={others} view={view} />}
    </>
  )
}

function Considered({ links, view }: { links: ReasonFragment[]; view: View }) {
  return (
    <>
      <h3>Also considered</h3>
      <ul className="considered">
        {links.map((link) => (
          <li key={`${link.parent.id} ${link.kind}`}>
            <Parent link={link} view={view} /> {linkWords(link.kind)}, {percent(link.confidence)}
            <EvidenceList link={link} />
          </li>
        ))}
      </ul>
    </>
  )
}

function EvidenceList({ link: { evidence } }: { link: ReasonFragment }) {
  if (evidence.length === 0) return null
  return (
    <ul className="plain evidence">
      {evidence.map((item, i) => (
        <li key={i}>
          {item.header && <b>{item.header}: </b>}
          <code>{line(item.value)}</code>
          <br />
          <span className="quiet">in</span> <Sha text={item.sha256} />
        </li>
      ))}
    </ul>
  )
}

function Parent({ link: { parent }, view }: { link: ReasonFragment; view: View }) {
  return (
    <>
      {parent.__typename === 'MissingMessage' && 'a missing message, '}
      <EntryLink entry={parent} view={view} />
    </>
  )
}

function same(a: ReasonFragment, b: ReasonFragment | null): boolean {
  return a.parent.id === b?.parent.id && a.kind === b.kind
}
