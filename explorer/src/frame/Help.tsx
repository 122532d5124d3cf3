import { useRef, useState } from 'react'
import { letterKeys, setLetterKeys, useKey } from './keys'

const keys: [string, string][] = [
  ['/', 'go to the search box'],
  ['j  k  ↓  ↑', 'next and previous result'],
  ['Enter', 'open what is focused'],
  ['↑ ↓ Home End', 'move in a thread'],
  ['→ ←', 'open and close replies; into the replies, back to the parent'],
  ['*', 'open every reply beside the focused one'],
  ['letters', 'in a thread: next message of a sender whose name begins so'],
  ['Esc', 'close what is open'],
  ['?', 'this list'],
]

/** The list of keys, and the switch for single-letter ones. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null)
  const [on, setOn] = useState(letterKeys)
  useKey('?', show)

  function show() {
    dialog.current?.showModal()
  }

  return (
    <>
      <button type="button" className="chip" onClick={show} aria-haspopup="dialog">
        Keys
      </button>
      <dialog ref={dialog} aria-labelledby="help-title">
        <h2 id="help-title">Keys</h2>
        <dl className="keys">
          {keys.map(([key, meaning]) => (
            <div key={key}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <label className="switch">
          <input
            type="checkbox"
            checked={on}
            onChange={(event) => {
              setOn(event.target.checked)
              setLetterKeys(event.target.checked)
            }}
          />
          Single-letter keys
        </label>
        <form method="dialog">
          <button type="submit">Close</button>
        </form>
      </dialog>
    </>
  )
}
