-- +goose Up

-- What a casino set last, by subject ("brand", "licences"): processes remember what they read and look here for news.
create table control.revisions (
    tenant_id  uuid not null references control.tenants,
    subject    text not null check (subject ~ '^[a-z_]{1,40}$'),
    number     bigint not null default 1,
    changed_at timestamptz not null default clock_timestamp(),
    primary key (tenant_id, subject)
);
create index revisions_changed on control.revisions (changed_at);
grant select, insert, update, delete on control.revisions to pitdesk_control;

-- changed notes, within the transaction that changes it, that the casino's subject is no longer what it was.
-- +goose StatementBegin
create function changed(subject text) returns void language sql security definer set search_path = public, pg_temp as $$
    insert into control.revisions (tenant_id, subject) values (current_tenant(), subject)
    on conflict on constraint revisions_pkey do update set number = control.revisions.number + 1, changed_at = clock_timestamp();
$$;
-- +goose StatementEnd
revoke execute on function changed(text) from public;
grant execute on function changed(text) to pitdesk_app;
