begin;
select price, lock_seconds, booking_seconds from events where id = :event for update;
select seat_index, seat_no, status, held_until < now() from tickets where event_id = :event and seat_no = any(array['S' || :seat]) order by seat_index for update;
insert into holds (id, event_id, caller, seats, expires_at) values (gen_random_uuid(), :event, 'buyer', array[:seat::int], now() + interval '180 s') returning id as hold \gset
update tickets set status = 1, hold_id = :hold::uuid, caller = 'buyer', held_until = now() + interval '180 s' where event_id = :event and seat_index = any(array[:seat::int]);
update events set available_tickets = available_tickets - 1, version = version + 1 where id = :event returning version;
select pg_notify('textbook_changes', :event::text || ' 2 1 ' || :seat);
commit;
begin;
select price, lock_seconds, booking_seconds from events where id = :event for update;
select t.seat_index, t.status, t.caller, t.hold_id, h.seats from tickets t left join holds h on h.id = t.hold_id where t.event_id = :event and t.seat_no = 'S' || :seat for update of t;
update tickets set status = 0, hold_id = null, caller = null, held_until = null where event_id = :event and seat_index = :seat;
update holds set status = 'released' where id = :hold::uuid and not exists (select from tickets where event_id = :event and seat_index = any(array[:seat::int]) and hold_id = :hold::uuid and status = 1);
update events set available_tickets = available_tickets + 1, version = version + 1 where id = :event returning version;
select pg_notify('textbook_changes', :event::text || ' 3 0 ' || :seat);
commit;
