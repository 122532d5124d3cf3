import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useAnnouncement } from '../frame/LiveRegion'
import { Failure, Skeleton } from '../frame/States'
import { useTitle } from '../frame/title'
import { counted } from '../format'
import { SearchDocument, type HitFragment, type SearchOrder } from '../gql/graphql'
import { request, RequestError } from '../request'
import { Link, navigate, to } from '../route'
import { Examples } from './Examples'
import { HitList } from './HitList'
import { SyntaxProblem } from './SyntaxProblem'

interface Props {
  query: string
  order: SearchOrder
}

/** The messages that match a query. While a query cannot be read, the last good result stays. */
export function SearchPage({ query, order }: Props) {
  const search = useSearch(query, order)
  const shown = useLast(search.data)
  const total = search.data?.pages[0]?.search.totalCount
  const problem = search.error instanceof RequestError && search.error.code === 'BAD_USER_INPUT'
  useTitle(query || 'All messages')
  useAnnouncement(total === undefined || search.isFetching ? '' : found(total))

  return (
    <div className="page search" aria-busy={search.isFetching}>
      <h1 className="only-read">{query ? `Messages that match ${query}` : 'All messages'}</h1>
      {problem && (
        <SyntaxProblem
          query={query}
          error={search.error as RequestError}
          stale={shown !== undefined}
        />
      )}
      {search.isError && !problem && (
        <Failure error={search.error} retry={() => void search.refetch()} />
      )}
      {shown && (
        <Results
          // A list of another query starts at its top.
          key={problem ? 'stale' : `${order} ${query}`}
          hits={shown.pages.flatMap((page) => page.search.nodes)}
          total={shown.pages[0]?.search.totalCount ?? 0}
          query={query}
          order={order}
          more={() => search.hasNextPage && !search.isFetching && void search.fetchNextPage()}
        />
      )}
      {search.isPending && !shown && <Skeleton lines={12} />}
    </div>
  )
}

function useSearch(query: string, order: SearchOrder) {
  return useInfiniteQuery({
    queryKey: ['search', query, order],
    queryFn: ({ signal, pageParam }) =>
      request(SearchDocument, { query, orderBy: order, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ search: { pageInfo } }) =>
      pageInfo.hasNextPage ? pageInfo.endCursor : undefined,
    placeholderData: keepPreviousData,
  })
}

/** The latest value that was there. */
function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value)
  if (value !== undefined && value !== last) setLast(value)
  return value ?? last
}

interface ResultsProps {
  hits: HitFragment[]
  total: number
  query: string
  order: SearchOrder
  more: () => void
}

function Results({ hits, total, query, order, more }: ResultsProps) {
  if (total === 0) return <NothingFound query={query} />
  return (
    <>
      <div className="list-head">
        <p>{found(total)}</p>
        <label>
          Order{' '}
          <select
            value={order}
            onChange={(event) =>
              navigate(to.search(query, event.target.value === 'OLDEST' ? 'OLDEST' : 'NEWEST'))
            }
          >
            <option value="NEWEST">newest first</option>
            <option value="OLDEST">oldest first</option>
          </select>
        </label>
        <a href={to.playground(asGraphQL(query, order))}>as GraphQL</a>
      </div>
      <HitList label="Messages found" hits={hits} total={total} more={more} />
    </>
  )
}

function NothingFound({ query }: { query: string }) {
  return (
    <div className="empty">
      <p>
        <strong>No message matches.</strong>
      </p>
      {query ? (
        <>
          <p>Fewer words, or a word without its ending, find more.</p>
          <Examples />
        </>
      ) : (
        <p>
          The store is empty. <Link to="/">Go to the start</Link>.
        </p>
      )}
    </div>
  )
}

function found(total: number): string {
  return total === 0 ? 'No message matches.' : counted(total, 'message')
}

function asGraphQL(query: string, order: SearchOrder): string {
  return `{
  search(query: ${JSON.stringify(query)}, orderBy: ${order}, first: 50) {
    totalCount
    nodes { id subject sentAt from { name address } }
  }
}
`
}
