import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as format from '../../src/format.ts'

test('dates are shown in UTC, and on the clock they were written on', () => {
  assert.equal(format.minute('2016-10-03T23:05:09-04:00'), '2016-10-04 03:05')
  assert.equal(format.day(null), 'undated')
  assert.equal(format.asSent('2016-10-03T14:05:09Z', -14_400), 'Mon 2016-10-03 10:05:09 −0400')
  assert.equal(format.asSent('2016-10-03T14:05:09Z', 20_700), 'Mon 2016-10-03 19:50:09 +0545')
  assert.equal(format.minute('not a date'), 'not a date')
  assert.equal(format.asSent('not a date', 0), 'not a date')
})

test('sizes and counts', () => {
  assert.equal(format.bytes(1), '1 byte')
  assert.equal(format.bytes(1023), '1,023 bytes')
  assert.equal(format.bytes(2048), '2.0 KB')
  assert.equal(format.bytes(48_213_000), '46 MB')
  assert.equal(format.counted(2, 'copy', 'copies'), '2 copies')
})

test('what turns the reading direction is shown, not obeyed', () => {
  assert.equal(format.line('report\u202Efdp.exe'), 'report\ufffdfdp.exe')
  assert.equal(format.line('a\u0000b\nc'), 'a\ufffdb\ufffdc')
  assert.equal(format.line('שלום, 東京 👋'), 'שלום, 東京 👋')
  assert.equal(format.nameOf({ name: ' ', address: 'a@b' }), 'a@b')
})

test('only web pages are linked to', () => {
  assert.equal(format.webAddress('https://archive.example/1'), 'https://archive.example/1')
  for (const bad of [
    'javascript:alert(1)',
    'data:text/html,x',
    'JaVaScRiPt:1',
    '/relative',
    '',
    null,
  ]) {
    assert.equal(format.webAddress(bad), undefined, String(bad))
  }
})

test('prefixes of replies are taken off a subject', () => {
  assert.equal(format.bareSubject('Re: AW: Fwd: Re[2]: Figures'), 'Figures')
  assert.equal(format.bareSubject('Re: '.repeat(5000) + 'x').length > 0, true)
  assert.equal(format.bareSubject(null), '')
})

test('a preview begins with what the author wrote', () => {
  const mail = 'On Monday Ann wrote:\n> What of it?\n> And when?\n\nNothing yet.\n\nBen'
  assert.equal(format.ownWords(mail), 'Nothing yet. Ben')
  assert.equal(format.ownWords('> only a quotation'), '> only a quotation')
  assert.equal(format.ownWords('Dear all:\nhello'), 'Dear all: hello')
})
