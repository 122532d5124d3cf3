import type { Environment } from 'monaco-editor'
import EditorWorker from 'monaco-editor/esm/vs/editor/editor.worker.js?worker'
import JsonWorker from 'monaco-editor/esm/vs/language/json/json.worker.js?worker'
import GraphQLWorker from 'monaco-graphql/esm/graphql.worker.js?worker'

// The workers that come with GraphiQL are named inside the dependency, where
// the development server cannot bundle them; named here, both servers can, and
// they load from our own origin, as the content security policy asks.
const environment: Environment = {
  getWorker(_id, label) {
    if (label === 'json') return new JsonWorker()
    if (label === 'graphql') return new GraphQLWorker()
    return new EditorWorker()
  },
}

Object.assign(globalThis, { MonacoEnvironment: environment })
