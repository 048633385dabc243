-- Plans must be right before the first row is counted: a database is at its busiest minutes after it
-- was made. Without statistics every index that begins with the event looks as good as any other,
-- and one that is read for all of an event's rows is as likely to be taken as the one for a single
-- row. So the event is declared to tell nothing apart, and the other columns of the keys are
-- analysed over two rows that differ in them. TRUNCATE forgets the rows and their number, and keeps
-- that.
alter table tickets alter column event_id set (n_distinct = 1);
alter table holds alter column event_id set (n_distinct = 1);
alter table bookings alter column event_id set (n_distinct = 1);
alter table booking_items alter column event_id set (n_distinct = 1);

do $$
begin
    if exists (select from events) then
        analyze tickets, holds, bookings, booking_items;
        return;
    end if;
    insert into charts (id, key, name, origin, seats, layout) overriding system value
        values (-1, '', '', 'generated', 2, '{}');
    insert into events (id, chart_id, name, venue, start_time, end_time, sales_end, currency, prices,
                        layout, lock_seconds, booking_seconds, hold_life_max_seconds,
                        max_seats_per_user, cancel_confirmed, total_tickets, counts)
        overriding system value
        values (-1, -1, '', '', now(), now() + interval '1 hour', now(), 'EUR', '{0}', '', 1, 1, 1, 1,
                'never', 2, '{2,0,0,0,0}');
    insert into users (id, origin) values (-1, 'record'), (-2, 'record');
    insert into tickets (event_id, seat_index, category, seat_no)
        select -1, n, 0, n::text from generate_series(1, 2) n;
    insert into holds (event_id, id, user_id, seat_indexes, prices, status, created_at, expires_at,
                       version)
        select -1, gen_random_uuid(), -n, '{0}', '{0}', 'active', now(), now() + n * interval '1 s', n
        from generate_series(1, 2) n;
    insert into bookings (event_id, id, booking_ref, owner_id, user_id, seat_indexes, prices, status,
                          created_at, expires_at, version)
        select -1, -n, n::text, -n, -n, '{0}', '{0}', 'pending', now(), now() + n * interval '1 s', n
        from generate_series(1, 2) n;
    insert into booking_items (event_id, booking_id, seat_index, price, live)
        select -1, -n, n, 0, true from generate_series(1, 2) n;
    analyze tickets, holds, bookings, booking_items;
    truncate tickets, holds, bookings, booking_items;
    delete from events where id = -1;
    delete from charts where id = -1;
    delete from users where id < 0;
end $$;
