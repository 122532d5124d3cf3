import { useMemo, useState } from 'react'
import { useAnnouncement } from '../frame/LiveRegion'
import { Failure, Skeleton } from '../frame/States'
import { useTitle } from '../frame/title'
import { count, counted, day, line, subjectLine } from '../format'
import type { ThreadQuery, View } from '../gql/graphql'
import { Link, navigate, to } from '../route'
import { linesOf, useThread } from './entries'
import { Reader } from './Reader'
import { Tree } from './Tree'
import { place } from './tree'
import { useSettled } from './settled'

interface Props {
  id: string
  links: View
  at: string | undefined
}

/** A thread: its entries as a tree, and the one that is read beside it. */
export function ThreadPage({ id, links, at }: Props) {
  const thread = useThread(id, links)
  const head = thread.data?.pages[0]?.thread
  useTitle(head ? subjectLine(head.subject) : '')
  useAnnouncement(
    head
      ? `Thread of ${counted(head.messageCount, 'message')}, ${count(head.missingCount)} missing`
      : '',
  )

  if (thread.isPending) {
    return (
      <div className="page">
        <Skeleton />
      </div>
    )
  }
  if (thread.isError && !thread.data) {
    return (
      <div className="page">
        <Failure error={thread.error} retry={() => void thread.refetch()} />
      </div>
    )
  }
  if (!head) return <NoThread />
  return (
    <Whole
      head={head}
      pages={thread.data.pages}
      links={links}
      at={at}
      failure={
        thread.isError && <Failure error={thread.error} retry={() => void thread.fetchNextPage()} />
      }
    />
  )
}

interface WholeProps {
  head: NonNullable<ThreadQuery['thread']>
  pages: ThreadQuery[]
  links: View
  at: string | undefined
  failure: React.ReactNode
}

function Whole({ head, pages, links, at, failure }: WholeProps) {
  const tree = useMemo(() => place(linesOf(pages)), [pages])
  const first = tree.find(({ line }) => line.__typename === 'Message') ?? tree[0]
  const chosen = at ?? first?.line.id ?? ''
  const [active, setActive] = useState(chosen)
  const [seen, setSeen] = useState(chosen)
  if (seen !== chosen) {
    setSeen(chosen)
    setActive(chosen)
  }
  // Holding an arrow key down must not ask for every entry on the way.
  const read = useSettled(active, 120, (entry) =>
    navigate(to.thread(head.id, entry, links), { replace: true }),
  )
  const loaded = tree.length
  return (
    <div className="thread">
      <ThreadHead head={head} links={links} at={at} />
      <section className="thread-tree" aria-label="Entries">
        {failure}
        {loaded < head.entries.totalCount && (
          <p className="quiet">
            {count(loaded)} of {count(head.entries.totalCount)} entries
          </p>
        )}
        <Tree tree={tree} active={active} focus={setActive} threadSubject={head.subject} />
      </section>
      <Reader id={read} view={links} />
    </div>
  )
}

function ThreadHead({ head, links, at }: Pick<WholeProps, 'head' | 'links' | 'at'>) {
  const others = head.participants.totalCount - head.participants.nodes.length
  return (
    <header className="thread-head">
      <h1>{subjectLine(head.subject)}</h1>
      <p className="quiet">
        {counted(head.messageCount, 'message')}
        {head.missingCount > 0 && <>, {count(head.missingCount)} missing</>} · {day(head.startedAt)}{' '}
        to {day(head.latestAt)}
      </p>
      <fieldset className="views">
        <legend className="only-read">Which reply links are believed</legend>
        {(['CERTAIN', 'PROBABLE'] as const).map((view) => (
          <label key={view} title={viewWords[view]}>
            <input
              type="radio"
              name="view"
              checked={links === view}
              onChange={() => navigate(inView(head.id, at, view), { replace: true })}
            />
            {view === 'CERTAIN' ? 'Certain' : 'Probable'}
          </label>
        ))}
      </fieldset>
      <ul className="participants" aria-label="Participants">
        {head.participants.nodes.map((person) => (
          <li key={person.id}>
            <Link to={to.person(person.id)} className="chip">
              {line(person.name)}
            </Link>
          </li>
        ))}
        {others > 0 && <li className="quiet">and {count(others)} more</li>}
      </ul>
    </header>
  )
}

/** The thread that holds the entry in a view: the id of any member, under the letter T, finds its thread. */
function inView(id: string, at: string | undefined, view: View): string {
  return to.thread(at ? `T_${at.slice(2)}` : id, at, view)
}

const viewWords: Record<View, string> = {
  CERTAIN: 'Links that headers or people state',
  PROBABLE: 'Inferred links as well',
}

function NoThread() {
  return (
    <div className="page">
      <h1>No such thread</h1>
      <p>
        The store holds no thread of this id. <Link to={to.search('')}>See all messages</Link>.
      </p>
    </div>
  )
}
