-- Streams ask how far an order's timeline reaches (orders.seq). A feed of all events would go by (writer, position):
-- by position alone it would pass over a transaction that took its numbers early and committed late.
drop index events_by_position;
