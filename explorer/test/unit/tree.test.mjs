import assert from 'node:assert/strict'
import { test } from 'node:test'
import { place, step, typeAhead, visible } from '../../src/thread/tree.ts'

const lines = (...depths) => depths.map((depth, i) => ({ id: String(i), depth }))
const none = new Set()

test('place gives parents, positions and what lies below', () => {
  const tree = place(lines(0, 1, 2, 1, 0))
  assert.deepEqual(
    tree.map(({ parent }) => parent),
    [-1, 0, 1, 0, -1],
  )
  assert.deepEqual(
    tree.map(({ below }) => below),
    [3, 1, 0, 0, 0],
  )
  assert.deepEqual(
    tree.map(({ position, siblings }) => [position, siblings]),
    [
      [1, 2],
      [1, 2],
      [1, 1],
      [2, 2],
      [2, 2],
    ],
  )
})

test('place bears depths that jump and a chain of 100,000', () => {
  assert.deepEqual(
    place(lines(3, 9, 1)).map(({ parent }) => parent),
    [-1, 0, -1],
  )
  const chain = place(lines(...Array.from({ length: 100_000 }, (_, i) => i)))
  assert.equal(chain[0].below, 99_999)
})

test('a closed line hides what is below it', () => {
  const tree = place(lines(0, 1, 2, 1, 0))
  assert.deepEqual(visible(tree, new Set(['0'])), [0, 4])
  assert.deepEqual(visible(tree, new Set(['1', '2'])), [0, 1, 3, 4])
})

test('keys follow the tree view pattern', () => {
  const tree = place(lines(0, 1, 2, 1, 0))
  const closed = new Set(['1'])
  for (const [key, at, state, want] of [
    ['ArrowDown', 1, closed, { focus: 3 }],
    ['ArrowDown', 4, none, undefined],
    ['ArrowUp', 3, closed, { focus: 1 }],
    ['ArrowUp', 0, none, undefined],
    ['Home', 3, none, { focus: 0 }],
    ['End', 0, none, { focus: 4 }],
    ['ArrowRight', 1, closed, { open: ['1'] }],
    ['ArrowRight', 1, none, { focus: 2 }],
    ['ArrowRight', 4, none, undefined],
    ['ArrowLeft', 1, none, { close: '1' }],
    ['ArrowLeft', 1, closed, { focus: 0 }],
    ['ArrowLeft', 2, none, { focus: 1 }],
    ['ArrowLeft', 4, none, undefined],
    ['*', 1, closed, { open: ['1', '3'] }],
    ['x', 1, none, undefined],
    ['ArrowDown', 99, none, undefined],
  ]) {
    assert.deepEqual(step(key, at, tree, state), want, `${key} at ${at}`)
  }
})

test('letters find the next sender, a second letter narrows, and the search goes round', () => {
  const names = ['Ada', 'Ben', 'Bert', 'Cleo']
  const nameAt = (i) => names[i]
  const shown = [0, 1, 2, 3]
  assert.equal(typeAhead('b', 0, shown, nameAt), 1)
  assert.equal(typeAhead('b', 1, shown, nameAt), 2)
  assert.equal(typeAhead('b', 2, shown, nameAt), 1)
  assert.equal(typeAhead('ber', 1, shown, nameAt), 2)
  assert.equal(typeAhead('a', 3, shown, nameAt), 0)
  assert.equal(typeAhead('x', 0, shown, nameAt), undefined)
  assert.equal(typeAhead('x', 0, [], nameAt), undefined)
})
