-- Every means of payment of every order, and every refund: a projection of the orders' events, as columns that money is
-- compared by. `external_id` is the platform's reference of a payment.
create table tenders (
  order_id text not null references orders deferrable initially deferred,
  id text not null,
  method text not null,
  -- Null for what no platform of ours takes.
  platform text check (platform in ('stripe', 'alipay', 'wechatpay')),
  -- The stored value that it is taken from.
  account_id text,
  external_id text,
  amount amount not null,
  currency currency not null,
  status text not null,
  -- What arrived; null until something did. Differs from `amount` only for what doesn't fit.
  received amount,
  received_currency currency,
  captured_at timestamptz,
  -- When its platform was last asked to open it, and how its customer goes on there: sealed, kept while it can be paid.
  asked_at timestamptz,
  step bytea,
  primary key (order_id, id)
);
create unique index tenders_by_reference on tenders (platform, external_id) where external_id is not null;

create table refunds (
  order_id text not null,
  id text not null,
  tender_id text not null,
  amount amount not null,
  currency currency not null,
  status text not null,
  -- Of the try that went through.
  external_id text,
  -- The wallet that it went to instead.
  account_id text,
  requested_at timestamptz not null,
  settled_at timestamptz,
  primary key (order_id, id),
  foreign key (order_id, tender_id) references tenders deferrable initially deferred
);
create index refunds_by_state on refunds (status, requested_at);

-- What the shop owes its customers: wallets, points, gift cards. Points count in minor units, too.
create table value_accounts (
  id text primary key,
  kind text not null check (kind in ('wallet', 'gift_card', 'points')),
  -- Null for gift cards, which are whoever's that has the code.
  customer_id text,
  -- Keyed hash of a gift card's code; the code itself is nowhere.
  code_hash bytea unique,
  -- The request that issued the card: its repeat is answered with the same.
  issue_id text,
  currency currency not null,
  balance amount not null default 0,
  -- Part of the balance that orders hold.
  held amount not null default 0,
  -- Nothing new is paid from it then. Null for what lasts.
  expires_at timestamptz,
  -- Ended by hand: whatever comes back to it is paid out again.
  voided_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  check (held <= balance),
  check ((kind = 'gift_card') = (customer_id is null)),
  check ((kind = 'gift_card') = (code_hash is not null)),
  check (kind = 'gift_card' or issue_id is null and expires_at is null and voided_at is null)
);
create unique index value_accounts_by_customer on value_accounts (customer_id, kind, currency) where customer_id is not null;
create index value_accounts_by_issue on value_accounts (issue_id) where issue_id is not null;
create index value_accounts_by_expiry on value_accounts (expires_at) where balance > 0;

-- Held for one tender of one order, until that takes it or lets it go.
create table value_holds (
  order_id text not null,
  tender_id text not null,
  account_id text not null references value_accounts,
  amount amount not null check (amount > 0),
  state text not null check (state in ('held', 'taken', 'released')),
  held_at timestamptz not null default clock_timestamp(),
  primary key (order_id, tender_id)
);
create index value_holds_open on value_holds (held_at) where state = 'held';

-- Every change of a balance, once by its business identity; their sum is the balance.
create table value_movements (
  -- In the order of what happened to one account.
  number bigint generated always as identity primary key,
  key text not null unique,
  account_id text not null references value_accounts,
  -- Above zero came in.
  amount bigint not null check (amount between -1000000000000 and 1000000000000 and amount <> 0),
  kind text not null check (kind in ('credit', 'debit', 'issued', 'voided', 'expired', 'taken', 'refund', 'earned')),
  -- Why finance credited or debited, and what it refers to.
  reason text check (reason in ('top_up', 'goodwill', 'correction', 'promotion')),
  reference text,
  order_id text,
  at timestamptz not null default clock_timestamp(),
  check ((kind in ('credit', 'debit')) = (reason is not null)),
  check ((kind in ('credit', 'issued', 'refund', 'earned')) = (amount > 0)),
  check ((kind in ('taken', 'refund', 'earned')) = (order_id is not null))
);
create index value_movements_by_account on value_movements (account_id, number);
create trigger value_movements_append_only before update or delete or truncate on value_movements
  for each statement execute function refuse_change();

-- What one person wants to give away and may not give alone, until another one asks for the same.
create table value_proposals (
  -- Of the request, by our key.
  fingerprint text primary key,
  -- What was asked for, so that another one can ask for the very same.
  path text not null,
  body jsonb not null,
  -- Id of a key.
  proposed_by text not null,
  proposed_at timestamptz not null default clock_timestamp()
);

-- Not every posting belongs to an order.
alter table ledger_postings alter column order_id drop not null;
