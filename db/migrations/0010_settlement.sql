-- What merchants were told that they have earned, and what they were paid of it.

-- Who wrote a posting: ids are taken in another order than transactions end, so what a statement covers is cut between
-- transactions (`writer` below the oldest one running), never between ids.
alter table ledger_postings add column writer xid8 not null default pg_current_xact_id();
create index ledger_postings_by_writer on ledger_postings (writer, id);

-- What another shop sold is no merchant's earning here.
create index brought_in_by_order on brought_in (order_id);

-- A merchant's statement covers all of its postings `before` an instant that were written below a horizon, but for those
-- that the statement before covers: the ledger and these columns make it again, to the cent.
create table settlements (
  -- As in `aurora-CNY-12`.
  id text primary key,
  merchant_id text not null references merchants,
  currency currency not null,
  -- Consecutive per merchant and currency.
  number integer not null check (number > 0),
  -- Null for the first, which covers all there was.
  starts_at timestamptz,
  ends_at timestamptz not null,
  from_writer xid8,
  to_writer xid8 not null,
  -- Least and greatest posting that it covers, for people; null where nothing moved.
  from_posting bigint,
  to_posting bigint,
  entries integer not null,
  -- SHA-256 over its lines as a CSV file.
  sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  figures jsonb not null,
  -- Id of the key that asked for it; null for the schedule.
  closed_by text,
  closed_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  check ((starts_at is null) = (from_writer is null)),
  check (starts_at < ends_at),
  unique (merchant_id, currency, number),
  unique (merchant_id, currency, ends_at)
);
create index settlements_by_time on settlements (closed_at desc, id desc);

-- At most one of each statement, so that no period is paid twice. Due money stands on the account merchant:<id>:payout.
create table payouts (
  id text primary key references settlements,
  merchant_id text not null references merchants,
  currency currency not null,
  amount amount not null check (amount > 0),
  status text not null default 'due' check (status in ('due', 'paid', 'failed')),
  -- The first of two people where two are needed.
  approved_by text,
  -- Whoever said how it ended.
  decided_by text,
  decided_at timestamptz,
  -- The bank's.
  reference text,
  failure text,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  check ((status = 'due') = (decided_by is null)),
  check ((status = 'due') = (decided_at is null)),
  check ((status = 'paid') = (reference is not null)),
  check ((status = 'failed') = (failure is not null))
);
create index payouts_by_time on payouts (created_at desc, id desc);
create index payouts_due on payouts (created_at, id) where status = 'due';
create unique index payouts_by_reference on payouts (reference) where reference is not null;

-- What is paid is paid.
create function keep_payout() returns trigger language plpgsql as $$
begin
  if old.status <> 'due' or (new.id, new.amount) <> (old.id, old.amount) then
    raise exception 'payout % is decided', old.id using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger payouts_kept before update on payouts for each row execute function keep_payout();
create trigger settlements_append_only before update or delete or truncate on settlements
  for each statement execute function refuse_change();
