-- +goose Up

-- Everything a casino has, written into one file for its admins to take along. The file is kept for a week.
create table exports (
    tenant_id  uuid not null,
    id         uuid not null,
    asked_by   text not null,
    asked_at   timestamptz not null default now(),
    done_at    timestamptz,
    failed_at  timestamptz,
    size       bigint,
    blob       text,
    expires_at timestamptz,
    primary key (tenant_id, id),
    check ((done_at is null) = (size is null) and (done_at is null) = (expires_at is null))
);
-- One at a time.
create unique index exports_waiting on exports (tenant_id) where done_at is null and failed_at is null;
alter table exports enable row level security;
alter table exports force row level security;
create policy tenant on exports using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid))
    with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid));
grant select, insert, update, delete on exports to pitdesk_app;
