import { raw } from 'hono/html'
import { Differences, Failed } from './reconciliation-differences.tsx'
import { Adjustments, Oddities, Unusable } from './reconciliation-lists.tsx'
import { Figures, Merchants, Methods, Statuses } from './reconciliation-tables.tsx'
import { SpeedOf } from './reconciliation-speed.tsx'
import type { Reconciliation } from './reconciliation-view.ts'
import { counted, isUnexplained, verdictOf, wordingFor } from './reconciliation-words.ts'
import type { Wording } from './reconciliation-words.ts'

/** The page of one reconciliation: a single file without a script, `css` and all. */
export function ReconciliationPage({ found, css }: { found: Reconciliation; css: string }) {
  const { title } = verdictOf(found)
  const words = wordingFor(found.currency)
  const shown = { found, words }
  const open = found.differences.filter(isUnexplained)
  const explained = found.differences.filter((row) => !isUnexplained(row))
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · Longhaul</title>
        <style>{raw(css)}</style>
      </head>
      <body>
        <header class="bar">
          <span class="brand">Longhaul</span>
        </header>
        <main>
          <Verdict {...shown} />
          <Failed {...shown} />
          {open.length > 0 && (
            <Differences {...shown} id="unexplained" title="Unexplained differences" rows={open} />
          )}
          <Figures {...shown} />
          <Statuses {...shown} />
          <Methods {...shown} />
          <Merchants {...shown} />
          {explained.length > 0 && (
            <Differences {...shown} id="explained" title="Explained differences" rows={explained} />
          )}
          <Adjustments {...shown} />
          <Oddities {...shown} />
          <Unusable {...shown} />
          <SpeedOf {...shown} />
        </main>
      </body>
    </html>
  )
}

function Verdict({ found, words: { count } }: { found: Reconciliation; words: Wording }) {
  const { title, text, beside } = verdictOf(found)
  const { inLog, usable, chosen } = found.scope
  return (
    <section class={`card hero ${found.reconciled ? 'goes' : 'stops'}`} id="verdict">
      <p class="eyebrow">Real orders, replayed and held against their log</p>
      <span class="pill">
        {found.currency} · days in {found.zone}
      </span>
      <h1>{title}</h1>
      <p class="lead">{text}</p>
      {beside.map((sentence) => (
        <p class="lead">{sentence}</p>
      ))}
      <p class="also">
        {`The log has ${counted(inLog, 'order')}; ${count(usable)} can be brought in, ${count(chosen)} were chosen.`}
      </p>
    </section>
  )
}
