-- What platforms and carriers say of our money, held against our own books.

-- A day of a platform, by that platform's calendar.
create table reconciliations (
  platform text not null,
  day date not null,
  status text not null check (status in ('waiting', 'missing', 'done')),
  -- As of which moment it was judged last.
  as_of timestamptz not null,
  lines integer not null default 0,
  primary key (platform, day)
);

-- Statements as they came; what moved, once by the platform's own id of the movement.
create table statement_lines (
  platform text not null,
  id text not null,
  day date not null,
  kind text not null check (kind in (
    'capture', 'refund', 'refund_returned', 'dispute', 'dispute_returned', 'fee', 'fee_returned',
    'payout', 'payout_returned'
  )),
  -- The platform's reference of the payment; empty for a fee of no payment.
  external_id text not null,
  -- Empty for all but refunds.
  external_refund_id text not null,
  amount amount not null,
  currency currency not null,
  at timestamptz not null,
  primary key (platform, id)
);
create index statement_lines_by_day on statement_lines (platform, day, kind, external_id, external_refund_id, currency);
create index statement_lines_by_payment on statement_lines (platform, external_id);
create trigger statement_lines_append_only before update or delete or truncate on statement_lines
  for each statement execute function refuse_change();

create index tenders_by_capture on tenders (platform, captured_at) where received is not null;
create index refunds_by_settlement on refunds (settled_at) where settled_at is not null;

-- Cash that carriers take at the door, per parcel, until they pay it over: a projection of the orders' events.
create table carrier_cash (
  order_id text not null references orders deferrable initially deferred,
  parcel_id text not null,
  carrier text not null,
  tender_id text not null,
  currency currency not null,
  collected amount not null,
  collected_at timestamptz not null,
  remitted amount not null default 0,
  remitted_at timestamptz,
  -- Given up as never to be paid over.
  written_off amount not null default 0,
  primary key (order_id, parcel_id)
);
create index carrier_cash_owed on carrier_cash (collected_at, order_id, parcel_id)
  where remitted + written_off < collected;
create index carrier_cash_by_day on carrier_cash (collected_at);
create index carrier_cash_by_remittance on carrier_cash (remitted_at) where remitted_at is not null;

-- What a carrier paid over at once, by its own reference.
create table remittances (
  id text primary key,
  carrier text not null,
  reference text not null,
  currency currency not null,
  at timestamptz not null,
  -- Of what it said, so that another content under the same reference is noticed.
  fingerprint text not null,
  -- A carrier's own word is a claim: it stands in no account until finance has seen the money, or has not.
  status text not null check (status in ('claimed', 'recorded', 'rejected')),
  recorded_by text not null,
  recorded_at timestamptz not null,
  -- Who of finance decided on a claim, and when.
  decided_by text,
  decided_at timestamptz,
  unique (carrier, reference),
  check ((decided_by is null) = (decided_at is null)),
  check (status <> 'rejected' or decided_by is not null),
  check (status <> 'claimed' or decided_by is null)
);
create index remittances_by_recording on remittances (recorded_at, id);
create index remittances_claimed on remittances (recorded_at, id) where status = 'claimed';

create table remittance_lines (
  remittance_id text not null references remittances,
  line integer not null,
  waybill text not null,
  amount amount not null,
  -- Null where no parcel of ours has that waybill.
  order_id text,
  parcel_id text,
  -- What of it the order hears of as cash that it knows of.
  told amount not null,
  -- What finance is asked of it.
  item_kind text,
  primary key (remittance_id, line)
);
create index remittance_lines_by_parcel on remittance_lines (order_id, parcel_id);

-- What a platform settled to our bank, where its statements don't tell of that: finance reads it from the bank's.
create table platform_payouts (
  id text primary key,
  platform text not null check (platform in ('alipay', 'wechatpay')),
  -- The bank's or the platform's own, once per platform.
  reference text not null,
  -- On which it came, by the bank.
  day date not null,
  amount amount not null check (amount > 0),
  currency currency not null,
  -- Of what was told, so that another content under the same reference is noticed.
  fingerprint text not null,
  recorded_by text not null,
  recorded_at timestamptz not null,
  -- The bank gave it back, or it never came.
  returned_by text,
  returned_at timestamptz,
  unique (platform, reference),
  check ((returned_by is null) = (returned_at is null))
);
create index platform_payouts_by_recording on platform_payouts (recorded_at, id);

-- Where two books differ, until a person or a later comparison closes it. `key` is what differs, so that it is opened once.
create table finance_items (
  id text primary key,
  key text not null unique,
  kind text not null check (kind in ('MISSING_HERE', 'MISSING_THERE', 'AMOUNT_DIFFERS', 'REPEATED')),
  -- A platform, or a carrier.
  party text not null,
  movement text not null,
  -- Of the payment, or the waybill.
  reference text not null,
  refund_reference text not null default '',
  -- By the calendar of whoever tells of it.
  day date not null,
  order_id text,
  expected amount,
  expected_currency currency,
  actual amount,
  actual_currency currency,
  -- What of it stands in suspense in the ledger, in the currency of `actual`; below zero where we have more than they say.
  suspended bigint not null default 0,
  state text not null check (state in ('open', 'resolved')),
  owner text,
  resolution text,
  opened_at timestamptz not null,
  resolved_at timestamptz,
  -- How many entries its history has.
  version integer not null,
  check ((state = 'resolved') = (resolution is not null)),
  check ((state = 'resolved') = (resolved_at is not null))
);
create index finance_items_open on finance_items (opened_at, id) where state = 'open';
create index finance_items_open_by_party on finance_items (party, id) where state = 'open';
create index finance_items_by_opening on finance_items (opened_at, id);
create index finance_items_by_day on finance_items (day);

-- Who did what with it, and when.
create table finance_item_history (
  item_id text not null references finance_items,
  version integer not null,
  at timestamptz not null,
  actor text not null,
  what text not null check (what in ('opened', 'changed', 'reopened', 'assigned', 'resolved')),
  detail jsonb not null,
  primary key (item_id, version)
);
create trigger finance_item_history_append_only before update or delete or truncate on finance_item_history
  for each statement execute function refuse_change();

-- Exports go by time of posting.
create index ledger_postings_by_time on ledger_postings (at, id);
create index ledger_entries_by_merchant on ledger_entries (merchant_id, posting_id) where merchant_id is not null;
