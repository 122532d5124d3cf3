// Finishes a build: checks the sizes against the budgets, writes the notices of
// third parties, and leaves of each file the form that the server sends.
import { readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { notices } from './notices.mjs'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const dist = join(root, 'dist')
const KB = 1024

/** Most bytes, gzipped, that a page may load: all that its entry leads to. */
const budgets = [
  { entry: 'index.html', most: 130 * KB },
  { entry: 'playground.html', most: 2.3 * KB * KB },
]

writeFileSync(join(dist, 'notices.txt'), notices(root))
const manifest = JSON.parse(readFileSync(join(dist, '.vite', 'manifest.json'), 'utf8'))
const sizes = new Map(files(dist).map((file) => [relative(dist, file), compressed(file).length]))
checkBudgets()
for (const file of files(dist)) compress(file)
rmSync(join(dist, '.vite'), { recursive: true })
console.log(`stored: ${kilobytes(files(dist).reduce((sum, file) => sum + statSync(file).size, 0))}`)

function checkBudgets() {
  for (const { entry, most } of budgets) {
    const size = [...reached(entry)].reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0)
    console.log(`${entry}: ${kilobytes(size)} gzipped of ${kilobytes(most)}`)
    if (size > most) fail(`${entry} loads more than its budget`)
  }
  const foreign = [...reached('index.html')].filter((file) =>
    /graphiql|monaco|playground/i.test(file),
  )
  if (foreign.length > 0) fail(`the explorer loads parts of the playground: ${foreign.join(', ')}`)
}

/** Files that an entry loads, at once or later: imports, dynamic ones, styles, assets and workers. */
function reached(entry) {
  const found = new Set()
  const waiting = [entry]
  while (waiting.length > 0) {
    const chunk = manifest[waiting.pop()]
    if (!chunk || found.has(chunk.file)) continue
    found.add(chunk.file)
    for (const file of [...(chunk.css ?? []), ...(chunk.assets ?? [])]) found.add(file)
    waiting.push(...(chunk.imports ?? []), ...(chunk.dynamicImports ?? []))
  }
  return new Set([...found, ...[...found].flatMap(workersOf)])
}

/** Workers are not in the manifest: their names stand in the code that starts them. */
function workersOf(file) {
  if (!file.endsWith('.js')) return []
  const code = readFileSync(join(dist, file), 'utf8')
  return [...sizes.keys()].filter((other) => /worker/.test(other) && code.includes(other))
}

/** Leaves the gzipped form alone where it saves a twentieth or more; the server can undo it. */
function compress(file) {
  const packed = compressed(file)
  if (packed.length > statSync(file).size * 0.95) return
  writeFileSync(`${file}.gz`, packed)
  rmSync(file)
}

function compressed(file) {
  return gzipSync(readFileSync(file), { level: 9 })
}

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && !entry.name.startsWith('.') && entry.name !== 'manifest.json',
    )
    .map((entry) => join(entry.parentPath, entry.name))
}

function kilobytes(n) {
  return `${(n / KB).toFixed(1)} KB`
}

function fail(reason) {
  console.error(reason)
  process.exit(1)
}
