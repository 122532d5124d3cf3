import { RequestError } from '../request'

/** What is shown while the first answer is on its way; it takes the room of the lines to come. */
export function Skeleton({ lines = 8 }: { lines?: number }) {
  return (
    <div className="skeleton" aria-hidden="true">
      {Array.from({ length: lines }, (_, i) => (
        <div key={i} className="bone" />
      ))}
    </div>
  )
}

/** A failed request: what happened, its code, and a way to ask again. */
export function Failure({ error, retry }: { error: Error; retry: () => void }) {
  const code = error instanceof RequestError ? error.code : 'INTERNAL'
  return (
    <div role="alert" className="failure">
      <p>
        <strong>{headline(code)}</strong>
      </p>
      <p>{error.message}</p>
      <p className="quiet">
        Code <code>{code}</code>
      </p>
      <button type="button" onClick={retry}>
        Try again
      </button>
    </div>
  )
}

function headline(code: string): string {
  switch (code) {
    case 'OFFLINE':
      return 'No connection to the server.'
    case 'TIMEOUT':
      return 'The answer took too long.'
    case 'TOO_COSTLY':
      return 'This question is too large to answer at once.'
    case 'STORE_UNAVAILABLE':
      return 'The store cannot be read at the moment.'
    case 'BAD_USER_INPUT':
      return 'The request was not understood.'
    default:
      return 'Something went wrong.'
  }
}
