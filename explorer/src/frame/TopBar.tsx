import { useQuery } from '@tanstack/react-query'
import { count, counted, day, minute } from '../format'
import { CorpusDocument, type CorpusQuery } from '../gql/graphql'
import { request } from '../request'
import { Link, to, type Route } from '../route'
import { SearchBox } from '../search/SearchBox'
import { Help } from './Help'
import { Popover } from './Popover'

/** The bar above every view: search, the counts of the corpus, its batches, help. */
export function TopBar({ route }: { route: Route }) {
  const corpus = useQuery({
    queryKey: ['corpus'],
    queryFn: ({ signal }) => request(CorpusDocument, {}, signal),
    // A load may be running beside the page; the counts follow it.
    refetchInterval: ({ state }) =>
      state.data?.corpus.ingest.state === 'LOADING' ? 5_000 : 60_000,
  })
  return (
    <header className="top">
      <Link to="/" className="brand" aria-label="Skein, start">
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <path d="M8 7v11a5 5 0 0 0 5 5h5M8 13h9" />
          <circle cx="8" cy="6.500" r="2.800" />
          <circle cx="22" cy="13" r="2.800" />
          <circle cx="23" cy="23" r="2.800" />
        </svg>
        <span>Skein</span>
      </Link>
      <SearchBox query={route.view === 'search' ? route.query : undefined} />
      <nav aria-label="Views">
        <Link to={to.missing()} aria-current={route.view === 'missing' ? 'page' : undefined}>
          Missing
        </Link>
        <a href="/playground">GraphQL</a>
      </nav>
      <div className="chips">
        {corpus.data && <Counts data={corpus.data} />}
        <Help />
      </div>
    </header>
  )
}

function Counts({ data: { corpus, batches } }: { data: CorpusQuery }) {
  return (
    <>
      <Popover
        title="The corpus"
        label={
          <>
            <b>{count(corpus.messageCount)}</b> messages
          </>
        }
      >
        <h2>The corpus</h2>
        <dl className="figures">
          <Figure name="Messages" value={count(corpus.messageCount)} />
          <Figure name="Missing messages" value={count(corpus.missingCount)} />
          <Figure name="Threads (certain)" value={count(corpus.threadCount)} />
          <Figure name="People" value={count(corpus.personCount)} />
          <Figure name="First sent" value={day(corpus.firstSentAt)} />
          <Figure name="Last sent" value={day(corpus.lastSentAt)} />
          <Figure name="Data revision" value={String(corpus.revision)} />
        </dl>
        {corpus.ingest.state === 'LOADING' && (
          <p className="quiet">
            A load is running{corpus.ingest.since && ` since ${minute(corpus.ingest.since)} UTC`};
            the counts will grow.
          </p>
        )}
      </Popover>
      <Popover title="Batches" label={<Batches n={corpus.batchCount} />}>
        <h2>Batches</h2>
        {batches.length === 0 && <p>No batch has been loaded.</p>}
        <ul className="batches">
          {batches.map((batch) => (
            <li key={batch.id}>
              <Link to={to.search(`in:${quoted(batch.name)}`)}>{batch.name}</Link>
              <span className="quiet">
                {batch.collection}
                {batch.published && `, published ${day(batch.published)}`}
              </span>
              <span>
                {counted(batch.messageCount, 'message')},{' '}
                {counted(batch.copyCount, 'copy', 'copies')}
                {batch.rejectedCount > 0 && `, ${count(batch.rejectedCount)} rejected`}
              </span>
            </li>
          ))}
        </ul>
      </Popover>
    </>
  )
}

function Batches({ n }: { n: number }) {
  return (
    <>
      <b>{count(n)}</b> {n === 1 ? 'batch' : 'batches'}
    </>
  )
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

/** A value as the search language reads it: quoted unless it is one plain word. */
function quoted(value: string): string {
  return /^[\w.]+$/.test(value) ? value : `"${value.replaceAll('"', '""')}"`
}
