-- The textbook's tables: what a good programmer would draw on a whiteboard.
create table if not exists events (
    id                bigint generated always as identity primary key,
    name              text not null,
    venue             text not null,
    price             text not null,
    lock_seconds      integer not null default 180,
    booking_seconds   integer not null default 900,
    total_tickets     integer not null,
    available_tickets integer not null check (available_tickets >= 0),
    version           bigint not null default 0
);

-- status: 0 available, 1 locked, 2 reserved, 3 sold
create table if not exists tickets (
    event_id    bigint not null references events (id),
    seat_index  integer not null,
    seat_no     text not null,
    status      smallint not null default 0,
    hold_id     uuid,
    caller      text,
    held_until  timestamptz,
    booking_id  bigint,
    primary key (event_id, seat_index),
    unique (event_id, seat_no)
);

create table if not exists holds (
    id          uuid primary key,
    event_id    bigint not null references events (id),
    caller      text not null,
    seats       integer[] not null,
    status      text not null default 'active',
    expires_at  timestamptz not null
);

create table if not exists bookings (
    id                 bigint generated always as identity primary key,
    booking_ref        text not null unique,
    event_id           bigint not null references events (id),
    hold_id            uuid not null unique references holds (id),
    seats              integer[] not null,
    caller             text not null,
    status             text not null default 'pending',
    payment_reference  text,
    created_at         timestamptz not null default now(),
    expires_at         timestamptz not null
);
