alter table stock
  -- Units that are never sold.
  add column safety integer not null default 0 check (safety >= 0),
  -- At so many units to be had, more are asked for, up to the target; null: nobody is asked.
  add column warning_level integer check (warning_level >= 0),
  add column target_level integer check (target_level > warning_level),
  -- Of a SKU that everyone wants at once: units are handed out from so many allotments; zero: from here.
  add column allotments integer not null default 0 check (allotments between 0 and 64),
  -- Units that are promised and, by a count, not there: as many as `reserved` exceeds `on_hand` by.
  add column missing integer not null default 0 check (missing >= 0),
  drop constraint stock_check,
  add constraint stock_never_oversold check (reserved <= on_hand + missing);
create index stock_by_warehouse on stock (warehouse_id, sku);

-- Only a count lets units be missing. Whatever rises pays for them first, and units that leave although they were said to be
-- missing have turned up.
create function pay_missing() returns trigger language plpgsql as $$
begin
  new.on_hand := new.on_hand + least(greatest(0, -new.on_hand), new.missing);
  new.missing := least(new.missing, greatest(0, new.reserved - new.on_hand));
  if new.missing = 0 then
    update tasks set resolved_at = clock_timestamp(), resolution = 'settled'
    where kind = 'STOCK_SHORT' and subject = new.sku || '@' || new.warehouse_id and resolved_at is null;
  end if;
  return new;
end $$;
create trigger stock_missing_paid before update on stock
  for each row when (old.missing > 0 or new.missing > 0) execute function pay_missing();

-- Parts of `reserved` that no order has yet: buyers of a hot SKU take from different rows instead of queueing for one.
create table stock_allotments (
  sku text not null,
  warehouse_id text not null,
  bucket integer not null,
  units integer not null check (units >= 0),
  primary key (sku, warehouse_id, bucket),
  foreign key (sku, warehouse_id) references stock
);

-- One row per fulfillment, line and SKU: lines are split over warehouses and addresses, bundles into components.
alter table reservations
  add column fulfillment_id text,
  -- Units of `quantity` that the stock really holds; the rest waits for goods.
  add column secured integer,
  add column waiting_since timestamptz;
update reservations r set secured = quantity, fulfillment_id = (
  select f->>'id' from orders o, jsonb_array_elements(o.view->'fulfillments') f,
    jsonb_array_elements(f->'items') i
  where o.id = r.order_id and i->>'lineId' = r.line_id limit 1);
alter table reservations
  alter column fulfillment_id set not null,
  alter column secured set not null,
  drop constraint reservations_pkey,
  add primary key (order_id, fulfillment_id, line_id, sku),
  add check (secured between 0 and quantity),
  add check (shipped + freed <= secured or state = 'released'),
  add check ((secured < quantity) = (waiting_since is not null) or state = 'released');
create index reservations_waiting on reservations (sku, warehouse_id, waiting_since)
  where waiting_since is not null and state <> 'released';
-- What a sweep looks through for orders that are over.
create index reservations_idle on reservations (order_id)
  where state <> 'released' and shipped = 0 and freed < quantity;

-- Every change of a shelf that no order made: who, why, from what to what. Append only.
create table stock_changes (
  id bigint generated always as identity primary key,
  sku text not null,
  warehouse_id text not null,
  kind text not null check (kind in ('adjustment', 'count', 'receipt', 'snapshot')),
  reason text not null,
  -- What it came of: a request to the API, a purchase request, or a snapshot.
  reference text not null,
  before integer not null,
  after integer not null,
  -- Units that are promised and not there, after the change.
  short integer not null default 0 check (short >= 0),
  -- Id of the key that asked, or of the system.
  actor text not null,
  at timestamptz not null default clock_timestamp(),
  foreign key (sku, warehouse_id) references stock
);
create index stock_changes_by_stock on stock_changes (sku, warehouse_id, id desc);
create index stock_changes_by_warehouse on stock_changes (warehouse_id, id desc);
create trigger stock_changes_append_only before update or delete or truncate on stock_changes
  for each statement execute function refuse_change();

-- The newest snapshot of each outside system and warehouse; older ones are ignored.
create table stock_snapshots (
  source text not null,
  warehouse_id text not null references warehouses,
  version bigint not null,
  taken_at timestamptz not null,
  -- Whose it is: nobody else's snapshots count under its name.
  owner text not null,
  -- What its sender was answered, for a repeat.
  result jsonb,
  primary key (source, warehouse_id)
);

create table suppliers (
  id text primary key,
  merchant_id text not null references merchants,
  -- From being told to delivery.
  lead_days integer not null check (lead_days between 1 and 365)
);

alter table stock add column supplier_id text references suppliers;

create table purchase_requests (
  id text primary key,
  sku text not null,
  warehouse_id text not null,
  supplier_id text references suppliers,
  quantity integer not null check (quantity > 0),
  received integer not null default 0 check (received >= 0),
  status text not null default 'open' check (status in ('open', 'sent', 'received', 'cancelled')),
  requested_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  -- When its supplier was told, and until when the goods should be here.
  sent_at timestamptz,
  expected_at timestamptz,
  -- A letter to its supplier is on its way, or was: from then on orders don't change the quantity.
  written boolean not null default false,
  closed_at timestamptz,
  check ((status in ('received', 'cancelled')) = (closed_at is not null)),
  -- Its own outbox: how often it changed, which of that its workflow was told, and who is at it.
  revision integer not null default 1,
  told integer not null default 0,
  leased_until timestamptz,
  attempts integer not null default 0,
  foreign key (sku, warehouse_id) references stock
);
-- One open request per SKU and warehouse, whoever asks how often.
create unique index purchase_requests_open on purchase_requests (sku, warehouse_id)
  where status in ('open', 'sent');
create index purchase_requests_waiting on purchase_requests (requested_at) where told < revision;
create index purchase_requests_by_place on purchase_requests (sku, warehouse_id, requested_at desc);
create index purchase_requests_by_time on purchase_requests (requested_at desc, id desc);
create index purchase_requests_by_warehouse on purchase_requests (warehouse_id, requested_at desc, id desc);
