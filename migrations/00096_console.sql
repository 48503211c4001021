-- +goose Up

-- People who work above casinos: a reseller's, or the deployment's own where reseller_id is null. They sign in by a link that is
-- mailed to them and works once, and a second factor, which the deployment's own must have.
create table control.console_people (
    id           uuid primary key,
    reseller_id  uuid references control.resellers,
    email        text not null check (email = lower(email)),
    name         text not null check (length(name) between 1 and 120),
    language     text not null default 'en',
    created_at   timestamptz not null default now(),
    last_seen_at timestamptz,
    disabled_at  timestamptz,
    totp_secret  text,
    totp_at      timestamptz,
    totp_step    bigint not null default 0,
    check (totp_at is null or totp_secret is not null),
    unique nulls not distinct (reseller_id, email)
);
create index console_people_email on control.console_people (email);

-- One link each. The token's hash is there once the mail is written; used_at ends it.
create table control.console_links (
    id         uuid primary key,
    person_id  uuid not null references control.console_people on delete cascade,
    invites    boolean not null default false,
    token_hash bytea unique,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at    timestamptz
);
create index console_links_person on control.console_links (person_id);

create table control.console_sessions (
    token_hash bytea primary key,
    id         uuid not null unique,
    person_id  uuid not null references control.console_people on delete cascade,
    created_at timestamptz not null default now(),
    seen_at    timestamptz not null default now(),
    expires_at timestamptz not null,
    proven_at  timestamptz,
    address    text not null,
    browser    text not null
);
create index console_sessions_person on control.console_sessions (person_id);

create table control.console_attempts (
    id      uuid primary key,
    account text not null,
    address text not null,
    at      timestamptz not null default now(),
    ok      boolean not null
);
create index console_attempts_account on control.console_attempts (account, at);
create index console_attempts_address on control.console_attempts (address, at);

grant select, insert, update, delete on control.console_people, control.console_links, control.console_sessions, control.console_attempts to pitdesk_control;
