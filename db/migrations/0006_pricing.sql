-- What is known of customers beside their orders; who isn't here is no member.
create table customers (
  id text primary key,
  member_tier text,
  updated_at timestamptz not null default clock_timestamp()
);

-- Rules of price, each version as it was: orders name the version that they were priced by.
create table promotions (
  id text not null,
  version integer not null check (version > 0),
  -- Null: the platform's.
  merchant_id text references merchants,
  currency currency not null,
  -- `Promotion` of `domain/promotion.ts`.
  rule jsonb not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  -- Of one promotion, only the newest version is live, and none once it was ended.
  live boolean not null default true,
  ended_at timestamptz check (ended_at is null or not live),
  created_at timestamptz not null default clock_timestamp(),
  primary key (id, version)
);
create unique index promotions_live on promotions (id) where live;
create index promotions_by_merchant on promotions (merchant_id, id) where live;
create index promotions_by_end on promotions (ends_at) where live;

create table coupons (
  id text primary key,
  -- Those made by one request have one.
  issue_id text not null,
  -- What is typed in; upper case.
  code text not null unique check (code = upper(code)),
  promotion_id text not null,
  -- Null: whoever has the code.
  customer_id text,
  valid_from timestamptz not null,
  valid_until timestamptz not null check (valid_until > valid_from),
  state text not null default 'available' check (state in ('available', 'locked', 'used', 'withdrawn')),
  -- The order that locked or used it.
  order_id text,
  check ((state in ('locked', 'used')) = (order_id is not null))
);
create index coupons_by_customer on coupons (customer_id, valid_until desc, id desc);
create index coupons_by_issue on coupons (issue_id);
create index coupons_by_order on coupons (order_id) where order_id is not null;
create index coupons_locked on coupons (id) where state = 'locked';

-- One coupon, one order: whoever holds it gives it back before another one has it.
create function refuse_second_holder() returns trigger language plpgsql as $$
begin
  raise exception 'coupon % is held by another order', old.id using errcode = 'integrity_constraint_violation';
end $$;
create trigger coupons_held_once before update on coupons for each row
  when (old.order_id <> new.order_id) execute function refuse_second_holder();
