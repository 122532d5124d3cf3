// The built page, with its shipping headers, in a real browser, on hand-made data.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hostile, many } from '../fixture/corpus.mjs'
import { cannotRun, launch, open, servePage } from './browser.mjs'
import { assertAccessible, assertReflows, knownOfGraphiQL, runQuery } from './checks.mjs'

const skip = cannotRun()
let browser
let site

before(async () => {
  if (skip) return
  site = await servePage()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  site?.close()
})

/** Runs act on a tab at path; whatever the tab complained of fails the test. */
function on(path, name, act, options = {}) {
  test(name, { skip, timeout: 60_000 }, async () => {
    const tab = await open(browser.client, site.url + path, options)
    try {
      await act(tab.page)
      assert.deepEqual(tab.problems, [], 'console, exceptions and foreign requests')
    } finally {
      await tab.close()
    }
  })
}

const path = (page) => page.evaluate(() => location.pathname + location.search)
const active = (page) => page.locator('[role=treeitem][aria-selected=true]')

on('/', 'a search by keyboard, a thread, and Back', async (page) => {
  await page.locator('.doors').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('pipeline')
  await page.keyboard.press('Enter')
  await page.getByText('5 messages', { exact: true }).first().waitFor()
  assert.equal(await path(page), '/search?q=pipeline')
  assert.equal(await page.locator('[role=status]').textContent(), '5 messages')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  await page.keyboard.press('k')
  await page.waitForFunction(() => document.activeElement?.textContent?.includes('Rotterdam'))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Pipeline review', level: 1 }).waitFor()
  assert.equal(await path(page), '/thread/T_pipeline?at=M_dmitri')
  await page.goBack()
  await page.getByText('5 messages', { exact: true }).first().waitFor()
  assert.equal(await page.getByRole('searchbox').inputValue(), 'pipeline')
  await page.goForward()
  await active(page).filter({ hasText: 'dmitri' }).waitFor()
})

on('/thread/T_pipeline', 'the tree is walked by keyboard', async (page) => {
  const tree = page.getByRole('tree')
  await tree.focus()
  for (const [key, want] of [
    ['End', 'Ben Okafor'],
    ['Home', 'Ada Lindqvist'],
    ['ArrowRight', 'Ben Okafor'],
    ['ArrowDown', 'missing, cited by 3'],
    ['ArrowRight', 'Chandra Rao'],
    ['d', 'dmitri@northwind.example'],
    ['ArrowLeft', 'Chandra Rao'],
    ['ArrowLeft', 'Chandra Rao'],
    ['ArrowDown', 'Ben Okafor'],
    ['ArrowUp', 'Chandra Rao'],
    ['*', 'Chandra Rao'],
    ['ArrowDown', 'dmitri@northwind.example'],
  ]) {
    await page.keyboard.press(key)
    assert.match(await active(page).textContent(), new RegExp(want), `after ${key}`)
  }
  const named = await tree.getAttribute('aria-activedescendant')
  assert.equal(named, await active(page).getAttribute('id'))
  await page.getByRole('heading', { name: 'Re: Rotterdam (was: Pipeline review)' }).waitFor()
  await page.waitForURL('**/thread/T_pipeline?at=M_dmitri')
  await page.keyboard.press('Enter')
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'reader')
})

on(
  '/thread/T_pipeline?at=M_gone',
  'a missing message is a dashed row with who cites it',
  async (page) => {
    const row = page.locator('.row.missing')
    await row.waitFor()
    assert.equal(await row.locator('.row-words').textContent(), 'missing, cited by 3')
    const style = await row
      .locator('.row-words')
      .evaluate((words) => getComputedStyle(words).borderTopStyle)
    assert.equal(style, 'dashed')
    const reader = page.locator('#reader')
    await reader.getByText('cited by 3 messages').waitFor()
    await reader.getByRole('link', { name: /Chandra Rao, 2014/ }).click()
    await page.waitForURL('**/thread/T_pipeline?at=M_chandra')
    await reader.getByText('by its In-Reply-To header, 98 %').waitFor()
    await page.goBack()
    await reader.getByText('cited by 3 messages').waitFor()
  },
)

