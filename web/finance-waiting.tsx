import { Card, partyName } from './finance-sheet.tsx'
import type { Sheet } from './finance-sheet.tsx'
import type { FinanceView } from './finance-view.ts'

type Waiting = FinanceView['waiting'][number]

/** What only finance can decide, oldest first, and the requests that do so: this page makes none. */
export function WaitingList(sheet: Sheet) {
  const { view, words } = sheet
  const { labels } = words
  const { moreWaiting } = view.paths
  return (
    <Card id="waiting" title={labels.waiting}>
      {view.waiting.length === 0 ? (
        <p class="lead">{labels.nothingWaits}</p>
      ) : (
        <>
          <p class="also">{labels.answered}</p>
          <ol class="matters">
            {view.waiting.map((one) => (
              <Matter {...sheet} one={one} />
            ))}
          </ol>
        </>
      )}
      {moreWaiting !== undefined && (
        <p class="also">
          <a href={moreWaiting}>{labels.moreWaiting}</a>
        </p>
      )}
    </Card>
  )
}

/** What it is and of whom beside its sum, and its answers beside or below. */
function Matter({ view, words, money, when, one }: Sheet & { one: Waiting }) {
  const { kind, code, notBy, party, orderNo, reference } = one
  const names = [party && partyName({ view, words }, party), orderNo, reference, code]
  return (
    <li>
      <h3>{words.waiting[kind]}</h3>
      <p class="amount">{one.money === null ? '–' : money(one.money.amount, one.money.currency)}</p>
      <div class="facts">
        <p>{names.filter((name) => name !== null).join(' · ')}</p>
        <p>
          {words.days(one.ageDays)} · <time datetime={one.since}>{when(one.since)}</time>
        </p>
        {notBy !== null && <p>{words.notBy(notBy)}</p>}
      </div>
      <Answers answers={one.answers} />
    </li>
  )
}

/** Each address once, with the bodies that it takes where they are known. */
function Answers({ answers }: Pick<Waiting, 'answers'>) {
  const paths = [...new Set(answers.map(({ path }) => path))]
  const bodiesOf = (path: string) =>
    answers.flatMap(({ path: of, body }) => (of === path && body ? JSON.stringify(body) : []))
  return (
    <ul class="answers">
      {paths.map((path) => (
        <li>
          <code>POST {foldable(path)}</code>
          {bodiesOf(path).map((body) => (
            <code class="body">{foldable(body)}</code>
          ))}
        </li>
      ))}
    </ul>
  )
}

/** Long ones go on in the next line between their parts. */
const foldable = (text: string) =>
  text.split(/(?<=[/,])/).map((part) => (
    <>
      {part}
      <wbr />
    </>
  ))
