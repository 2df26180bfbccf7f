import type { Child } from 'hono/jsx'
import type { Locale } from '../domain/locale.ts'
import { Deliveries } from './deliveries.tsx'
import { formatFor } from './format.ts'
import { Hero } from './hero.tsx'
import { Happened } from './happened.tsx'
import { aheadOf } from './next.ts'
import { OrderTime } from './order-time.tsx'
import { Payment, paymentSaid } from './paying.tsx'
import { Summary } from './summary.tsx'
import { pathOf } from './path.ts'
import type { Setting, Tracked } from './tracked.ts'
import { WORDING } from './wording.ts'
import type { Next } from './wording.ts'

/**
 * The page of one order: complete without a script; with one it follows the order's stream and takes over, part by
 * part, what a new rendering has changed.
 */
export function TrackingPage({ tracked, setting }: { tracked: Tracked; setting: Setting }) {
  const { order, entries, actions } = tracked
  const { locale, timeZone } = setting
  const words = WORDING[locale]
  const { currency } = order
  const format = formatFor({ locale, tag: words.tag, timeZone, currency, now: tracked.now })
  const ahead = aheadOf(tracked, words, format)
  const shown = { tracked, setting, words, format }
  const live = order.archivedAt === undefined
  return (
    <Shell
      locale={locale}
      title={`${words.labels.order} ${order.no}`}
      switchTo={pathOf(order.id, setting, { locale: words.other.locale })}
    >
      {actions.includes('fast-forward') && <OrderTime {...shown} />}
      <main
        id="order"
        tabindex={-1}
        data-page={pathOf(order.id, setting)}
        data-unanswered={words.labels.unanswered}
        data-announce={`${ahead.title}. ${ahead.text}`}
        data-payment={paymentSaid(shown)}
        data-events={Object.keys(words.happened).join(' ')}
        {...(live && {
          'data-stream': `/v1/orders/${order.id}/stream?token=${encodeURIComponent(setting.token)}`,
          'data-after': entries.at(-1)?.seq ?? 0,
        })}
      >
        <Told {...setting} />
        <Hero {...shown} ahead={ahead} />
        <Payment {...shown} />
        <div class="columns">
          <Deliveries {...shown} />
          <Summary {...shown} />
          <Happened {...shown} />
        </div>
      </main>
      <footer id="foot">{words.zone(timeZone)}</footer>
    </Shell>
  )
}

function Told({ told }: Setting) {
  return (
    <div id="told" role="alert">
      {told !== undefined && <p class={`told ${told.tone}`}>{told.text}</p>}
    </div>
  )
}

/** What stands in the order's place: a link that opens nothing, or trouble of ours. */
export function NoticePage({ locale, notice }: { locale: Locale; notice: Next }) {
  return (
    <Shell locale={locale} title={notice.title}>
      <main id="order" tabindex={-1}>
        <section class="card notice">
          <h1>{notice.title}</h1>
          <p class="lead">{notice.text}</p>
        </section>
      </main>
    </Shell>
  )
}

type ShellProps = { locale: Locale; title: string; switchTo?: string; children: Child }

function Shell({ locale, title, switchTo, children }: ShellProps) {
  const { tag, labels, other } = WORDING[locale]
  return (
    <html lang={tag}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="color-scheme" content="light dark" />
        <title>{title}</title>
        <link rel="icon" href="/assets/icon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/assets/page.css" />
        <script src="/assets/follow.js" type="module"></script>
      </head>
      <body>
        <a class="skip" href="#order">
          {labels.skip}
        </a>
        <header class="bar">
          <span class="brand">Longhaul</span>
          <span
            id="live"
            hidden
            data-live={labels.live}
            data-reconnecting={labels.reconnecting}
          ></span>
          {switchTo !== undefined && (
            <a
              id="language"
              href={switchTo}
              lang={WORDING[other.locale].tag}
              hreflang={WORDING[other.locale].tag}
            >
              {other.name}
            </a>
          )}
        </header>
        <p id="said" class="unseen" role="status"></p>
        {children}
      </body>
    </html>
  )
}
