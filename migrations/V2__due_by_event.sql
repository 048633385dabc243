-- What is due is looked for by event: every batch looks at its own, and an index led by the event
-- is the better one however small the tables were when the plan was made.
drop index holds_due;
drop index bookings_due;
create index holds_due on holds (event_id, expires_at) where status = 'active';
create index bookings_due on bookings (event_id, expires_at) where status = 'pending';
