-- Amounts are bigint minor units with a currency beside them; times are timestamptz; ids are opaque text.

create domain amount as bigint check (value between 0 and 1000000000000);
create domain currency as text check (value ~ '^[A-Z]{3}$');

-- Catalogue ------------------------------------------------------------------------------------------------

create table merchants (
  id text primary key,
  name text not null,
  commission_bps integer not null check (commission_bps between 0 and 10000),
  -- Flat freight of one fulfillment.
  freight amount not null,
  currency currency not null
);

create table warehouses (
  id text primary key,
  merchant_id text not null references merchants,
  name text not null
);

create table products (
  sku text primary key,
  merchant_id text not null references merchants,
  name text not null,
  price amount not null,
  currency currency not null,
  weight_grams integer not null check (weight_grams > 0),
  image text,
  active boolean not null default true
);
create index products_by_merchant on products (merchant_id, sku);

-- Stock ----------------------------------------------------------------------------------------------------

-- Never oversold, never negative: whatever code does, these checks hold.
create table stock (
  sku text not null references products,
  warehouse_id text not null references warehouses,
  on_hand integer not null check (on_hand >= 0),
  reserved integer not null default 0 check (reserved >= 0),
  primary key (sku, warehouse_id),
  check (reserved <= on_hand)
);

-- Held while its order may still be paid (orders.pay_by), committed once it is; the order's events move it, nothing else.
create table reservations (
  order_id text not null,
  line_id text not null,
  sku text not null,
  warehouse_id text not null,
  quantity integer not null check (quantity > 0),
  shipped integer not null default 0 check (shipped >= 0),
  returned integer not null default 0 check (returned >= 0),
  -- Units given up while the rest of the line goes on.
  freed integer not null default 0 check (freed >= 0),
  state text not null check (state in ('held', 'committed', 'released')),
  primary key (order_id, line_id),
  foreign key (sku, warehouse_id) references stock,
  check (shipped + freed <= quantity and returned <= shipped),
  check (state = 'committed' or shipped = 0)
);
create index reservations_by_stock on reservations (sku, warehouse_id);

-- Orders: the read model, a fold of the event log written with it in one transaction --------------------------

create table orders (
  id text primary key,
  no text not null unique,
  customer_id text not null,
  status text not null,
  payment_status text not null,
  fulfillment_status text not null,
  after_sales_status text not null,
  currency currency not null,
  payable amount not null,
  placed_at timestamptz not null,
  pay_by timestamptz not null,
  archived_at timestamptz,
  needs_attention boolean not null default false,
  -- Something recorded calls for an effect; if that lasts, the workflow is told once per state to look.
  owes_effects boolean not null default false,
  nudged_seq integer not null default 0,
  -- Last number of the public, gapless timeline, and of the order's own stream.
  seq integer not null,
  stream_seq integer not null,
  -- How far the order's clock was moved ahead of the wall clock; zero in production.
  clock_offset interval not null default '0',
  -- The whole order as folded from its events.
  view jsonb not null,
  updated_at timestamptz not null
);
create index orders_by_customer on orders (customer_id, placed_at desc, id desc);
create index orders_by_placing on orders (placed_at desc, id desc);
create index orders_by_status on orders (status, placed_at desc, id desc);
create index orders_owing on orders (updated_at) where owes_effects;
create index orders_open on orders (placed_at) where archived_at is null;

create table order_merchants (
  order_id text not null references orders,
  merchant_id text not null references merchants,
  warehouse_id text not null references warehouses,
  placed_at timestamptz not null,
  primary key (order_id, merchant_id, warehouse_id)
);
create index order_merchants_by_merchant on order_merchants (merchant_id, placed_at desc, order_id desc);
create index order_merchants_by_warehouse on order_merchants (warehouse_id, placed_at desc, order_id desc);

-- The event log: append only. `position` and `writer` let a feed read below the oldest running transaction. ----

create table events (
  stream text not null,
  stream_seq integer not null check (stream_seq > 0),
  order_id text not null references orders deferrable initially deferred,
  seq integer not null check (seq > 0),
  type text not null,
  at timestamptz not null,
  data jsonb not null,
  recorded_at timestamptz not null default clock_timestamp(),
  position bigint generated always as identity,
  writer xid8 not null default pg_current_xact_id(),
  primary key (stream, stream_seq),
  unique (order_id, seq)
);
create unique index events_by_position on events (position);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append only', tg_table_name using errcode = 'integrity_constraint_violation';
end $$;

create trigger events_append_only before update or delete or truncate on events
  for each statement execute function refuse_change();

-- Ledger: double entry, append only, balanced per posting and currency ---------------------------------------

create table ledger_postings (
  id bigint generated always as identity primary key,
  -- Business identity of the posting, so that it is posted once.
  key text not null unique,
  kind text not null,
  order_id text not null,
  at timestamptz not null
);
create index ledger_postings_by_order on ledger_postings (order_id);

