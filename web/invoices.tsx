import type { Shown } from './tracked.ts'

/** Invoices of the order, each to be opened once it is issued. */
export function Invoices({ tracked, setting, words, format }: Shown) {
  if (tracked.invoices.length === 0) return null
  const query = new URLSearchParams({ token: setting.token }).toString()
  return (
    <>
      <h3>{words.labels.invoices}</h3>
      <ul class="lines">
        {tracked.invoices.map(({ kind, issuer, amount, pdf }) => (
          <li>
            <span>
              {pdf === undefined ? (
                issuer
              ) : (
                <a href={`${pdf}?${query}`} target="_blank" rel="noopener noreferrer">
                  {issuer}
                  <span class="unseen"> {words.labels.newTab}</span>
                </a>
              )}
              <span class="state">{words.invoice[pdf === undefined ? 'underWay' : kind]}</span>
            </span>
            <span class="amount">{format.money(amount)}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
