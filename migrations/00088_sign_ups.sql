-- +goose Up

-- How a short name looks to somebody in a hurry: without hyphens, signs that are taken for each other made one, doubled ones
-- single. The same is computed in tenants/signups, and a test holds the two together.
-- +goose StatementBegin
create function control.slug_look(slug text) returns text language sql immutable strict parallel safe as $$
    select regexp_replace(translate(replace(replace(replace(replace(slug, '-', ''), 'rn', 'm'), 'vv', 'w'), 'cl', 'd'),
        '0123456789ijq', 'olzeas6t8gllg'), '(.)\1+', '\1', 'g')
$$;
-- +goose StatementEnd
create index tenants_look on control.tenants (control.slug_look(slug));
grant execute on function control.slug_look to pitdesk_control;

-- Those who sign up by themselves. What opens the pages and the proof of the address are kept as hashes. Who doesn't go
-- through with it is forgotten after a week; of who does, it stays written who founded which casino.
create table control.sign_ups (
    id         uuid primary key,
    slug       text not null check (slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'),
    name       text not null check (length(name) between 1 and 120),
    email      text not null check (email = lower(email) and length(email) <= 254),
    language   text not null check (length(language) between 2 and 35),
    network    text not null, -- what they came from: an address, or the /64 of one
    begun_at   timestamptz not null default now(),
    expires_at timestamptz not null,
    token_hash bytea not null unique, -- of the page that asks for the code
    proof_hash bytea unique,          -- of the link in the letter
    code_hash  bytea,
    letters    integer not null default 1, -- asked for
    mailed_at  timestamptz,
    tries      integer not null default 0, -- wrong codes
    founded_at timestamptz,
    tenant_id  uuid references control.tenants,
    check ((founded_at is null) = (tenant_id is null))
);
create index sign_ups_network on control.sign_ups (network, begun_at);
create index sign_ups_email on control.sign_ups (email, begun_at);
create index sign_ups_tenant on control.sign_ups (tenant_id) where tenant_id is not null;
grant select, insert, update, delete on control.sign_ups to pitdesk_control;

-- use_sign_up spends a sign-up on the casino of the transaction, which has just been registered. 'used': it was spent before,
-- or is too old; 'near': another casino's name looks like one of these. One sign-up at a time, so that two names that look
-- alike can't pass each other.
-- +goose StatementBegin
create function use_sign_up(sign_up uuid, looks text[]) returns text
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('sign_ups', 0));
    update control.sign_ups set founded_at = now(), tenant_id = current_tenant(), slug = t.slug
      from control.tenants t where t.id = current_tenant()
       and control.sign_ups.id = sign_up and founded_at is null and expires_at > now();
    if not found then
        return 'used';
    end if;
    if exists (select from control.tenants t where control.slug_look(t.slug) = any (looks) and t.id <> current_tenant()) then
        return 'near';
    end if;
    return 'ok';
end $$;
-- +goose StatementEnd
revoke execute on function use_sign_up from public;
grant execute on function use_sign_up to pitdesk_app;
