-- +goose Up

-- What certificates are made and kept with, as named files: accounts, certificates, keys. All processes share them.
create table control.certificate_files (
    name       text primary key check (length(name) between 1 and 1000),
    content    bytea not null,
    changed_at timestamptz not null default clock_timestamp()
);

-- Who is at work on what. A holder that dies stops renewing, and its lock can be taken once it has run out.
create table control.certificate_locks (
    name       text primary key check (length(name) between 1 and 1000),
    holder     uuid not null,
    expires_at timestamptz not null
);
grant select, insert, update, delete on control.certificate_files, control.certificate_locks to pitdesk_control;
