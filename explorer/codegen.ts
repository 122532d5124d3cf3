import type { CodegenConfig } from '@graphql-codegen/cli'

// String mode ships no GraphQL parser to the browser; the generated folder is
// made by every build and is not kept in the repository.
const config: CodegenConfig = {
  schema: '../schema.graphqls',
  documents: ['src/operations/*.graphql'],
  silent: true,
  generates: {
    'src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        documentMode: 'string',
        enumsAsTypes: true,
        useTypeImports: true,
        scalars: { DateTime: 'string', Long: 'number' },
      },
    },
  },
}

export default config
