import { useInfiniteQuery } from '@tanstack/react-query'
import { useAnnouncement } from '../frame/LiveRegion'
import { ScrollTable } from '../frame/ScrollTable'
import { Failure, Skeleton } from '../frame/States'
import { useTitle } from '../frame/title'
import { count, counted, line, minute, nameList, subjectLine } from '../format'
import { MissingDocument, type MissingQuery } from '../gql/graphql'
import { request } from '../request'
import { Link, to } from '../route'

type Missing = MissingQuery['missingMessages']['nodes'][number]

/** Messages that others cite but no batch holds, the most cited first. */
export function MissingPage({ query }: { query: string }) {
  const missing = useInfiniteQuery({
    queryKey: ['missing', query],
    queryFn: ({ signal, pageParam }) =>
      request(MissingDocument, { query: query || null, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ missingMessages: { pageInfo } }) =>
      pageInfo.hasNextPage ? pageInfo.endCursor : undefined,
  })
  const total = missing.data?.pages[0]?.missingMessages.totalCount
  useTitle('Missing messages')
  useAnnouncement(total === undefined ? '' : counted(total, 'missing message'))
  const rows = missing.data?.pages.flatMap((page) => page.missingMessages.nodes) ?? []
  return (
    <div className="page">
      <header className="person-head">
        <h1>Missing messages</h1>
        <p className="quiet">
          Cited by a message of the release, but in no batch. The most cited come first
          {query && (
            <>
              ; only those cited by messages that match <code>{query}</code>
            </>
          )}
          .
        </p>
      </header>
      {missing.isPending && <Skeleton />}
      {missing.isError && <Failure error={missing.error} retry={() => void missing.refetch()} />}
      {total === 0 && <p>None was found: every message that is cited is there.</p>}
      {rows.length > 0 && (
        <>
          <p>
            <b>{count(total ?? 0)}</b> missing
          </p>
          <Table rows={rows} />
        </>
      )}
      {missing.hasNextPage && (
        <button
          type="button"
          disabled={missing.isFetching}
          onClick={() => void missing.fetchNextPage()}
        >
          Show more
        </button>
      )}
    </div>
  )
}

function Table({ rows }: { rows: Missing[] }) {
  return (
    <ScrollTable label="Missing messages">
      <thead>
        <tr>
          <th scope="col">Message</th>
          <th scope="col" className="number">
            Cited by
          </th>
          <th scope="col">First cited</th>
          <th scope="col">Thread</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <th scope="row">
              <Link to={to.thread(row.thread.id, row.id)}>{nameOfMissing(row)}</Link>
            </th>
            <td className="number">{count(row.citedCount)}</td>
            <td>
              <FirstCitation row={row} />
            </td>
            <td>{subjectLine(row.thread.subject)}</td>
          </tr>
        ))}
      </tbody>
    </ScrollTable>
  )
}

function FirstCitation({ row }: { row: Missing }) {
  const [citing] = row.citedBy.nodes
  if (!citing) return <>not by a header</>
  return (
    <>
      {minute(citing.sentAt)}
      <span className="quiet"> {nameList(citing.from, 1)}</span>
    </>
  )
}

/** The best name that a missing message has. */
function nameOfMissing(row: Missing) {
  const [id] = row.messageIds
  if (id) return <code>{line(id)}</code>
  return row.subject ? line(row.subject) : 'known by quotation only'
}
