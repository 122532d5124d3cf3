import { bytes, counted, line, minute, subjectLine, webAddress } from '../format'
import { defectWords } from '../words'
import { CopyButton } from './CopyButton'
import type { ReadMessage } from './Reader'

/** Content under the same Message-ID that differs from the one shown. */
export function Variants({ variants }: Pick<ReadMessage, 'variants'>) {
  if (variants.length === 0) return null
  return (
    <section className="conflict">
      <h3>
        {counted(variants.length, 'other content', 'other contents')} under the same Message-ID
      </h3>
      <ul className="plain">
        {variants.map((variant) => (
          <li key={variant.sha256}>
            {subjectLine(variant.subject)}, {minute(variant.sentAt)} <Sha text={variant.sha256} />
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Where the message stands in the release, copy by copy. */
export function Copies({ message: { copies, copyCount } }: { message: ReadMessage }) {
  return (
    <section className="facts">
      <h3>{counted(copyCount, 'copy', 'copies')}</h3>
      <ul className="plain">
        {copies.map((copy, i) => (
          <li key={i}>
            <span className="chip">{line(copy.batch.name)}</span>{' '}
            <code>
              {line(copy.source)}
              {copy.part && ` › ${copy.part}`}
            </code>{' '}
            <span className="quiet">
              byte {copy.offset}, {bytes(copy.length)}
            </span>{' '}
            <Publisher id={copy.publisherId} url={copy.publisherUrl} /> <Sha text={copy.sha256} />
          </li>
        ))}
      </ul>
      {copyCount > copies.length && <p className="quiet">The first {copies.length} are listed.</p>}
    </section>
  )
}

function Publisher({ id, url }: { id: string | null; url: string | null }) {
  const page = webAddress(url)
  if (!page) return id && <span>published as {line(id)}</span>
  return (
    <a href={page} rel="noopener noreferrer external" referrerPolicy="no-referrer" target="_blank">
      {id ? `published as ${line(id)}` : 'publisher’s page'} ↗
    </a>
  )
}

/** What was wrong in the bytes. */
export function Defects({ defects }: Pick<ReadMessage, 'defects'>) {
  if (defects.length === 0) return null
  return (
    <section className="facts">
      <h3>{counted(defects.length, 'defect')} in the bytes, repaired or set aside</h3>
      <ul className="plain">
        {defects.map((defect, i) => (
          <li key={i}>
            {defectWords(defect.kind)}
            <span className="quiet">
              {' '}
              at byte {defect.offset}
              {defect.detail && `: ${defect.detail}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** A SHA-256, shortened to be seen and whole to be copied. */
export function Sha({ text }: { text: string }) {
  return (
    <span className="sha">
      <abbr title={text}>sha256 {text.slice(0, 12)}…</abbr>{' '}
      <CopyButton text={text} what="SHA-256" />
    </span>
  )
}