on(
  '/thread/T_pipeline?at=M_root',
  'attachments are listed, saved, and found in other messages, by keyboard',
  async (page) => {
    const list = page.locator('#reader section').filter({ hasText: '2 attachments' })
    const saved = list.getByRole('link', { name: 'figures q2.xlsx' })
    await saved.waitFor()
    assert.match(await saved.getAttribute('href'), /^\/attachments\/[0-9a-f]{64}\?message=M_root$/)
    assert.equal(await saved.getAttribute('download'), '')
    await list.getByText('(its bytes: application/x-ole-storage)').waitFor()
    await list.getByText('no text: an older office format').waitFor()
    assert.equal(await list.getByText('without a name').evaluate((name) => name.tagName), 'SPAN')
    assert.equal(
      await list.locator('summary').count(),
      1,
      'what one message carries is not asked for',
    )
    await list.locator('summary').focus()
    await page.keyboard.press('Enter')
    await list.getByRole('link', { name: /Ben/ }).waitFor()
    await assertAccessible(page, 'attachments')
    await list.getByRole('link', { name: /Ben/ }).click()
    await page.waitForURL('**/thread/T_pipeline?at=M_ben')
  },
)

on(
  '/thread/T_pipeline?at=M_root',
  'HTML is shown when asked for, and does nothing',
  async (page) => {
    let asked = 0
    await page.route('**/messages/M_root/html', (route) => {
      asked++
      return route.fulfill({
        contentType: 'text/html',
        body: '<p id="shown">In <b>bold</b></p><a href="/" target="_top">out</a>',
      })
    })
    const button = page.getByRole('button', { name: 'Show as HTML' })
    await button.waitFor()
    assert.equal(asked, 0, 'never by default')
    await button.press('Enter')
    const frame = page.locator('iframe')
    await frame.contentFrame().getByText('In bold').waitFor()
    assert.equal(await frame.getAttribute('sandbox'), '')
    assert.equal(await button.getAttribute('aria-pressed'), 'true')
    await assertAccessible(page, 'mail as HTML')
    await button.click()
    await page.locator('.mail-text').waitFor()
    assert.equal(await page.locator('iframe').count(), 0)
  },
)

on(
  '/thread/T_pipeline?at=M_dmitri',
  'a link says what it rests on, and the certain view leaves it out',
  async (page) => {
    await page.getByRole('button', { name: 'inferred by the text it quotes, 72 %' }).click()
    const surface = page.getByRole('dialog', { name: 'Why this is a reply' })
    await surface.getByText('No header states it').waitFor()
    await surface.getByText('M_chandra@northwind.example').waitFor()
    await surface.getByText('by its subject, 41 %').waitFor()
    await assertAccessible(page, 'provenance')
    await page.keyboard.press('Escape')
    await surface.waitFor({ state: 'hidden' })
    assert.equal(await page.locator('.inferred').count(), 1)
    await page.getByRole('radio', { name: 'Certain' }).check()
    await page.waitForURL('**at=M_dmitri&view=certain')
    await page.locator('.inferred').waitFor({ state: 'detached' })
    assert.equal(await page.evaluate(() => document.activeElement?.name), 'view')
  },
)

on('/search?q=pipeline', 'a query that cannot be read keeps the last result', async (page) => {
  await page.locator('.hit').first().waitFor()
  await page.getByRole('searchbox').fill('pipeline 👋 (')
  const problem = page.getByRole('alert')
  await problem.getByText('expected a word, a phrase or a condition at character 12').waitFor()
  assert.equal(await problem.locator('mark').textContent(), '(')
  assert.equal(await page.locator('.hit').count(), 5)
  await page.getByRole('searchbox').fill('pipeline')
  await problem.waitFor({ state: 'detached' })
})

on('/search?q=nothingatall', 'no result offers queries that have some', async (page) => {
  await page.getByText('No message matches.').first().waitFor()
  await page.getByRole('link', { name: 'subject:pipeline' }).click()
  await page.locator('.hit').first().waitFor()
})

on('/search?q=error:STORE_UNAVAILABLE', 'a failure shows its code and asks again', async (page) => {
  await page.getByText('STORE_UNAVAILABLE', { exact: true }).waitFor()
  const asked = page.waitForRequest('**/graphql')
  await page.getByRole('button', { name: 'Try again' }).click()
  await asked
})

