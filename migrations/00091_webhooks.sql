-- +goose Up

-- Where what happens is sent: a casino's own receiver, or its reseller's for all of the reseller's casinos.
create table control.webhooks (
    id            uuid primary key,
    tenant_id     uuid references control.tenants,
    reseller_id   uuid references control.resellers,
    url           text not null check (length(url) between 1 and 2000),
    description   text not null default '' check (length(description) <= 200),
    events        text[], -- null: whatever happens
    created_at    timestamptz not null default now(),
    changed_at    timestamptz not null default now(),
    disabled_at   timestamptz,
    disabled_why  text check (disabled_why in ('by_hand', 'gone')),
    -- How far the feed has become deliveries: the last entry's place, as desk.Position.
    at_epoch        integer not null,
    at_xact         xid8 not null,
    at_tenant       uuid not null,
    at_conversation uuid not null,
    at_seq          bigint not null,
    check (num_nonnulls(tenant_id, reseller_id) = 1),
    check ((disabled_at is null) = (disabled_why is null))
);
create index webhooks_tenant on control.webhooks (tenant_id, id) where tenant_id is not null;
create index webhooks_reseller on control.webhooks (reseller_id, id) where reseller_id is not null;

-- What deliveries are signed with. Two are good at once while a receiver changes over.
create table control.webhook_secrets (
    webhook_id uuid not null references control.webhooks on delete cascade,
    id         uuid not null,
    secret     text not null check (secret like 'whsec\_%'),
    created_at timestamptz not null default now(),
    ends_at    timestamptz, -- null: the newest
    primary key (webhook_id, id)
);
create unique index webhook_secrets_newest on control.webhook_secrets (webhook_id) where ends_at is null;

-- One event on its way to one receiver. It names the entry and holds none of its words.
create table control.webhook_deliveries (
    webhook_id      uuid not null references control.webhooks on delete cascade,
    id              uuid not null,
    event_id        uuid not null,
    type            text not null,
    happened_at     timestamptz not null,
    event           text not null, -- the body as it is sent
    state           text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
    tries           integer not null default 0,
    begun           integer not null default 0, -- how many of them were made before it was begun anew
    -- When it is to be tried; while it is being tried, when another process may take it for abandoned.
    next_at         timestamptz not null default now(),
    created_at      timestamptz not null default now(),
    ended_at        timestamptz,
    primary key (webhook_id, id),
    unique (webhook_id, event_id)
) with (fillfactor = 80);
create index webhook_deliveries_due on control.webhook_deliveries (webhook_id, next_at) where state = 'pending';
create index webhook_deliveries_list on control.webhook_deliveries (webhook_id, state, id desc);
create index webhook_deliveries_ended on control.webhook_deliveries (ended_at) where ended_at is not null;

-- What came of each try. Of what the receiver answered, the beginning stays, without card numbers.
create table control.webhook_tries (
    webhook_id  uuid not null,
    delivery_id uuid not null,
    number      integer not null,
    at          timestamptz not null,
    took_ms     integer not null,
    status      integer, -- null: no answer
    why         text not null default '',
    answer      text not null default '' check (length(answer) <= 500),
    primary key (webhook_id, delivery_id, number),
    foreign key (webhook_id, delivery_id) references control.webhook_deliveries on delete cascade
);

grant select, insert, update, delete on control.webhooks, control.webhook_secrets, control.webhook_deliveries, control.webhook_tries to pitdesk_control;

grant select (id, tenant_id, reseller_id, disabled_at, at_epoch, at_xact, at_tenant, at_conversation, at_seq) on control.webhooks to pitdesk_search;
grant create on schema control to pitdesk_search;
set local role pitdesk_search;

-- webhooks_behind are receivers for which something has happened since.
-- +goose StatementBegin
create function control.webhooks_behind() returns setof uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    this integer := (select max(x.number) from control.epochs x);
    horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
begin
    return query
    select w.id from control.webhooks w
    where w.disabled_at is null and exists (
        select from control.tenants t
        where (t.id = w.tenant_id or t.reseller_id = w.reseller_id) and exists (
            select from entries x where x.tenant_id = t.id
              and (x.epoch, x.xact) >= (w.at_epoch, w.at_xact) and (x.epoch, x.xact) < (this, horizon)
              and (x.epoch, x.xact, x.tenant_id, x.conversation_id, x.seq)
                  > (w.at_epoch, w.at_xact, w.at_tenant, w.at_conversation, w.at_seq)));
end $$;
-- +goose StatementEnd
revoke execute on function control.webhooks_behind from public;
grant execute on function control.webhooks_behind to pitdesk_control;
reset role;
revoke create on schema control from pitdesk_search;
