-- Charts that organisers bring themselves.
alter table charts drop constraint charts_origin_known;
alter table charts add constraint charts_origin_known
    check (origin in ('builtin', 'generated', 'uploaded'));
