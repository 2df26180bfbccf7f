import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { booking, openReceiver, openSandbox, refOf, tender } from './support.ts'

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'sandbox-'))
  onTestFinished(() => rmSync(path, { recursive: true }))
  return path
}

test('money, parcels and used keys outlive the process', async () => {
  const dataDir = folder()
  const before = await openSandbox({ dataDir })
  const request = tender()
  const opened = await before.payments.open(request)
  await before.control.pay(opened)
  const parcel = booking()
  const booked = await before.carrier.book(parcel)
  await before.control.scan(booked.waybill, { code: 'picked_up' })
  const ledger = await before.control.ledger()
  await before.close()

  const after = await openSandbox({ dataDir })
  expect(await after.payments.open(request)).toEqual(opened)
  expect(await after.payments.look(refOf(request, opened))).toMatchObject({ status: 'captured' })
  expect(await after.carrier.book(parcel)).toEqual(booked)
  expect(await after.carrier.track(booked.waybill)).toMatchObject([{ code: 'picked_up' }])
  expect(await after.control.ledger()).toEqual(ledger)
})

test('an event nobody took is delivered after the restart', async () => {
  const dataDir = folder()
  const before = await openSandbox({ dataDir })
  await before.control.pay(await before.payments.open(tender()))
  const [pending] = await before.control.events()
  expect(pending.status).toBe('pending')
  await before.close()

  const receiver = await openReceiver()
  await openSandbox({ dataDir, webhookBaseUrl: receiver.url })
  const [received] = await receiver.count(1)
  expect(JSON.parse(received?.body ?? '').id).toBe(pending.id)
})

test('a line torn by a kill is cut off, and what follows it is kept', async () => {
  const dataDir = folder()
  const first = await openSandbox({ dataDir })
  await first.payments.open(tender())
  await first.close()
  appendFileSync(join(dataDir, 'journal.jsonl'), '[{"kind":"intent","id":"pi_torn","val')

  const second = await openSandbox({ dataDir })
  const request = tender()
  const opened = await second.payments.open(request)
  await second.close()

  const third = await openSandbox({ dataDir })
  expect(await third.payments.look(refOf(request, opened))).toMatchObject({ status: 'open' })
})

test("the journal holds no customer's name or address", async () => {
  const dataDir = folder()
  const { carrier } = await openSandbox({ dataDir })
  await carrier.book(booking())
  expect(readFileSync(join(dataDir, 'journal.jsonl'), 'utf8')).not.toMatch(/王小明|科技园|138001/)
})
