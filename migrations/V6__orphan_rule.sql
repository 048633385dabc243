-- What an event thinks of holds that leave a single free seat: nothing, that seats chosen by the
-- server avoid it, or that it is refused.
alter table events add column orphan_rule text not null default 'prefer'
    constraint events_orphan_rule_known check (orphan_rule in ('off', 'prefer', 'strict'));
