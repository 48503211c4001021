-- +goose Up

-- What can be had: plans and their prices are rows. A plan that is no longer sold stays for those who have it.
create table control.plans (
    id         text primary key check (id ~ '^[a-z][a-z0-9_]{1,29}$'),
    name       text not null check (length(name) between 1 and 60),
    position   integer not null unique,
    retired_at timestamptz
);

-- What a plan gives, by name. amount null: as much as one likes; a name without a row isn't given at all.
create table control.plan_grants (
    plan_id text not null references control.plans,
    name    text not null check (name ~ '^[a-z][a-z_]{1,39}$'),
    amount  integer check (amount >= 0),
    primary key (plan_id, name)
);

-- What a plan costs for a whole period, in the currency's smallest unit (cents, pence): base with the seats that the plan
-- includes, seat for each further one, conversation in hundredths of that unit for each one above those it includes.
-- stripe_seats and stripe_conversations are the prices' ids at Stripe, once they are there.
create table control.prices (
    plan_id      text not null references control.plans,
    currency     text not null check (currency ~ '^[a-z]{3}$'),
    cycle        text not null check (cycle in ('month', 'year')),
    audience     text not null check (audience in ('public', 'wholesale')),
    base         bigint not null check (base >= 0),
    seat         bigint not null check (seat >= 0),
    conversation bigint not null check (conversation >= 0),
    stripe_seats         text,
    stripe_conversations text,
    stripe_facts         text, -- what they were made from: other facts need new ones
    primary key (plan_id, currency, cycle, audience)
);

insert into control.plans (id, name, position) values ('table', 'Table', 1), ('floor', 'Floor', 2), ('house', 'House', 3);
insert into control.plan_grants (plan_id, name, amount) values
    ('table', 'seats', 3), ('table', 'conversations', 500), ('table', 'languages', 2), ('table', 'retention_days', 400),
    ('floor', 'seats', 10), ('floor', 'conversations', 3000), ('floor', 'languages', 5), ('floor', 'retention_days', 1100),
    ('floor', 'custom_domain', 1), ('floor', 'own_words', null), ('floor', 'api', null), ('floor', 'webhooks', null), ('floor', 'statistics', null),
    ('house', 'seats', 25), ('house', 'conversations', 15000), ('house', 'languages', null), ('house', 'retention_days', 2000),
    ('house', 'custom_domain', 10), ('house', 'own_words', null), ('house', 'api', null), ('house', 'webhooks', null), ('house', 'statistics', null);
-- A year costs ten months; resellers pay seven tenths.
insert into control.prices (plan_id, currency, cycle, audience, base, seat, conversation)
select p.plan_id, p.currency, c.cycle, a.audience, p.base * c.months * a.tenths / 10, p.seat * c.months * a.tenths / 10, p.conversation * a.tenths / 10
from (values ('table', 'eur', 4900, 1500, 1000), ('table', 'usd', 5500, 1700, 1100), ('table', 'gbp', 4300, 1300, 900),
             ('floor', 'eur', 19900, 1900, 800), ('floor', 'usd', 21900, 2100, 900), ('floor', 'gbp', 17500, 1700, 700),
             ('house', 'eur', 59900, 2100, 500), ('house', 'usd', 64900, 2300, 600), ('house', 'gbp', 52500, 1900, 500)) p (plan_id, currency, base, seat, conversation)
cross join (values ('month', 1), ('year', 10)) c (cycle, months)
cross join (values ('public', 10), ('wholesale', 7)) a (audience, tenths);

-- How a casino is billed. way is how it pays: not yet, by card or by invoice through Stripe, or by hand, outside of any
-- machine. What Stripe tells is written whole, by whoever began to ask last: asked counts the askings, told is the one
-- that was written.
create table control.subscriptions (
    tenant_id   uuid primary key references control.tenants,
    plan_id     text not null references control.plans,
    currency    text not null default 'eur' check (currency ~ '^[a-z]{3}$'),
    cycle       text not null default 'month' check (cycle in ('month', 'year')),
    audience    text not null default 'public' check (audience in ('public', 'wholesale')),
    state       text not null default 'trial' check (state in ('trial', 'active', 'unpaid', 'ended')),
    way         text not null default 'none' check (way in ('none', 'card', 'invoice', 'hand')),
    seats       integer check (seats > 0), -- those that are paid for; null: those that the plan includes
    begun_at    timestamptz not null default now(),
    trial_ends  timestamptz,
    period_from timestamptz,
    period_till timestamptz,
    cancels_at  timestamptz, -- when it ends, once somebody has cancelled it
    -- Since when money, or a choice, is owed. Reminders, reading only and closing follow from it.
    owed_since  timestamptz,
    -- Until when conversations were counted.
    counted_till timestamptz not null default now(),
    customer     text unique, -- Stripe's ids
    subscription text,
    checkout     text,
    coupon       text,
    asked        bigint not null default 0,
    asked_at     timestamptz,
    told         bigint not null default 0,
    told_at      timestamptz
);

-- What an operator of the deployment has set by hand for one casino. It goes before the plan, and counts without billing too.
create table control.grants (
    tenant_id uuid not null references control.tenants,
    name      text not null check (name ~ '^[a-z][a-z_]{1,39}$'),
    amount    integer check (amount >= 0),
    why       text not null check (length(why) between 1 and 500),
    at        timestamptz not null default now(),
    primary key (tenant_id, name)
);

