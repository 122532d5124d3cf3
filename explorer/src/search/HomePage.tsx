import { useQuery } from '@tanstack/react-query'
import { Failure, Skeleton } from '../frame/States'
import { useTitle } from '../frame/title'
import { count, counted, day, line, subjectLine } from '../format'
import { DoorsDocument, type DoorsQuery } from '../gql/graphql'
import { request } from '../request'
import { Link, to } from '../route'
import { Examples } from './Examples'

/** The start: example queries, the busiest people and the largest threads of this corpus. */
export function HomePage() {
  useTitle('')
  const doors = useQuery({
    queryKey: ['doors'],
    queryFn: ({ signal }) => request(DoorsDocument, {}, signal),
  })
  return (
    <div className="page home">
      <h1>Who wrote what to whom, and what is missing</h1>
      <Examples />
      {doors.isPending && <Skeleton lines={6} />}
      {doors.isError && <Failure error={doors.error} retry={() => void doors.refetch()} />}
      {doors.data && <Doors data={doors.data} />}
    </div>
  )
}

function Doors({ data: { people, threads } }: { data: DoorsQuery }) {
  if (people.nodes.length === 0 && threads.nodes.length === 0) {
    return (
      <p>
        The store is empty. Load a release with <code>ingest</code>; what it holds appears here.
      </p>
    )
  }
  return (
    <div className="doors">
      <section aria-labelledby="largest">
        <h2 id="largest">Largest threads</h2>
        <ul className="plain">
          {threads.nodes.map((thread) => (
            <li key={thread.id}>
              <Link to={to.thread(thread.id)}>{subjectLine(thread.subject)}</Link>
              <span className="quiet">
                {counted(thread.messageCount, 'message')}
                {thread.missingCount > 0 && `, ${count(thread.missingCount)} missing`},{' '}
                {day(thread.startedAt)} to {day(thread.latestAt)}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section aria-labelledby="busiest">
        <h2 id="busiest">Busiest people</h2>
        <ul className="plain">
          {people.nodes.map((person) => (
            <li key={person.id}>
              <Link to={to.person(person.id)}>{line(person.name)}</Link>
              <span className="quiet">
                {count(person.sentCount)} sent, {count(person.receivedCount)} received
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}
