-- Tax that a product's price includes, in basis points.
alter table products add column tax_bps integer not null default 1300 check (tax_bps between 0 and 10000);

-- Whoever wants invoices of an order; the title is personal data and stands in the vault, as `invoice`.
create table invoice_requests (
  order_id text primary key references orders deferrable initially deferred,
  title_kind text not null check (title_kind in ('personal', 'company')),
  requested_at timestamptz not null default clock_timestamp()
);

-- What follows from the order's events once they are asked for: one per merchant for its goods, one of the platform for
-- freight, and red ones that take back.
create table invoices (
  order_id text not null references invoice_requests,
  id text not null,
  kind text not null check (kind in ('blue', 'red')),
  -- Null: the platform's.
  issuer text references merchants,
  -- Of a red one: the invoice that it takes back from.
  blue_id text,
  status text not null default 'requested'
    check (status in ('requested', 'issuing', 'issued', 'failed', 'dropped')),
  currency currency not null,
  -- With tax; below zero on red ones. Sums of the lines.
  amount bigint not null,
  tax bigint not null,
  lines jsonb not null,
  -- Given by the tax office, through the provider or a person.
  number text,
  code text,
  issued_at timestamptz,
  -- How its issuer was called when it was asked for; how it was registered then, and who issued it, is personal data and
  -- stands in the vault, as `seller/<id>`.
  seller text,
  created_at timestamptz not null default clock_timestamp(),
  leased_until timestamptz,
  attempts integer not null default 0,
  handed_over_at timestamptz,
  -- Since when it is a person's matter: nobody else issues it until they say so.
  left_at timestamptz,
  primary key (order_id, id),
  foreign key (order_id, blue_id) references invoices,
  check ((kind = 'red') = (blue_id is not null)),
  check (status = 'dropped' or case kind when 'blue' then amount > 0 and tax >= 0 else amount < 0 and tax <= 0 end),
  check ((status = 'issued') = (number is not null and issued_at is not null)),
  check (status <> 'issued' or seller is not null)
);
create index invoices_waiting on invoices (order_id, created_at)
  where left_at is null and status in ('requested', 'issuing');
create unique index invoices_by_number on invoices (coalesce(code, ''), number) where number is not null;
