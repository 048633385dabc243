-- An event may move to another chart. Its seats are numbered anew then: what had ended by that
-- time, and what the log says up to then, names positions in the chart before.
alter table events add column chart_since bigint not null default 0;

-- The charts that events had before the one they have.
create table event_charts (
    event_id       bigint not null references events (id),
    -- the version with which the next one came into force
    until_version  bigint not null,
    chart_id       bigint not null references charts (id),
    actor_id       bigint,
    request_id     text,
    batch_id       uuid not null,
    at             timestamptz not null,
    primary key (event_id, until_version)
);

-- The chart that was in force at a version of an event.
create function event_chart(of_event bigint, at_version bigint) returns bigint
    language sql stable
    return coalesce(
        (select chart_id from event_charts
         where event_id = of_event and until_version > at_version
         order by until_version limit 1),
        (select chart_id from events where id = of_event)
    );
