import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Failure, Skeleton } from '../frame/States'
import { EntryThreadDocument } from '../gql/graphql'
import { request } from '../request'
import { Link, navigate, to } from '../route'

/** "/message/M_…" leads to the message in its thread, so that an id alone is an address. */
export function EntryRedirect({ id }: { id: string }) {
  const entry = useQuery({
    queryKey: ['entry-thread', id],
    queryFn: ({ signal }) => request(EntryThreadDocument, { id, view: 'PROBABLE' }, signal),
  })
  const node = entry.data?.node
  const found = node && 'thread' in node ? node : undefined
  useEffect(() => {
    if (found) navigate(to.thread(found.thread.id, found.id), { replace: true })
  }, [found])
  return (
    <div className="page">
      {entry.isError && <Failure error={entry.error} retry={() => void entry.refetch()} />}
      {(entry.isPending || found) && <Skeleton />}
      {entry.data && !found && (
        <>
          <h1>No such message</h1>
          <p>
            The store holds no message of this id. <Link to={to.search('')}>See all messages</Link>.
          </p>
        </>
      )}
    </div>
  )
}
