-- +goose Up

-- The licences a casino works under, as its admins entered them and as its players are shown them.
create table licences (
    tenant_id   uuid not null,
    id          uuid not null,
    regulator   text not null check (regulator ~ '^[a-z]{2,20}$'), -- a key of the program's table of regulators, or 'other'
    authority   text not null default '' check (length(authority) <= 120), -- the regulator's name, for 'other' alone
    number      text not null check (length(number) between 1 and 60),
    licensee    text not null check (length(licensee) between 1 and 160),
    country     text not null check (country ~ '^[A-Z]{2}$'), -- ISO 3166-1 alpha-2, of the regulator
    domains     text[] not null check (cardinality(domains) between 1 and 100 and array_position(domains, null) is null),
    link        text not null check (link ~ '^https://[a-z0-9.-]+(/|$)' and length(link) <= 2000),
    -- Who confirmed, for 'other', that the link's host is the regulator's; null elsewhere.
    confirmed   text check ((regulator = 'other') = (confirmed is not null)),
    seal        text check (seal ~ '^[0-9a-f]{32}\.(png|jpg)$'),
    valid_from  date,
    valid_until date check (valid_until >= valid_from), -- the last day it holds, in UTC
    status      text not null default 'active' check (status in ('active', 'suspended', 'revoked', 'surrendered')),
    position    integer not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    retired_at  timestamptz,
    primary key (tenant_id, id)
);
-- A licence stands once in a casino's list.
create unique index licences_once on licences (tenant_id, regulator, authority, number) where retired_at is null;

-- What a look at the regulator's page found, kept for good.
create table licence_looks (
    tenant_id      uuid not null,
    id             uuid not null,
    licence_id     uuid not null,
    at             timestamptz not null default now(),
    link           text not null,
    outcome        text not null check (outcome in ('reachable', 'changed', 'gone', 'unreachable')),
    why            text not null default '' check (why ~ '^[a-z_]{0,30}$'), -- why it couldn't be reached
    status         integer not null default 0,                           -- HTTP's; 0 where there was no answer
    digest         bytea check (length(digest) = 32),                    -- SHA-256 of the visible text, made plain
    number_found   boolean not null default false,
    licensee_found boolean not null default false,
    primary key (tenant_id, id),
    foreign key (tenant_id, licence_id) references licences
);
create index licence_looks_at on licence_looks (tenant_id, licence_id, at desc, id desc);

-- What admins were told about a licence: one line for as long as the state lasts.
create table licence_alerts (
    tenant_id  uuid not null,
    id         uuid not null,
    licence_id uuid not null,
    kind       text not null check (kind in ('expiring', 'expired', 'suspended', 'revoked', 'surrendered', 'gone', 'unnamed')),
    raised_at  timestamptz not null default now(),
    cleared_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, licence_id) references licences
);
create unique index licence_alerts_open on licence_alerts (tenant_id, licence_id, kind) where cleared_at is null;

-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['licences', 'licence_looks', 'licence_alerts']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy tenant on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
            with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', t);
        execute format('grant select, insert on %I to pitdesk_app', t);
    end loop;
end $$;
-- +goose StatementEnd
grant update on licences, licence_alerts to pitdesk_app;
