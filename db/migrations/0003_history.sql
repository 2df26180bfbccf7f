-- Orders say what makes their price differ from goods and freight; earlier ones had nothing of the kind.
update orders set view = view || '{"adjustments": []}' where not view ? 'adjustments';
