-- +goose Up

-- Visits: somebody from above the casino has come in, for a reason that its admins read, for an hour at most. A visitor is no
-- member: they look, and change what the casino allows.
create table visits (
    tenant_id  uuid not null,
    id         uuid not null,
    person_id  uuid not null, -- who came; the casino knows them by name alone
    name       text not null check (length(name) between 1 and 120),
    side       text not null check (side in ('platform', 'reseller')),
    reason     text not null check (length(reason) between 1 and 500),
    may_change boolean not null,
    token_hash bytea not null,
    begun_at   timestamptz not null default now(),
    entered_at timestamptz,
    ends_at    timestamptz not null,
    ended_at   timestamptz,
    ended_by   text check (ended_by in ('visitor', 'casino')),
    primary key (tenant_id, id),
    unique (tenant_id, token_hash),
    check (ends_at <= begun_at + interval '60 minutes'),
    check ((ended_at is null) = (ended_by is null))
);

-- What a casino allows its visitors. No row: they look.
create table visit_rules (
    tenant_id  uuid primary key,
    may_change boolean not null default false,
    changed_at timestamptz not null default now()
);

-- A session is a member's or a visitor's.
alter table staff_sessions
    alter column membership_id drop not null,
    add column visit_id uuid,
    add constraint staff_sessions_visit foreign key (tenant_id, visit_id) references visits on delete cascade,
    add constraint staff_sessions_whose check (num_nonnulls(membership_id, visit_id) = 1);
create index staff_sessions_visits on staff_sessions (tenant_id, visit_id) where visit_id is not null;

-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['visits', 'visit_rules']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy tenant on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
            with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', t);
        execute format('grant select, insert, update on %I to pitdesk_app', t);
    end loop;
end $$;
-- +goose StatementEnd
