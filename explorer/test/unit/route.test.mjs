import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRoute, to } from '../../src/route.tsx'

test('addresses are read', () => {
  for (const [address, want] of [
    ['/', { view: 'home' }],
    [
      '/search?q=from%3Aann+%22a+b%22',
      { view: 'search', query: 'from:ann "a b"', order: 'NEWEST' },
    ],
    ['/search?order=oldest', { view: 'search', query: '', order: 'OLDEST' }],
    ['/thread/T_1', { view: 'thread', id: 'T_1', links: 'PROBABLE', at: undefined }],
    ['/thread/T_1?at=M_2&view=certain', { view: 'thread', id: 'T_1', links: 'CERTAIN', at: 'M_2' }],
    ['/message/M_1', { view: 'message', id: 'M_1' }],
    ['/person/P_1', { view: 'person', id: 'P_1' }],
    ['/tie/W_1', { view: 'tie', id: 'W_1' }],
    ['/missing', { view: 'missing', query: '' }],
    ['/thread/%E0%A4%A', { view: 'thread', id: '%E0%A4%A', links: 'PROBABLE', at: undefined }],
    ['/thread', { view: 'unknown' }],
    ['/thread/T_1/more', { view: 'unknown' }],
    ['/elsewhere/1', { view: 'unknown' }],
  ]) {
    assert.deepEqual(parseRoute(address), want, address)
  }
})

test('addresses that are made are read back', () => {
  for (const query of ['', 'a b', 'from:"Ann & Bob"', '100 % ?#/', '東京']) {
    assert.equal(parseRoute(to.search(query)).query, query)
    assert.equal(parseRoute(to.missing(query)).query, query)
  }
  assert.deepEqual(parseRoute(to.thread('T_a/b', 'M_?', 'CERTAIN')), {
    view: 'thread',
    id: 'T_a/b',
    links: 'CERTAIN',
    at: 'M_?',
  })
  assert.equal(to.search('a'), '/search?q=a')
})
