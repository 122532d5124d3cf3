import type { TypedDocumentString } from './gql/graphql'

/** Where a search text is no query, counted in Unicode code points, and what was expected there. */
export interface Span {
  offset: number
  /** 0 at the end of the text. */
  length: number
  /** Continues "expected …". */
  expected: string
}

/** A failed request, with the code that the API gave for it. */
export class RequestError extends Error {
  readonly code: string
  readonly span: Span | undefined

  constructor(message: string, code: string, span?: Span) {
    super(message)
    this.name = 'RequestError'
    this.code = code
    this.span = span
  }

  /** Whether asking again may help. */
  get retryable(): boolean {
    return ['OFFLINE', 'TIMEOUT', 'STORE_UNAVAILABLE', 'INTERNAL'].includes(this.code)
  }
}

interface Answer<T> {
  data?: T | null
  errors?: { message: string; extensions?: Record<string, unknown> }[]
}

/**
 * Sends one GraphQL operation to /graphql. It promises the whole data or a
 * RequestError: an answer with errors counts as failed.
 * @see GraphQL over HTTP, "application/graphql-response+json"
 */
export async function request<T, V>(
  document: TypedDocumentString<T, V>,
  variables: V,
  signal: AbortSignal,
): Promise<T> {
  const response = await send(JSON.stringify({ query: document.toString(), variables }), signal)
  const answer = (await response.json().catch(() => undefined)) as Answer<T> | undefined
  if (!answer)
    throw new RequestError(`The server answered ${response.status} without JSON.`, 'INTERNAL')
  const [error] = answer.errors ?? []
  if (error) {
    const code = error.extensions?.['code']
    throw new RequestError(
      error.message,
      typeof code === 'string' ? code : 'INTERNAL',
      spanOf(error.extensions),
    )
  }
  if (!answer.data) throw new RequestError('The server answered without data.', 'INTERNAL')
  return answer.data
}

async function send(body: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch('/graphql', {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/graphql-response+json, application/json;q=0.9',
      },
      body,
      signal,
    })
  } catch (cause) {
    if (signal.aborted) throw cause
    throw new RequestError('The server cannot be reached.', 'OFFLINE')
  }
}

function spanOf(extensions: Record<string, unknown> | undefined): Span | undefined {
  const { offset, length, expected } = extensions ?? {}
  if (typeof offset !== 'number' || typeof length !== 'number') return undefined
  return typeof expected === 'string' ? { offset, length, expected } : undefined
}
