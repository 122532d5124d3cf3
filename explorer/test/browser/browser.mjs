// Opens the built page in a real browser and watches what it does.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { answer } from '../fixture/answer.mjs'

const executablePath = process.env.SKEIN_CHROMIUM ?? '/usr/bin/chromium'

/** Why browser tests cannot run here; false when they can. With REQUIRE_ALL=1 that is an error. */
export function cannotRun() {
  if (existsSync(executablePath)) return false
  const reason = `no browser at ${executablePath}; SKEIN_CHROMIUM names another`
  if (process.env.REQUIRE_ALL === '1') throw new Error(reason)
  return reason
}

/** Starts the browser; close ends it, by its process when it does not end by itself. */
export async function launch() {
  const browser = await chromium.launchServer({
    executablePath,
    headless: true,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--use-angle=swiftshader',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  const client = await chromium.connect(browser.wsEndpoint())
  return {
    client,
    close: async () => {
      const timer = setTimeout(() => browser.kill(), 5000)
      await browser.close()
      clearTimeout(timer)
    },
  }
}

/** Serves the built page with its shipping headers, and nothing else. */
export async function servePage() {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const server = spawn('go', ['run', './explorer/test/page'], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const [line] = await once(server.stdout, 'data')
  return { url: String(line).trim(), close: () => server.stdin.end() }
}

/**
 * Opens a tab on url that keeps what went wrong in it. With fixture, GraphQL is
 * answered from the fixture.
 */
export async function open(client, url, { fixture = true, ...options } = {}) {
  const context = await client.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  const page = await context.newPage()
  const problems = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`exception: ${error.message}`))
  page.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    const own = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
    if (!own && !['data:', 'blob:'].includes(protocol)) problems.push(`request to ${hostname}`)
  })
  if (fixture) await page.route('**/graphql', answerFromFixture)
  await page.goto(url)
  return { page, problems, close: () => context.close() }
}

async function answerFromFixture(route) {
  const result = await answer(route.request().postDataJSON())
  await route.fulfill({
    status: 200,
    contentType: 'application/graphql-response+json',
    body: JSON.stringify(result),
  })
}
