import { ActionForm, Cancel } from './hero.tsx'
import { QrCode } from './qr.tsx'
import type { Paying, PayPart, Shown } from './tracked.ts'

/** What is to be paid, part by part, and how to go on with each; there, but hidden, where nothing is. */
export function Payment(shown: Shown) {
  const { tracked, words, format } = shown
  const { paying, order } = tracked
  if (paying === undefined) return <section id="paying" hidden></section>
  return (
    <section id="paying" class="card" aria-labelledby="paying-title">
      <h2 id="paying-title">{words.pay.title}</h2>
      <p class="until">{words.pay.until(format.when(order.payBy))}</p>
      <Parts {...shown} of={paying.parts} />
      <Go {...shown} paying={paying} />
      {paying.also.length > 0 && (
        <>
          <p class="until">{words.pay.also}</p>
          <Parts {...shown} of={paying.also} />
        </>
      )}
      <div class="actions">
        <Otherwise {...shown} paying={paying} />
        <Cancel {...shown} />
      </div>
    </section>
  )
}

/** The same in a line, for who hears the page. */
export const paymentSaid = ({ tracked, words, format }: Omit<Shown, 'setting'>): string =>
  (tracked.paying?.parts ?? [])
    .map((part) => {
      const { method, amount, step } = part
      const name = words.method[method]
      const told = step?.type === 'scan' ? words.pay.code(name, format.money(amount)) : undefined
      return `${name} ${format.money(amount)}: ${told ?? stateOf(part, words.pay)}.`
    })
    .join(' ')

function stateOf({ method, state, declined }: PayPart, words: Shown['words']['pay']): string {
  if (declined) return words.declined
  return method === 'cod' && state === 'let_go' ? words.doorAgain : words.states[state]
}

function Parts({ of, ...shown }: Shown & { of: readonly PayPart[] }) {
  const { words, format } = shown
  return (
    <ul class="lines">
      {of.map((part) => (
        <li class="part">
          <span>
            {words.method[part.method]}
            <span class="state">{stateOf(part, words.pay)}</span>
          </span>
          <span class="amount">{format.money(part.amount)}</span>
          <Step {...shown} part={part} />
        </li>
      ))}
    </ul>
  )
}

function Step({ part, ...shown }: Shown & { part: PayPart }) {
  const { words, format } = shown
  const { method, amount, step } = part
  const name = words.method[method]
  switch (step?.type) {
    case undefined:
      return null
    case 'redirect':
      return (
        <div class="step">
          <a class="button main" href={step.url} rel="noreferrer">
            {words.pay.toPage(name)}
          </a>
        </div>
      )
    case 'scan':
      return (
        <div class="step">
          <QrCode text={step.code} label={words.pay.code(name, format.money(amount))} />
          <p>{words.pay.scan(name)}</p>
          <TestPayment {...shown} part={part} />
        </div>
      )
    case 'confirm':
      return (
        <div class="step">
          <TestPayment {...shown} part={part} otherwise={words.pay.inShop} />
        </div>
      )
  }
}

/** Pays at the platform's stand-in, where there is one. */
function TestPayment({ part, otherwise, ...shown }: Shown & { part: PayPart; otherwise?: string }) {
  const { tracked, words } = shown
  if (!tracked.actions.includes('pay-test'))
    return otherwise === undefined ? null : <p>{otherwise}</p>
  return (
    <PayForm {...shown} action="pay-test">
      <input type="hidden" name="tender" value={part.tenderId} />
      <button class={part.method === 'card' ? 'main' : ''}>{words.action['pay-test']}</button>
      <small>{words.labels.testPayment}</small>
    </PayForm>
  )
}

function PayForm({
  action,
  children,
  ...shown
}: Shown & { action: 'pay' | 'pay-test' | 'pay-otherwise'; children: unknown }) {
  const { tracked, setting } = shown
  const { order, paying } = tracked
  return (
    <ActionForm orderId={order.id} setting={setting} seen={order.size} action={action}>
      <input type="hidden" name="tried" value={paying?.tried ?? ''} />
      {children}
    </ActionForm>
  )
}

/** Opens what was chosen. A test card needs no second press. */
function Go({ paying, ...shown }: Shown & { paying: Paying }) {
  const { tracked, words } = shown
  if (!tracked.actions.includes('pay')) {
    const card = paying.parts.find(({ method, step }) => method === 'card' && step === undefined)
    return card === undefined ? null : (
      <div class="step">
        <TestPayment {...shown} part={card} otherwise={words.pay.inShop} />
      </div>
    )
  }
  const isAsked = paying.parts.some(({ state }) => state === 'waiting')
  return (
    <div class="step">
      <PayForm {...shown} action="pay">
        <button class="main">{isAsked ? words.pay.again : words.action.pay}</button>
      </PayForm>
    </div>
  )
}

function Otherwise({ paying, ...shown }: Shown & { paying: Paying }) {
  const { words, format } = shown
  const { offers, rest, parts, kept, cashFee } = paying
  if (offers.length === 0) return null
  const keeps = parts.some(({ tenderId, method }) => kept.includes(tenderId) && method !== 'cod')
  return (
    <details id="otherwise">
      <summary>{words.action['pay-otherwise']} …</summary>
      <PayForm {...shown} action="pay-otherwise">
        <input type="hidden" name="kept" value={kept.join(' ')} />
        <fieldset>
          <legend>{words.pay.otherwise(format.money(rest))}</legend>
          {offers.map((method, i) => (
            <label>
              <input type="radio" name="method" value={method} required checked={i === 0} />
              {words.method[method]}
              {method === 'cod' && cashFee > 0 && (
                <small>{words.pay.more(format.money(cashFee))}</small>
              )}
            </label>
          ))}
        </fieldset>
        {keeps && <p>{words.pay.keeps}</p>}
        <button>{words.pay.choose}</button>
      </PayForm>
    </details>
  )
}
