import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ThreadDocument, type ThreadQuery, type View } from '../gql/graphql'
import { request } from '../request'
import type { Line } from './tree'

type Edge = NonNullable<ThreadQuery['thread']>['entries']['edges'][number]

/** One entry of a thread with its depth. */
export type EntryLine = Edge['node'] & Line

/** Reads a thread page by page until it is whole. */
export function useThread(id: string, view: View) {
  const thread = useInfiniteQuery({
    queryKey: ['thread', id, view],
    queryFn: ({ signal, pageParam }) =>
      request(ThreadDocument, { id, view, after: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ thread }) =>
      thread?.entries.pageInfo.hasNextPage ? thread.entries.pageInfo.endCursor : undefined,
    // Switching the view keeps the page in place until the other thread is there.
    placeholderData: (before, query) => (query?.queryKey[2] === view ? undefined : before),
  })
  const { hasNextPage, isFetching, isError, fetchNextPage } = thread
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [hasNextPage, isFetching, isError, fetchNextPage])
  return thread
}

/** The entries of all pages, in reading order. */
export function linesOf(pages: ThreadQuery[]): EntryLine[] {
  return pages.flatMap((page) =>
    (page.thread?.entries.edges ?? []).map(({ node, depth }) => ({ ...node, depth: depth ?? 0 })),
  )
}
