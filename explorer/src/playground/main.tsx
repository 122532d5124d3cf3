import './workers'
import { explorerPlugin } from '@graphiql/plugin-explorer'
import { HISTORY_PLUGIN } from '@graphiql/plugin-history'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import { createRoot } from 'react-dom/client'
import 'graphiql/style.css'
import '@graphiql/plugin-explorer/style.css'
import './playground.css'

const firstQuery = `# The graph of the mail, as GraphQL. Ctrl-Space completes, the book on the
# left is the documentation, Ctrl-Enter runs.
{
  corpus { messageCount missingCount personCount }
  search(query: "", first: 5) {
    totalCount
    nodes { id subject sentAt from { name address } }
  }
}
`

const fetcher = createGraphiQLFetcher({ url: '/graphql' })
const plugins = [HISTORY_PLUGIN, explorerPlugin()]
// GraphiQL reads nothing from the address itself.
const query = new URLSearchParams(window.location.search).get('query')

const root = document.getElementById('playground')
if (root) {
  createRoot(root).render(
    <>
      <h1 className="only-read">GraphQL playground</h1>
      <GraphiQL
        fetcher={fetcher}
        plugins={plugins}
        defaultQuery={firstQuery}
        {...(query ? { initialQuery: query } : {})}
      >
        <GraphiQL.Logo>
          <a href="/">Skein</a>
        </GraphiQL.Logo>
      </GraphiQL>
    </>,
  )
}
