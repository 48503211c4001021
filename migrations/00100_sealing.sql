-- +goose Up

-- Whether secrets are sealed, and under which of the deployment's keys what is new is sealed. One row. The keys themselves are never
-- here: they are the deployment's settings, or lie in its data folder.
create table control.sealing (
    one      boolean primary key default true check (one),
    key_id   bigint check (key_id between 1 and 4294967295), -- null: not begun; secrets rest in the clear, as they did before
    begun_at timestamptz,
    check ((key_id is null) = (begun_at is null))
);
insert into control.sealing default values;

-- Every key that secrets were ever sealed under. proof is a known text under it: whoever opens it has this very key.
create table control.seal_keys (
    id         bigint primary key check (id between 1 and 4294967295),
    proof      bytea not null,
    since      timestamptz not null default now(),
    retired_at timestamptz -- nothing rests under it any more
);
grant select, update on control.sealing to pitdesk_control;
grant select, insert, update on control.seal_keys to pitdesk_control;

-- seal_under is the key that the transaction seals its secrets under, or null where they rest in the clear. Until the transaction
-- ends, the answer holds: whoever begins sealing or changes the key waits for it.
-- +goose StatementBegin
create function seal_under() returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    k bigint;
begin
    select s.key_id into k from control.sealing s for share;
    return k;
end $$;
-- +goose StatementEnd
revoke execute on function seal_under from public;
grant execute on function seal_under to pitdesk_app, pitdesk_control;
