import type { RequestError } from '../request'

interface Props {
  query: string
  error: RequestError
  /** Whether the results below belong to an earlier query. */
  stale: boolean
}

/** Says where a query cannot be read and what was expected there. */
export function SyntaxProblem({ query, error, stale }: Props) {
  return (
    <div role="alert" id="search-problem" className="problem">
      {error.span ? (
        <Place query={query} {...error.span} />
      ) : (
        <p>
          <strong>This query cannot be read:</strong> {error.message}
        </p>
      )}
      {stale && (
        <p className="quiet">Below are still the results of the last query that could be read.</p>
      )}
    </div>
  )
}

function Place({
  query,
  offset,
  length,
  expected,
}: NonNullable<RequestError['span']> & { query: string }) {
  // The API counts code points, a JavaScript string counts code units.
  const characters = Array.from(query)
  const part = (from: number, end?: number) => characters.slice(from, end).join('')
  return (
    <>
      <p>
        <strong>This query cannot be read:</strong> expected {expected}{' '}
        {offset < characters.length ? `at character ${offset + 1}` : 'at the end'}.
      </p>
      <pre>
        {part(0, offset)}
        <mark>{part(offset, offset + length) || '\u00a0'}</mark>
        {part(offset + length)}
      </pre>
    </>
  )
}
