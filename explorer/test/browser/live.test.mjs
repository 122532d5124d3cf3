// The page on a running api, SKEIN_TEST_URL, whatever mail it serves: what is
// looked for is asked of its GraphQL first.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { cannotRun, launch, open } from './browser.mjs'
import { assertAccessible, assertReflows, knownOfGraphiQL, runQuery } from './checks.mjs'

const url = process.env.SKEIN_TEST_URL?.replace(/\/$/, '')
const skip = cannotRun() || noApi()
let browser

function noApi() {
  if (url) return false
  if (process.env.REQUIRE_ALL === '1') throw new Error('SKEIN_TEST_URL names no running api')
  return 'SKEIN_TEST_URL names no running api'
}

before(async () => {
  if (!skip) browser = await launch()
})
after(() => browser?.close())

async function ask(query) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = await response.json()
  assert.equal(errors, undefined)
  return data
}

function live(name, act, options = {}) {
  test(name, { skip, timeout: 60_000 }, async () => {
    const tab = await open(browser.client, url, { fixture: false, ...options })
    try {
      await act(tab.page)
      assert.deepEqual(tab.problems, [], 'console, exceptions and foreign requests')
    } finally {
      await tab.close()
    }
  })
}

live('the counts are those of the corpus', async (page) => {
  const { corpus } = await ask('{ corpus { messageCount batchCount } }')
  await page
    .getByRole('button', { name: `${corpus.messageCount.toLocaleString('en')} messages` })
    .waitFor()
  await page.locator('.doors').waitFor()
  await assertAccessible(page, 'start')
})

live('an attachment is saved as it was sent', async (page) => {
  const { search } = await ask(
    '{ search(query: "has:attachment", first: 1) { nodes { id thread { id } attachments { name size url } } } }',
  )
  const [message] = search.nodes
  if (!message) return
  const [file] = message.attachments
  await page.goto(`${url}/thread/${message.thread.id}?at=${message.id}`)
  const saving = page.waitForEvent('download')
  await page.locator('#reader .facts a[download]').first().click()
  const saved = await saving
  const folder = mkdtempSync(join(tmpdir(), 'saved-'))
  await saved.saveAs(join(folder, 'file'))
  assert.equal(statSync(join(folder, 'file')).size, file.size)
  rmSync(folder, { recursive: true })
})

live('a mail is shown as its HTML has it, and nothing in it runs', async (page) => {
  const { search } = await ask(
    '{ search(query: "", first: 200) { nodes { id htmlUrl thread { id } } } }',
  )
  const message = search.nodes.find(({ htmlUrl }) => htmlUrl)
  if (!message) return
  await page.goto(`${url}/thread/${message.thread.id}?at=${message.id}`)
  await page.getByRole('button', { name: 'Show as HTML' }).click()
  const body = page.locator('iframe').contentFrame().locator('body')
  assert.notEqual((await body.textContent()).trim(), '')
  await assertAccessible(page, 'mail as HTML')
})

live('an example query, a thread, the tree by keyboard, and Back', async (page) => {
  await page.locator('.examples a').first().click()
  await page.locator('.hit').first().click()
  const active = page.locator('[role=treeitem][aria-selected=true]')
  await active.waitFor()
  await page.locator('.header-grid').waitFor()
  await page.getByRole('tree').focus()
  await page.keyboard.press('End')
  const last = await page.getByRole('treeitem').last().getAttribute('id')
  assert.equal(await active.getAttribute('id'), last)
  await assertAccessible(page, 'thread')
  await page.goBack()
  await page.locator('.hit').first().waitFor()
  await assertAccessible(page, 'search')
})

live('a missing message stands in its thread', async (page) => {
  const { missingMessages } = await ask(
    '{ missingMessages(first: 1) { nodes { id citedCount thread { id } } } }',
  )
  const [missing] = missingMessages.nodes
  if (!missing) return
  await page.goto(`${url}/thread/${missing.thread.id}?at=${missing.id}`)
  const row = page.locator('.row.missing[aria-selected=true]')
  await row.getByText(`missing, cited by ${missing.citedCount}`).waitFor()
  await page.locator('#reader').getByText('In no batch').waitFor()
})

live('a reply shows what the link rests on', async (page) => {
  const { search } = await ask(
    '{ search(query: "is:reply", first: 1) { nodes { id thread { id } replyLink { parent { id } } } } }',
  )
  const [reply] = search.nodes
  if (!reply) return
  await page.goto(`${url}/message/${reply.id}`)
  await page.locator('.reason > button').click()
  const surface = page.getByRole('dialog', { name: 'Why this is a reply' })
  await surface.getByText(/Confidence \d+ %/).waitFor()
  await assertAccessible(page, 'provenance')
})

live('a query that cannot be read says where', async (page) => {
  await page.goto(`${url}/search?q=${encodeURIComponent('from:')}`)
  await page.getByRole('alert').getByText('This query cannot be read').waitFor()
  assert.equal(await page.getByRole('alert').locator('mark').count(), 1)
})

live('no result says so', async (page) => {
  await page.goto(`${url}/search?q=zzzqqqxxyyzz`)
  await page.getByText('No message matches.').first().waitFor()
})

live('the busiest person', async (page) => {
  const { people } = await ask('{ people(first: 1) { nodes { id } } }')
  await page.goto(`${url}/person/${people.nodes[0].id}`)
  await page.locator('table').first().waitFor()
  await assertAccessible(page, 'person')
})

for (const path of ['/', '/search', '/missing']) {
  live(
    `${path} reflows at 320 px, and is accessible in the dark`,
    async (page) => {
      await page.goto(url + path)
      await page.locator('main h1').first().waitFor()
      await page.locator('.skeleton').waitFor({ state: 'detached' })
      await assertReflows(page, path)
      await assertAccessible(page, path)
    },
    { viewport: { width: 320, height: 640 }, colorScheme: 'dark' },
  )
}

live('the playground answers', async (page) => {
  const { corpus } = await ask('{ corpus { messageCount } }')
  await page.goto(`${url}/playground?query=${encodeURIComponent('{ corpus { messageCount } }')}`)
  await runQuery(page)
  await page.locator('.result-window').getByText(String(corpus.messageCount)).first().waitFor()
  await assertAccessible(page, 'playground', knownOfGraphiQL)
})