-- Bills, Stripe's as Stripe tells them, and our own that are paid by hand. Amounts in the smallest unit of the currency.
create table control.invoices (
    id        text primary key check (length(id) between 1 and 120), -- Stripe's, or inv_ and a number of ours
    tenant_id uuid not null references control.tenants,
    number    text not null,
    way       text not null check (way in ('card', 'invoice', 'hand')),
    state     text not null check (state in ('draft', 'open', 'paid', 'void', 'uncollectible')),
    currency  text not null check (currency ~ '^[a-z]{3}$'),
    total     bigint not null,
    tax       bigint not null default 0,
    owed      bigint not null,
    made_at   timestamptz not null,
    due_at    timestamptz,
    paid_at   timestamptz,
    period_from timestamptz,
    period_till timestamptz,
    tried     boolean not null default false, -- a card was charged in vain
    link      text not null default '', -- where it can be read and paid
    pdf       text not null default '',
    -- Of ours: what it is for.
    plan_id   text references control.plans,
    cycle     text,
    audience  text,
    seats     integer,
    paid_note text not null default ''
);
create index invoices_tenant on control.invoices (tenant_id, made_at desc, id);
create index invoices_owed on control.invoices (due_at) where state = 'open';
create sequence control.invoice_numbers;

-- Each event of Stripe's is taken once. Its body isn't kept: what it says may be old, so the present state is asked for.
create table control.stripe_events (
    id          text primary key check (length(id) between 1 and 255),
    type        text not null,
    customer    text not null default '',
    received_at timestamptz not null default now()
);
create index stripe_events_received on control.stripe_events (received_at);

-- Each notice is given once for each time that something was owed or a trial ran.
create table control.notices (
    tenant_id uuid not null references control.tenants,
    since     timestamptz not null,
    step      text not null check (step in ('trial_ends', 'trial_over', 'unpaid', 'read_only_soon', 'read_only', 'closed')),
    given_at  timestamptz not null default now(),
    primary key (tenant_id, since, step)
);

-- Conversations that were counted for billing. id is the event's identifier at Stripe, so that one that is sent twice counts once.
create table control.meter_readings (
    id            uuid primary key,
    tenant_id     uuid not null references control.tenants,
    counted_from  timestamptz not null,
    counted_till  timestamptz not null,
    conversations integer not null check (conversations > 0),
    sent_at       timestamptz,
    unique (tenant_id, counted_from)
);
create index meter_readings_unsent on control.meter_readings (tenant_id) where sent_at is null;

grant select, insert, update, delete on control.plans, control.plan_grants, control.prices, control.subscriptions, control.grants,
    control.invoices, control.stripe_events, control.notices, control.meter_readings to pitdesk_control;
grant usage on sequence control.invoice_numbers to pitdesk_control;

-- Casinos from before there were bills: they begin their trial today.
insert into control.subscriptions (tenant_id, plan_id, trial_ends) select id, 'floor', now() + interval '14 days' from control.tenants;

-- begin_billing gives the transaction's casino its trial. Whose reseller pays for it is told wholesale prices.
-- +goose StatementBegin
create function begin_billing(on_plan text, in_currency text, ends timestamptz) returns void
language sql security definer set search_path = public, pg_temp as $$
    insert into control.subscriptions (tenant_id, plan_id, currency, audience, trial_ends)
    select t.id, on_plan, in_currency, case when r.pays = 'reseller' then 'wholesale' else 'public' end, ends
    from control.tenants t left join control.resellers r on r.id = t.reseller_id where t.id = current_tenant()
    on conflict (tenant_id) do nothing;
$$;

-- billing_terms_of is how a casino is billed and what it may have; billing_terms is that of the transaction's casino.
create function control.billing_terms_of(casino uuid) returns jsonb language sql stable as $$
    select jsonb_build_object('plan', s.plan_id, 'plan_name', p.name, 'currency', s.currency, 'cycle', s.cycle, 'audience', s.audience,
        'state', s.state, 'way', s.way, 'seats', s.seats, 'begun_at', s.begun_at, 'trial_ends', s.trial_ends, 'period_from', s.period_from,
        'period_till', s.period_till, 'cancels_at', s.cancels_at, 'owed_since', s.owed_since, 'customer', s.customer is not null,
        'by_hand', (select coalesce(jsonb_object_agg(g.name, g.amount), '{}') from control.grants g where g.tenant_id = s.tenant_id),
        'grants', (select coalesce(jsonb_object_agg(g.name, g.amount), '{}') from control.plan_grants g where g.plan_id = s.plan_id))
    from control.subscriptions s join control.plans p on p.id = s.plan_id where s.tenant_id = casino;
$$;

create function billing_terms() returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
    select control.billing_terms_of(current_tenant());
$$;

-- read_meter counts the conversations that the transaction's casino began since the last reading, until a moment that is safely
-- past, and keeps the reading under the id it is given. It returns how many there were.
create function read_meter(reading uuid, till timestamptz) returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare since timestamptz; many integer;
begin
    select counted_till into since from control.subscriptions where tenant_id = current_tenant() for update;
    if since is null or till <= since then
        return 0;
    end if;
    select count(*) into many from conversations where tenant_id = current_tenant() and created_at > since and created_at <= till;
    if many = 0 then
        return 0;
    end if;
    insert into control.meter_readings (id, tenant_id, counted_from, counted_till, conversations) values (reading, current_tenant(), since, till, many);
    update control.subscriptions set counted_till = till where tenant_id = current_tenant();
    return many;
end $$;
-- +goose StatementEnd
revoke execute on function begin_billing(text, text, timestamptz), billing_terms(), read_meter(uuid, timestamptz) from public;
grant execute on function begin_billing(text, text, timestamptz), billing_terms(), read_meter(uuid, timestamptz) to pitdesk_app;

grant execute on function control.billing_terms_of(uuid) to pitdesk_control;

create index conversations_created on conversations (tenant_id, created_at);
