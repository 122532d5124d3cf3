import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { request } from '../../src/request.ts'

const original = globalThis.fetch
afterEach(() => (globalThis.fetch = original))

const ask = (signal = new AbortController().signal) => request('{ a }', {}, signal)
const answerWith = (body, status = 200) =>
  (globalThis.fetch = async () => new Response(body, { status }))

test('data is returned', async () => {
  answerWith('{"data":{"a":1}}')
  assert.deepEqual(await ask(), { a: 1 })
})

test('every failure is a RequestError with a code', async () => {
  for (const [body, status, code] of [
    [
      '{"data":null,"errors":[{"message":"m","extensions":{"code":"STORE_UNAVAILABLE"}}]}',
      200,
      'STORE_UNAVAILABLE',
    ],
    ['{"data":{"a":null},"errors":[{"message":"m"}]}', 200, 'INTERNAL'],
    [
      '{"errors":[{"message":"m","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}',
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['<html>', 502, 'INTERNAL'],
    ['{}', 200, 'INTERNAL'],
  ]) {
    answerWith(body, status)
    await assert.rejects(
      ask(),
      (error) => error.name === 'RequestError' && error.code === code,
      body,
    )
  }
})

test('the place of a syntax error comes with it', async () => {
  answerWith(
    JSON.stringify({
      errors: [
        {
          message: 'm',
          extensions: { code: 'BAD_USER_INPUT', offset: 3, length: 1, expected: 'a word' },
        },
      ],
    }),
  )
  await assert.rejects(ask(), (error) => {
    assert.deepEqual(error.span, { offset: 3, length: 1, expected: 'a word' })
    return true
  })
})

test('a server that cannot be reached is OFFLINE, a request that was given up is not', async () => {
  globalThis.fetch = async () => {
    throw new TypeError('failed')
  }
  await assert.rejects(ask(), { name: 'RequestError', code: 'OFFLINE' })
  await assert.rejects(ask(AbortSignal.abort()), { name: 'TypeError' })
})
