// Checks that hold on every page.
import assert from 'node:assert/strict'
import AxeBuilder from '@axe-core/playwright'

/** What GraphiQL itself gets wrong; anything else that axe finds there is ours. */
export const knownOfGraphiQL = ['color-contrast', 'nested-interactive']

/**
 * No serious or critical finding of axe, but for rules that are known. A frame
 * in which nothing may run is left out, for axe could not run there either.
 */
export async function assertAccessible(page, name, known = []) {
  const axe = new AxeBuilder({ page }).exclude('iframe[sandbox=""]')
  const { violations } = await axe.analyze()
  const found = violations
    .filter(({ impact, id }) => ['serious', 'critical'].includes(impact) && !known.includes(id))
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
  assert.deepEqual(found, [], `${name}: what axe found`)
}

/** Nothing is wider than the screen. */
export async function assertReflows(page, name) {
  const [content, screen] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ])
  assert.ok(content <= screen, `${name}: got a width of ${content} px on a screen of ${screen} px`)
}

/** Runs the query of the playground, once the editor has it. */
export async function runQuery(page) {
  await page
    .locator('.graphiql-query-editor .view-line')
    .getByText('messageCount')
    .first()
    .waitFor()
  await page.locator('.graphiql-execute-button').click()
}
