import { useInfiniteQuery } from '@tanstack/react-query'
import { Failure, Skeleton } from '../frame/States'
import { useTitle } from '../frame/title'
import { counted, line } from '../format'
import { TieMessagesDocument, type TieMessagesQuery } from '../gql/graphql'
import { request } from '../request'
import { Link, to } from '../route'
import { HitList } from '../search/HitList'

/** The messages that one person wrote to another: what a tie counts. */
export function TiePage({ id }: { id: string }) {
  const query = useInfiniteQuery({
    queryKey: ['tie', id],
    queryFn: ({ signal, pageParam }) =>
      request(TieMessagesDocument, { id, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => {
      const info = tieOf(page)?.messages.pageInfo
      return info?.hasNextPage ? info.endCursor : undefined
    },
  })
  const pages = query.data?.pages.map(tieOf) ?? []
  const tie = pages[0]
  useTitle(tie ? `${line(tie.from.name)} to ${line(tie.to.name)}` : '')
  return (
    <div className="page">
      {query.isPending && <Skeleton />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && !tie && <h1>No such pair of people</h1>}
      {tie && (
        <>
          <header className="person-head">
            <h1>
              <Link to={to.person(tie.from.id)}>{line(tie.from.name)}</Link> to{' '}
              <Link to={to.person(tie.to.id)}>{line(tie.to.name)}</Link>
            </h1>
            <p className="quiet">{counted(tie.messages.totalCount, 'message')}</p>
          </header>
          <HitList
            label="Messages"
            hits={pages.flatMap((page) => page?.messages.nodes ?? [])}
            total={tie.messages.totalCount}
            more={() => query.hasNextPage && !query.isFetching && void query.fetchNextPage()}
          />
        </>
      )}
    </div>
  )
}

function tieOf({ node }: TieMessagesQuery) {
  return node && 'messages' in node ? node : undefined
}
