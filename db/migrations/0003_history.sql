-- Orders say what makes their price differ from goods and freight; earlier ones had nothing of the kind.
update orders set view = view || '{"adjustments": []}' where not view ? 'adjustments';

-- What another shop calls an order is brought in once.
create table brought_in (
  shop text not null,
  reference text not null,
  order_id text not null references orders deferrable initially deferred,
  primary key (shop, reference)
);
