import { html } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Locale } from '../domain/locale.ts'
import { sum } from '../domain/money.ts'
import { Day } from './finance-day.tsx'
import { sheetOf } from './finance-sheet.tsx'
import type { Sheet } from './finance-sheet.tsx'
import { Balances, Coverage, Items, Owed, Statements } from './finance-tables.tsx'
import type { FinanceShown, FinanceView } from './finance-view.ts'
import { WaitingList } from './finance-waiting.tsx'
import { FINANCE_WORDING } from './finance-words.ts'
import type { Verdict } from './finance-words.ts'

/** How the books stand, for people of finance: no script, nothing to press. */
export function FinancePage(shown: FinanceShown) {
  const sheet = sheetOf(shown)
  const { view, locale } = shown
  return (
    <Shell locale={locale} title={sheet.words.labels.title} other={view.paths.other}>
      <main id="books" tabindex={-1}>
        <Headline {...sheet} />
        <WaitingList {...sheet} />
        <Coverage {...sheet} />
        <Items {...sheet} />
        <Day {...sheet} />
        <Owed {...sheet} />
        <Balances {...sheet} />
        <Statements {...sheet} />
      </main>
      <footer id="foot">{sheet.words.zone(view.timeZone)}</footer>
    </Shell>
  )
}

/** What stands in its place where it can't be shown. */
export function FinanceNotice({ locale, why }: { locale: Locale; why: 'closed' | 'away' }) {
  const { title, text } = FINANCE_WORDING[locale][why]
  return (
    <Shell locale={locale} title={title}>
      <main id="books" tabindex={-1}>
        <section class="card notice">
          <h1>{title}</h1>
          <p class="lead">{text}</p>
        </section>
      </main>
    </Shell>
  )
}

function Headline({ view, words, when }: Sheet) {
  const isBalanced = balances(view)
  const { verdict, count } = verdictOf(view)
  const tone = isBalanced ? TONES[verdict] : 'stops'
  return (
    <section class={`card hero ${tone}`} id="headline">
      <p class="eyebrow">{words.labels.eyebrow}</p>
      <span class="pill">{when(view.now)}</span>
      <h1>{words.headline[verdict](count)}</h1>
      <p class="lead">{words.balanced[isBalanced ? 'yes' : 'no']}</p>
      {view.allWaiting > 0 && (
        <p class="lead">
          <a href="#waiting">{words.decisions(view.allWaiting)}</a>
        </p>
      )}
      <p class="also">{words.until(when(view.until))}</p>
    </section>
  )
}

const TONES: Record<Verdict, string> = {
  ...{ differs: 'asks', missing: 'asks', awaited: 'asks', nothing: 'ended', agrees: 'goes' },
}

/** The first that holds; nothing is said to agree that wasn't compared. */
function verdictOf({ openItems, coverage }: FinanceView): { verdict: Verdict; count: number } {
  const missing = coverage.flatMap((one) => one.missing).length
  const awaited = coverage.flatMap((one) => one.waiting).length
  if (openItems > 0) return { verdict: 'differs', count: openItems }
  if (missing > 0) return { verdict: 'missing', count: missing }
  if (awaited > 0) return { verdict: 'awaited', count: awaited }
  const compared = coverage.filter((one) => one.compared !== null).length
  return { verdict: compared === 0 ? 'nothing' : 'agrees', count: compared }
}

function balances({ classes }: FinanceView): boolean {
  const currencies = [...new Set(classes.map(({ currency }) => currency))]
  return currencies.every(
    (currency) =>
      sum(classes.filter((one) => one.currency === currency).map(({ balance }) => balance)) === 0,
  )
}

type ShellProps = { locale: Locale; title: string; other?: string; children: Child }

function Shell({ locale, title, other, children }: ShellProps) {
  const { tag, labels, other: language } = FINANCE_WORDING[locale]
  const otherTag = FINANCE_WORDING[language.locale].tag
  return html`<!doctype html>${(
      <html lang={tag}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="robots" content="noindex, nofollow" />
          <meta name="color-scheme" content="light dark" />
          <title>{title} · Longhaul</title>
          <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
          <link rel="stylesheet" href="/assets/page.css" />
          <link rel="stylesheet" href="/assets/reconciliation.css" />
          <link rel="stylesheet" href="/assets/finance.css" />
        </head>
        <body>
          <a class="skip" href="#books">
            {labels.skip}
          </a>
          <header class="bar">
            <span class="brand">Longhaul</span>
            {other !== undefined && (
              <a id="language" href={other} lang={otherTag} hreflang={otherTag}>
                {language.name}
              </a>
            )}
          </header>
          {children}
        </body>
      </html>
    )}`
}