create table ledger_entries (
  posting_id bigint not null references ledger_postings,
  line integer not null,
  account text not null,
  side text not null check (side in ('D', 'C')),
  amount amount not null check (amount > 0),
  currency currency not null,
  merchant_id text,
  primary key (posting_id, line)
);
create index ledger_entries_by_account on ledger_entries (account);

create trigger ledger_postings_append_only before update or delete or truncate on ledger_postings
  for each statement execute function refuse_change();
create trigger ledger_entries_append_only before update or delete or truncate on ledger_entries
  for each statement execute function refuse_change();

create function refuse_unbalanced() returns trigger language plpgsql as $$
begin
  if exists (
    select from ledger_entries where posting_id = new.posting_id
    group by currency having sum(case side when 'D' then amount else -amount end) <> 0
  ) then
    raise exception 'posting % does not balance', new.posting_id using errcode = 'check_violation';
  end if;
  return null;
end $$;

create constraint trigger ledger_balanced after insert on ledger_entries
  deferrable initially deferred for each row execute function refuse_unbalanced();

-- Parcels and their scans ------------------------------------------------------------------------------------

create table parcels (
  order_id text not null references orders,
  id text not null,
  carrier text not null,
  waybill text not null,
  booked_at timestamptz not null,
  primary key (order_id, id)
);
-- Carriers recycle waybill numbers, so the newest booking is the one meant.
create index parcels_by_waybill on parcels (carrier, waybill, booked_at desc);

create table scans (
  key text primary key,
  order_id text not null,
  parcel_id text not null,
  code text not null,
  occurred_at timestamptz not null,
  location text,
  received_at timestamptz not null default clock_timestamp(),
  foreign key (order_id, parcel_id) references parcels
);
create index scans_by_parcel on scans (order_id, parcel_id, occurred_at);

-- Tasks for people ---------------------------------------------------------------------------------------------

-- Order tasks mirror events; a report that finds no order raises a task of its own.
create table tasks (
  id text primary key,
  order_id text,
  kind text not null,
  subject text not null,
  code text,
  raised_at timestamptz not null,
  resolved_at timestamptz,
  resolution text
);
create index tasks_open on tasks (raised_at, id) where resolved_at is null;

-- Doors -------------------------------------------------------------------------------------------------------

create table idempotency_keys (
  principal text not null,
  key text not null,
  fingerprint text not null,
  order_id text not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (principal, key)
);

create table api_keys (
  id text primary key,
  secret_hash bytea not null,
  role text not null check (role in
    ('customer', 'merchant', 'warehouse', 'carrier', 'support', 'finance', 'admin')),
  -- The customer, merchant, warehouse or carrier that the key speaks for; null for the platform's own roles.
  subject text,
  expires_at timestamptz,
  revoked_at timestamptz,
  check ((role in ('support', 'finance', 'admin')) = (subject is null))
);

-- Relays: what must reach Temporal or a mailbox although a process died in between ----------------------------

create table outbox (
  order_id text primary key references orders,
  start jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  leased_until timestamptz,
  attempts integer not null default 0,
  started_at timestamptz
);
create index outbox_waiting on outbox (created_at) where started_at is null;

create table inbox (
  source text not null,
  event_id text not null,
  -- Null where the report names nothing we know.
  order_id text,
  kind text not null,
  payload jsonb not null,
  -- Order of arrival; reports for one order are relayed in it.
  position bigint generated always as identity,
  received_at timestamptz not null default clock_timestamp(),
  leased_until timestamptz,
  attempts integer not null default 0,
  relayed_at timestamptz,
  -- Why it was put aside instead of relayed.
  set_aside text,
  primary key (source, event_id)
);
create index inbox_waiting on inbox (order_id, position) where relayed_at is null and set_aside is null;

create table notices (
  id text primary key,
  order_id text not null references orders,
  template text not null,
  -- One notice per meaning, whoever records it how often.
  key text not null unique,
  detail jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  leased_until timestamptz,
  attempts integer not null default 0,
  handed_over_at timestamptz,
  status text not null default 'queued' check (status in ('queued', 'sent', 'failed')),
  sent_at timestamptz
);
create index notices_waiting on notices (order_id, created_at) where handed_over_at is null;

-- Personal data: encrypted, one key per customer; deleting the key erases ---------------------------------------

create table vault_keys (
  customer_id text primary key,
  -- The data key of a customer (or issuer of invoices), wrapped by the service key.
  wrapped bytea not null,
  created_at timestamptz not null default clock_timestamp()
);

create table vault (
  order_id text not null,
  -- 'contact', 'invoice' (its title), 'seller/<invoice>', or an address id.
  name text not null,
  customer_id text not null references vault_keys on delete cascade,
  sealed bytea not null,
  primary key (order_id, name)
);
