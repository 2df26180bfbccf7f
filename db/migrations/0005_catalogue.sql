-- Latin words by their English stems, none left out; everything else as it is. What a word is, `domain/search.ts` says.
create text search dictionary english_stems (template = snowball, language = english);
create text search configuration shop_words (copy = simple);
alter text search configuration shop_words alter mapping for asciiword with english_stems;

create table categories (
  id text primary key,
  parent_id text references categories,
  name_en text not null,
  name_zh text not null,
  -- Attributes that its products have, those of its parents included in reading: `domain/catalog.ts`.
  attributes jsonb not null default '[]',
  -- Changed, and its products behind this SKU don't show it yet: `db/reindex.ts`; null: all of them do.
  indexed_to text
);
create index categories_stale on categories (id) where indexed_to is not null;

alter table products
  add column category_id text references categories,
  add column description text not null default '',
  -- Name and description in other languages, by locale.
  add column translations jsonb not null default '{}',
  add column attributes jsonb not null default '{}',
  add column images text[] not null default '{}',
  add column length_mm integer check (length_mm > 0),
  add column width_mm integer check (width_mm > 0),
  add column height_mm integer check (height_mm > 0),
  add check (num_nulls(length_mm, width_mm, height_mm) in (0, 3)),
  add column fragile boolean not null default false,
  add column shelf_life_days integer check (shelf_life_days > 0),
  -- Share of what a product should say that it says, in basis points.
  add column completeness integer not null default 0 check (completeness between 0 and 10000),
  add column version integer not null default 1,
  add column created_at timestamptz not null default clock_timestamp(),
  add column updated_at timestamptz not null default clock_timestamp(),
  -- Words of Latin scripts, Chinese characters and pairs of them: `domain/search.ts`.
  add column words tsvector not null default '';
create index products_by_words on products using gin (words);
create index products_by_category on products (category_id, sku);
create index products_incomplete on products (completeness, sku) where active;

-- A bundle is sold as one and taken from the shelf as its components. Bundles aren't nested, and have no stock of their own.
create table product_components (
  sku text not null references products,
  component_sku text not null references products,
  quantity integer not null check (quantity > 0),
  primary key (sku, component_sku),
  check (sku <> component_sku)
);
create index product_components_by_component on product_components (component_sku);
