-- What organisers need: callers named by signed tokens, who is in, which booking moved a seat, and
-- bookings found by address.
alter table users drop constraint users_origin_known;
alter table users add constraint users_origin_known
    check (origin in ('record', 'session', 'guest', 'demo', 'token'));

-- Since when each seat's visitor is in, parallel to seat_indexes; null while nobody is.
alter table bookings add column checked_in timestamptz[];
alter table bookings add constraint bookings_checked_in_when_paid
    check (checked_in is null
           or (status = 'confirmed' and cardinality(checked_in) = cardinality(seat_indexes)));
create index bookings_checked_in on bookings (event_id) where checked_in is not null;

-- Led by what is looked for: before rows are counted every index that begins with the event looks as
-- good as any other, and one that is read for all of its bookings is as likely to be taken.
alter table bookings drop constraint bookings_ref_unique;
alter table bookings add constraint bookings_ref_unique unique (booking_ref, event_id);
create index bookings_by_email on bookings (lower(customer_email), event_id)
    where customer_email is not null;

-- Which booking a seat came into, moved on with or left.
alter table seat_changes add column booking_id bigint;
-- What the booking paid for it, where it became sold or was no longer.
alter table seat_changes add column price bigint;

-- Append-only: every step at the door, in order. It changes no seat and makes no version.
create table check_ins (
    event_id    bigint not null,
    id          bigint generated always as identity,
    booking_id  bigint not null,
    -- the event's version then, by whose chart the seat is numbered
    version     bigint not null,
    seat_index  integer not null,
    way         text not null constraint check_ins_way_known check (way in ('in', 'out')),
    actor_id    bigint,
    request_id  text not null,
    batch_id    uuid not null,
    at          timestamptz not null,
    primary key (event_id, id)
);