on('/thread/T_hostile', 'a stranger’s markup is only ever text', async (page) => {
  const reader = page.locator('#reader')
  await reader.getByRole('heading', { name: hostile.subject }).waitFor()
  assert.equal(await reader.locator('.mail-text').textContent(), hostile.text)
  assert.equal(await reader.locator('img, script, style, b, i').count(), 0)
  assert.equal(await page.evaluate(() => window.broken), undefined)
  assert.equal(await page.locator('a[href^="javascript:"]').count(), 0)
  assert.match(await page.locator('.tree').textContent(), /\ufffdgnp\.exe/)
})

on(
  '/search?q=daily',
  'a long list stays small in the document and goes on to its end',
  async (page) => {
    await page
      .getByText(`${many.toLocaleString('en')} messages`, { exact: true })
      .first()
      .waitFor()
    assert.ok((await page.locator('.hit').count()) < 60)
    for (let i = 0; i < 40; i++) {
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
      if (await page.locator(`[aria-posinset="${many}"]`).count()) break
      await page.waitForTimeout(100)
    }
    await page.locator(`[aria-posinset="${many}"]`).waitFor()
  },
)

on(
  `/thread/T_many?at=M_many${many - 1}`,
  'a long thread is read whole and keeps the chosen entry in sight',
  async (page) => {
    await active(page).waitFor()
    assert.equal(await active(page).getAttribute('id'), `row-M_many${many - 1}`)
    assert.ok((await page.locator('.row').count()) < 80)
    await page.getByText(`Day ${many - 1}.`).waitFor()
  },
)

on('/message/M_chandra', 'the id of a message is an address', async (page) => {
  await page.waitForURL('**/thread/T_pipeline?at=M_chandra')
})

on('/person/P_ben', 'a person’s counts lead to what was counted', async (page) => {
  await page.getByRole('link', { name: /messages to Ada/ }).click()
  await page.locator('.hit').first().waitFor()
  assert.equal(await path(page), '/tie/W_ben_ada')
})

on('/', 'the batches chip leads to the messages of a batch', async (page) => {
  await page.getByRole('button', { name: '2 batches' }).click()
  const surface = page.getByRole('dialog', { name: 'Batches' })
  await surface.getByRole('link', { name: '2 "late"' }).click()
  await page.waitForURL((url) => url.searchParams.get('q') === 'in:"2 ""late"""')
  await surface.waitFor({ state: 'hidden' })
})

on('/missing', 'missing messages lead to their place', async (page) => {
  await page.getByRole('link', { name: 'M_gone@northwind.example' }).click()
  await page.locator('.row.missing[aria-selected=true]').waitFor()
})

on('/search?q=figures', 'single-letter keys can be switched off', async (page) => {
  await page.locator('.hit').first().waitFor()
  await page.keyboard.press('?')
  await page.getByRole('checkbox', { name: 'Single-letter keys' }).uncheck()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await page.keyboard.press('/')
  const focused = await page.evaluate(() => document.activeElement?.matches('[type=search]'))
  assert.equal(focused, false, 'the search box has the focus')
})

const views = {
  start: ['/', '.doors'],
  search: ['/search?q=pipeline', '.hit'],
  syntax: ['/search?q=(', '.problem'],
  thread: ['/thread/T_pipeline?at=M_dmitri', '.mail-text'],
  missing: ['/thread/T_pipeline?at=M_gone', '.row.missing'],
  person: ['/person/P_ben', 'table'],
  'missing messages': ['/missing', 'table'],
}

for (const [name, [address, ready]] of Object.entries(views)) {
  for (const colorScheme of ['light', 'dark']) {
    on(
      address,
      `${name} is accessible in ${colorScheme}`,
      async (page) => {
        await page.locator(ready).first().waitFor()
        await page.locator('.chips .chip').nth(2).waitFor()
        await assertAccessible(page, name)
      },
      { colorScheme, reducedMotion: 'reduce' },
    )
  }
  on(
    address,
    `${name} reflows at 320 px`,
    async (page) => {
      await page.locator(ready).first().waitFor()
      await assertReflows(page, name)
    },
    { viewport: { width: 320, height: 640 } },
  )
}

on(
  '/playground?query=%7B%20corpus%20%7B%20messageCount%20%7D%20%7D',
  'the playground answers the query of its address',
  async (page) => {
    await runQuery(page)
    await page.locator('.result-window').getByText(/1,?50/).first().waitFor()
    await assertAccessible(page, 'playground', knownOfGraphiQL)
  },
)
