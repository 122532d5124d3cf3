import { useInfiniteQuery } from '@tanstack/react-query'
import { ScrollTable } from '../frame/ScrollTable'
import { Failure, Skeleton } from '../frame/States'
import { useTitle } from '../frame/title'
import { count, counted, day, line } from '../format'
import { PersonDocument, type PersonQuery } from '../gql/graphql'
import { request } from '../request'
import { Link, to } from '../route'

type Person = NonNullable<PersonQuery['person']>
type Tie = Person['correspondents']['nodes'][number]

/** A person: the addresses that are this human, and whom the person wrote to. */
export function PersonPage({ id }: { id: string }) {
  const query = useInfiniteQuery({
    queryKey: ['person', id],
    queryFn: ({ signal, pageParam }) => request(PersonDocument, { id, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ person }) =>
      person?.correspondents.pageInfo.hasNextPage
        ? person.correspondents.pageInfo.endCursor
        : undefined,
  })
  const pages = query.data?.pages ?? []
  const person = pages[0]?.person
  useTitle(person?.name ?? '')
  return (
    <div className="page">
      {query.isPending && <Skeleton />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && !person && <h1>No such person</h1>}
      {person && (
        <>
          <Head person={person} />
          <Addresses person={person} />
          <Correspondents
            total={person.correspondents.totalCount}
            ties={pages.flatMap((page) => page.person?.correspondents.nodes ?? [])}
          />
          {query.hasNextPage && (
            <button
              type="button"
              disabled={query.isFetching}
              onClick={() => void query.fetchNextPage()}
            >
              Show more
            </button>
          )}
        </>
      )}
    </div>
  )
}

function Head({ person }: { person: Person }) {
  return (
    <header className="person-head">
      <h1 dir="auto">{line(person.name)}</h1>
      {person.isOwner && <span className="chip">mailbox disclosed</span>}
      <p className="quiet">
        {counted(person.sentCount, 'message')} sent, {count(person.receivedCount)} received ·{' '}
        <Link to={to.search(`from:${person.id}`)}>messages sent</Link> ·{' '}
        <Link to={to.search(`with:${person.id}`)}>sent or received</Link>
      </p>
      {!person.isOwner && (
        <p className="quiet">
          Seen only through the disclosed mailboxes: what others kept is not here.
        </p>
      )}
    </header>
  )
}

function Addresses({ person: { addresses } }: { person: Person }) {
  return (
    <section className="block">
      <h2>{counted(addresses.length, 'address', 'addresses')}</h2>
      <ScrollTable label="Addresses">
        <thead>
          <tr>
            <th scope="col">Address</th>
            <th scope="col">Names seen</th>
            <th scope="col" className="number">
              Sent
            </th>
            <th scope="col" className="number">
              Received
            </th>
          </tr>
        </thead>
        <tbody>
          {addresses.map((address) => (
            <tr key={address.address}>
              <th scope="row">{line(address.address)}</th>
              <td>{line(address.names.slice(0, 8).join(', '))}</td>
              <td className="number">{count(address.sentCount)}</td>
              <td className="number">{count(address.receivedCount)}</td>
            </tr>
          ))}
        </tbody>
      </ScrollTable>
    </section>
  )
}

function Correspondents({ ties, total }: { ties: Tie[]; total: number }) {
  if (total === 0) {
    return (
      <section className="block">
        <h2>Wrote to nobody</h2>
        <p className="quiet">No message in the release is from this person to somebody.</p>
      </section>
    )
  }
  return (
    <section className="block">
      <h2>Wrote to {counted(total, 'person', 'people')}</h2>
      <ScrollTable label="Correspondents">
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col" className="number">
              Wrote to
            </th>
            <th scope="col" className="number">
              Heard from
            </th>
            <th scope="col">First</th>
            <th scope="col">Last</th>
          </tr>
        </thead>
        <tbody>
          {ties.map((tie) => (
            <TieRow key={tie.id} tie={tie} />
          ))}
        </tbody>
      </ScrollTable>
    </section>
  )
}

function TieRow({ tie }: { tie: Tie }) {
  return (
    <tr>
      <th scope="row">
        <Link to={to.person(tie.to.id)}>{line(tie.to.name)}</Link>
      </th>
      <td className="number">
        <Link to={to.tie(tie.id)}>
          {count(total(tie))}
          <span className="only-read"> messages to {line(tie.to.name)}</span>
        </Link>
      </td>
      <td className="number">
        {tie.reverse ? (
          <Link to={to.tie(tie.reverse.id)}>
            {count(total(tie.reverse))}
            <span className="only-read"> messages from {line(tie.to.name)}</span>
          </Link>
        ) : (
          0
        )}
      </td>
      <td>{day(tie.firstAt)}</td>
      <td>{day(tie.lastAt)}</td>
    </tr>
  )
}

/** How often the pair is named; a message that names somebody in two fields counts in both. */
function total(tie: { toCount: number; ccCount: number; bccCount: number }): number {
  return tie.toCount + tie.ccCount + tie.bccCount
}
