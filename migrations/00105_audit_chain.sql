-- +goose Up

-- Where a line stands among all: in which order transactions began to write, counted anew after each restore. Lines that were
-- written before there was a chain have neither and come first, by their ids.
alter table audit_log add column xact xid8, add column epoch integer;
alter table audit_log alter column xact set default pg_current_xact_id(), alter column epoch set default current_epoch();
alter table control.deeds add column xact xid8, add column epoch integer;
alter table control.deeds alter column xact set default pg_current_xact_id(), alter column epoch set default current_epoch();

-- A link holds a line of the audit log to all before it. Lines are written as they come, and a job links them once no transaction
-- that could still write one before them is running, so that nobody waits for anybody. No foreign key: what was linked stays, whatever
-- becomes of the line.
create table audit_links (
    tenant_id uuid not null,
    number    bigint not null check (number > 0),
    line_id   uuid not null,
    epoch     integer not null,
    xact      xid8 not null,
    hash      bytea not null check (length(hash) = 32),
    primary key (tenant_id, number),
    unique (tenant_id, line_id)
);

-- A statement says how far the chain had come, signed with a key that isn't in the database.
create table audit_statements (
    tenant_id uuid not null,
    number    bigint not null check (number > 0),
    made_at   timestamptz not null,
    key_id    text not null,
    links     bigint not null check (links > 0),
    head      bytea not null check (length(head) = 32),
    previous  bytea not null check (length(previous) = 32),
    hash      bytea not null check (length(hash) = 32),
    signature bytea not null check (length(signature) = 64),
    primary key (tenant_id, number)
);

-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['audit_links', 'audit_statements']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy tenant on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
            with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', t);
        execute format('grant select, insert on %I to pitdesk_app', t);
    end loop;
end $$;
-- +goose StatementEnd

-- The same for what was done above casinos.
create table control.deed_links (
    number  bigint primary key check (number > 0),
    line_id uuid not null unique,
    epoch   integer not null,
    xact    xid8 not null,
    hash    bytea not null check (length(hash) = 32)
);
create table control.deed_statements (
    number    bigint primary key check (number > 0),
    made_at   timestamptz not null,
    key_id    text not null,
    links     bigint not null check (links > 0),
    head      bytea not null check (length(head) = 32),
    previous  bytea not null check (length(previous) = 32),
    hash      bytea not null check (length(hash) = 32),
    signature bytea not null check (length(signature) = 64)
);
grant select, insert on control.deed_links, control.deed_statements to pitdesk_control;
