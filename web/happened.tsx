import { aboutOf, sentenceOf } from './sentence.ts'
import type { Shown } from './tracked.ts'

/** Entries shown at once; the older ones are folded away. */
const ENTRIES_SHOWN = 5

/** What happened so far, newest first. */
export function Happened({ tracked, words, format }: Shown) {
  const about = aboutOf(tracked, words, format)
  const told = tracked.entries
    .map((entry) => ({ at: entry.at, sentence: sentenceOf(entry, words, about) }))
    .filter(({ sentence }) => sentence !== undefined)
    .toReversed()
  const item = ({ at, sentence }: (typeof told)[number]) => (
    <li>
      <time datetime={at}>{format.stamp(at)}</time>
      <span>{sentence}</span>
    </li>
  )
  const older = told.slice(ENTRIES_SHOWN)
  return (
    <section id="happened" class="card" aria-labelledby="happened-title">
      <h2 id="happened-title">{words.labels.timeline}</h2>
      <ol class="entries">{told.slice(0, ENTRIES_SHOWN).map(item)}</ol>
      {older.length > 0 && (
        <details id="earlier">
          <summary>{words.earlier(older.length)}</summary>
          <ol class="entries">{older.map(item)}</ol>
        </details>
      )}
    </section>
  )
}
