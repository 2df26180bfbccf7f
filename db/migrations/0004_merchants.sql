-- Not only orders are made under a key.
alter table idempotency_keys rename column order_id to subject;

-- Merchants apply and are approved before anything of theirs is sold.
alter table merchants
  add column status text not null default 'approved'
    check (status in ('applied', 'approved', 'rejected', 'suspended')),
  add column applied_at timestamptz not null default clock_timestamp(),
  add column decided_at timestamptz,
  -- The customer who applied; null where the platform's own people did, or an order from elsewhere.
  add column applied_by text;
create index merchants_by_applicant on merchants (applied_by) where applied_by is not null;
create index merchants_by_status on merchants (status, id);

-- Where goods leave from, and until when on a day. Nothing is known of a warehouse without a place but that it ships.
alter table warehouses
  add column country text check (country ~ '^[A-Z]{2}$'),
  add column region text,
  add column city text,
  -- Orders placed until then are handled from the same day on; local time in the zone.
  add column cutoff time not null default '16:00',
  add column time_zone text not null default 'Asia/Shanghai',
  add column handling_days integer not null default 1 check (handling_days between 0 and 60),
  add column active boolean not null default true,
  add check (num_nulls(country, region, city) in (0, 3));
create index warehouses_by_merchant on warehouses (merchant_id, id);

-- What a warehouse's parcels cost to get somewhere, and how long it takes. The most particular rule counts.
create table freight_rules (
  id text primary key,
  merchant_id text not null references merchants,
  -- Null: from each of the merchant's warehouses.
  warehouse_id text references warehouses,
  -- Null: to everywhere; a region only within its country.
  country text check (country ~ '^[A-Z]{2}$'),
  region text check (region is null or country is not null),
  carrier text not null,
  -- Grams that the first fee covers; each begun step beyond costs the step fee.
  first_grams integer not null check (first_grams > 0),
  first_fee amount not null,
  step_grams integer not null check (step_grams > 0),
  step_fee amount not null,
  -- Working days on the way.
  transit_min integer not null check (transit_min between 0 and 90),
  transit_max integer not null check (transit_max between transit_min and 90)
);
create unique index freight_rules_by_place on freight_rules
  (merchant_id, coalesce(warehouse_id, ''), coalesce(country, ''), coalesce(region, ''), carrier);

-- What a member of a merchant's team is trusted with; null: everything that its role may do.
alter table api_keys
  add column permissions text[],
  -- The member of a merchant's team, or else the key, that made it; null: whoever runs the platform.
  add column made_by text;
create index api_keys_by_maker on api_keys (made_by) where made_by is not null;

create table merchant_members (
  id text primary key,
  merchant_id text not null references merchants,
  api_key_id text not null references api_keys,
  joined_at timestamptz not null default clock_timestamp(),
  left_at timestamptz
);
create index merchant_members_by_merchant on merchant_members (merchant_id, id);
create index api_keys_by_subject on api_keys (subject, role) where subject is not null;

-- How merchants, members and suppliers are reached: personal data, sealed like that of customers.
create table contacts (
  -- As in `merchant:aurora`.
  subject text not null references vault_keys on delete cascade,
  name text not null,
  sealed bytea not null,
  primary key (subject, name)
);
