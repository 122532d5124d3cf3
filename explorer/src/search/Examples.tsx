import { useQuery } from '@tanstack/react-query'
import { DoorsDocument, type DoorsQuery } from '../gql/graphql'
import { request } from '../request'
import { Link, to } from '../route'

/** Three queries that find something in this corpus. */
export function Examples() {
  const doors = useQuery({
    queryKey: ['doors'],
    queryFn: ({ signal }) => request(DoorsDocument, {}, signal),
  })
  const examples = doors.data ? examplesFrom(doors.data) : []
  if (examples.length === 0) return null
  return (
    <p className="examples">
      Try{' '}
      {examples.map((query) => (
        <Link key={query} to={to.search(query)} className="chip">
          <code>{query}</code>
        </Link>
      ))}
    </p>
  )
}

/** Builds queries from the busiest people and the largest threads. */
export function examplesFrom({ people, threads }: DoorsQuery): string[] {
  const examples: string[] = []
  const sender = people.nodes.find((person) => person.sentCount > 0)
  const address = sender?.addresses[0]?.address
  if (address && !/[\s"()]/.test(address)) examples.push(`from:${address}`)
  const word = longestWord(threads.nodes.map((thread) => thread.subject ?? ''))
  if (word) examples.push(`subject:${word}`)
  const started = threads.nodes.find((thread) => thread.startedAt)?.startedAt
  if (started) examples.push(`after:${started.slice(0, 10)} has:attachment`)
  return examples
}

function longestWord(subjects: string[]): string | undefined {
  const words = subjects.flatMap((subject) => subject.match(/\p{L}{4,20}/gu) ?? [])
  return words.sort((a, b) => b.length - a.length)[0]?.toLowerCase()
}
