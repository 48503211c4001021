-- +goose Up

-- Control tables stand in a schema of their own, which the app role can't enter.
create schema control;

create table control.tenants (
    id         uuid primary key,
    slug       text not null unique check (slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'),
    name       text not null check (length(name) between 1 and 120),
    language   text not null default 'en',
    created_at timestamptz not null default now()
);

create table control.hosts (
    host       text primary key check (host = lower(host)),
    tenant_id  uuid not null references control.tenants,
    main       boolean not null default false,
    created_at timestamptz not null default now()
);
create unique index hosts_main on control.hosts (tenant_id) where main;
create index hosts_tenant on control.hosts (tenant_id);

-- A person is nobody's row: casinos hold memberships.
create table control.people (
    id         uuid primary key,
    email      text not null unique check (email = lower(email)),
    created_at timestamptz not null default now()
);

create table control.api_keys (
    id           uuid primary key,
    tenant_id    uuid not null references control.tenants,
    name         text not null,
    role         text not null check (role in ('operator', 'lead', 'admin')),
    hint         text not null,
    hash         bytea not null unique,
    created_at   timestamptz not null default now(),
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);
create index api_keys_tenant on control.api_keys (tenant_id);

-- The feed's epoch: a restore raises it, so that old cursors are known as old.
create table control.epochs (
    number     integer primary key,
    started_at timestamptz not null default now(),
    why        text not null
);
insert into control.epochs values (1, now(), 'first start');

-- No subselect in here: the planner puts a bare expression in the place of the call, and every list in it pays for less.
create function current_tenant() returns uuid language sql stable
    return nullif(current_setting('app.tenant_id', true), '')::uuid;

-- ---------------------------------------------------------------- the casino

create table brands (
    tenant_id  uuid primary key,
    name       text not null,
    accent     text not null default '#3657d6' check (accent ~ '^#[0-9a-f]{6}$'),
    greeting   jsonb not null default '{}',
    updated_at timestamptz not null default now()
);

-- Pages that may hold the chat in a frame, as origins (RFC 6454).
create table chat_origins (
    tenant_id  uuid not null,
    origin     text not null check (origin ~ '^https?://[a-z0-9.-]+(:[0-9]+)?$'),
    created_at timestamptz not null default now(),
    primary key (tenant_id, origin)
);

-- Keys by which the casino's backend signs who its player is.
create table chat_keys (
    tenant_id  uuid not null,
    id         text not null,
    alg        text not null check (alg in ('HS256', 'EdDSA')),
    key        bytea not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz,
    primary key (tenant_id, id)
);

-- ---------------------------------------------------------------- staff

create table teams (
    tenant_id  uuid not null,
    id         uuid not null,
    name       text not null check (length(name) between 1 and 80),
    for_leads  boolean not null default false,
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, name)
);

create table memberships (
    tenant_id     uuid not null,
    id            uuid not null,
    person_id     uuid not null,
    email         text not null check (email = lower(email)),
    name          text not null check (length(name) between 1 and 120),
    role          text not null check (role in ('operator', 'lead', 'admin')),
    language      text not null default 'en',
    password      text,
    password_at   timestamptz,
    totp_secret   text,
    totp_at       timestamptz,
    totp_step     bigint not null default 0,
    away_since    timestamptz,
    last_seen_at  timestamptz,
    created_at    timestamptz not null default now(),
    disabled_at   timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, person_id),
    unique (tenant_id, email)
);

create table membership_teams (
    tenant_id     uuid not null,
    membership_id uuid not null,
    team_id       uuid not null,
    primary key (tenant_id, membership_id, team_id),
    foreign key (tenant_id, membership_id) references memberships on delete cascade,
    foreign key (tenant_id, team_id) references teams on delete cascade
);
create index membership_teams_team on membership_teams (tenant_id, team_id);

create table recovery_codes (
    tenant_id     uuid not null,
    membership_id uuid not null,
    hash          bytea not null,
    used_at       timestamptz,
    primary key (tenant_id, membership_id, hash),
    foreign key (tenant_id, membership_id) references memberships on delete cascade
);

create table staff_sessions (
    tenant_id     uuid not null,
    token_hash    bytea not null,
    id            uuid not null,
    membership_id uuid not null,
    created_at    timestamptz not null default now(),
    seen_at       timestamptz not null default now(),
    expires_at    timestamptz not null,
    proven_at     timestamptz,
    address       text not null,
    browser       text not null,
    primary key (tenant_id, token_hash),
    unique (tenant_id, id),
    foreign key (tenant_id, membership_id) references memberships on delete cascade
);
create index staff_sessions_member on staff_sessions (tenant_id, membership_id);

create table invitations (
    tenant_id   uuid not null,
    id          uuid not null,
    token_hash  bytea not null,
    email       text not null check (email = lower(email)),
    name        text not null,
    role        text not null check (role in ('operator', 'lead', 'admin')),
    teams       uuid[] not null default '{}',
    language    text not null default 'en',
    invited_by  uuid,
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,
    accepted_at timestamptz,
    revoked_at  timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, token_hash),
    foreign key (tenant_id, invited_by) references memberships
);

create table password_resets (
    tenant_id     uuid not null,
    token_hash    bytea not null,
    membership_id uuid not null,
    created_at    timestamptz not null default now(),
    expires_at    timestamptz not null,
    used_at       timestamptz,
    primary key (tenant_id, token_hash),
    foreign key (tenant_id, membership_id) references memberships on delete cascade
);

create table sign_in_attempts (
    tenant_id uuid not null,
    id        uuid not null,
    account   text not null,
    address   text not null,
    at        timestamptz not null default now(),
    ok        boolean not null,
    primary key (tenant_id, id)
);
create index sign_in_attempts_account on sign_in_attempts (tenant_id, account, at);
create index sign_in_attempts_address on sign_in_attempts (tenant_id, address, at);

-- ---------------------------------------------------------------- players

create table players (
    tenant_id  uuid not null,
    id         uuid not null,
    sub        text check (length(sub) between 1 and 255),
    name       text,
    email      text,
    phone      text,
    language   text,
    country    text check (country ~ '^[A-Z]{2}$'),
    vip        text,
    status     text not null default 'unknown' check (status in ('active', 'at_risk', 'excluded', 'unknown')),
    proven_at  timestamptz,
    created_at timestamptz not null default now(),
    seen_at    timestamptz not null default now(),
    primary key (tenant_id, id)
);
create unique index players_sub on players (tenant_id, sub) where sub is not null;

-- A visitor who later signed in: linked, never merged.
create table player_links (
    tenant_id  uuid not null,
    player_id  uuid not null,
    visitor_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (tenant_id, player_id, visitor_id),
    foreign key (tenant_id, player_id) references players,
    foreign key (tenant_id, visitor_id) references players
);
create unique index player_links_visitor on player_links (tenant_id, visitor_id);

create table player_sessions (
    tenant_id  uuid not null,
    token_hash bytea not null,
    player_id  uuid not null,
    proven     boolean not null,
    language   text not null default 'en',
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    ended_at   timestamptz,
    primary key (tenant_id, token_hash),
    foreign key (tenant_id, player_id) references players
);
create index player_sessions_player on player_sessions (tenant_id, player_id);

-- jti claims already exchanged (RFC 7519, section 4.1.7).
create table identity_tokens_used (
    tenant_id  uuid not null,
    jti        text not null check (length(jti) between 1 and 255),
    expires_at timestamptz not null,
    primary key (tenant_id, jti)
);

-- ---------------------------------------------------------------- conversations

create table topics (
    tenant_id  uuid not null,
    id         uuid not null,
    key        text not null check (key ~ '^[a-z][a-z0-9_]{1,40}$'),
    names      jsonb not null default '{}',
    position   integer not null default 0,
    to_lead    boolean not null default false,
    retired_at timestamptz,
    primary key (tenant_id, id),
    unique (tenant_id, key)
);

create table tags (
    tenant_id  uuid not null,
    id         uuid not null,
    name       text not null check (length(name) between 1 and 40),
    created_at timestamptz not null default now(),
    primary key (tenant_id, id),
    unique (tenant_id, name)
);

create table conversations (
    tenant_id        uuid not null,
    id               uuid not null,
    player_id        uuid not null,
    channel          text not null check (channel in ('chat', 'email', 'phone', 'messenger', 'api')),
    language         text,
    state            text not null default 'open' check (state in ('open', 'snoozed', 'resolved')),
    assignee_id      uuid,
    team_id          uuid,
    topic_id         uuid,
    -- When the player began to wait for an answer; null while nobody waits.
    waiting_since    timestamptz default now(),
    -- When the turn last passed between player and desk, or the state changed: the lists' order.
    turn_at          timestamptz not null default now(),
    opened_at        timestamptz not null default now(),
    snoozed_until    timestamptz,
    escalated_at     timestamptz,
    first_reply_at   timestamptz,
    return_address   text,
    created_at       timestamptz not null default now(),
    last_message_seq bigint not null default 0,
    last_seq         bigint not null default 0,
    last_hash        bytea not null check (length(last_hash) = 32),
    primary key (tenant_id, id),
    check ((state = 'snoozed') = (snoozed_until is not null)),
    foreign key (tenant_id, player_id) references players,
    foreign key (tenant_id, assignee_id) references memberships,
    foreign key (tenant_id, team_id) references teams,
    foreign key (tenant_id, topic_id) references topics
) with (fillfactor = 70);
create index conversations_state on conversations (tenant_id, state, turn_at, id);
create index conversations_assignee on conversations (tenant_id, assignee_id, state, turn_at, id);
create index conversations_team on conversations (tenant_id, team_id, state, turn_at, id);
create index conversations_topic on conversations (tenant_id, topic_id, state, turn_at, id);
create index conversations_channel on conversations (tenant_id, channel, state, turn_at, id);
-- Whatever no agent and no team has: it is in everybody's sight.
create index conversations_free on conversations (tenant_id, state, turn_at, id) where assignee_id is null and team_id is null;
create index conversations_player on conversations (tenant_id, player_id, created_at desc);
create index conversations_waiting on conversations (tenant_id, waiting_since, id) where waiting_since is not null and state = 'open';
create index conversations_snoozed on conversations (tenant_id, snoozed_until) where state = 'snoozed';

create table conversation_tags (
    tenant_id       uuid not null,
    conversation_id uuid not null,
    tag_id          uuid not null,
    tagged_by       uuid,
    tagged_at       timestamptz not null default now(),
    primary key (tenant_id, conversation_id, tag_id),
    foreign key (tenant_id, conversation_id) references conversations,
    foreign key (tenant_id, tag_id) references tags
);
create index conversation_tags_tag on conversation_tags (tenant_id, tag_id, conversation_id);

-- The log. The app role may read and add; nothing else.
create table entries (
    tenant_id       uuid not null,
    conversation_id uuid not null,
    seq             bigint not null check (seq > 0),
    id              uuid not null,
    kind            text not null check (kind in ('message', 'note', 'assignment', 'state', 'topic', 'tag', 'link', 'address', 'erasure', 'call', 'survey')),
    visibility      text not null check (visibility in ('player', 'staff')),
    author_kind     text not null check (author_kind in ('player', 'agent', 'bot', 'ai', 'system')),
    author_id       uuid,
    channel         text not null,
    language        text,
    -- What the entry says besides its text: ids, names as they were, files with their digests.
    facts           jsonb not null default '{}',
    sender          text not null,
    client_id       text,
    happened_at     timestamptz not null,
    recorded_at     timestamptz not null,
    xact            xid8 not null default pg_current_xact_id(),
    epoch           integer not null default 1,
    -- Text and salt alone can be erased; their digest stays.
    body            text check (length(body) <= 20000),
    salt            bytea,
    body_digest     bytea not null check (length(body_digest) = 32),
    digest          bytea not null check (length(digest) = 32),
    hash            bytea not null check (length(hash) = 32),
    primary key (tenant_id, conversation_id, seq),
    foreign key (tenant_id, conversation_id) references conversations
);
create unique index entries_client on entries (tenant_id, sender, client_id) where client_id is not null;
create index entries_feed on entries (tenant_id, epoch, xact, conversation_id, seq);

create table erasures (
    tenant_id       uuid not null,
    id              uuid not null,
    conversation_id uuid not null,
    seq             bigint not null,
    by_kind         text not null,
    by_id           uuid,
    why             text not null check (length(why) between 1 and 500),
    at              timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, conversation_id, seq) references entries
);

-- How far each agent has read, and how far the player has received and seen. Not entries.
create table conversation_reads (
    tenant_id       uuid not null,
    conversation_id uuid not null,
    membership_id   uuid not null,
    seq             bigint not null,
    at              timestamptz not null default now(),
    primary key (tenant_id, conversation_id, membership_id),
    foreign key (tenant_id, conversation_id) references conversations,
    foreign key (tenant_id, membership_id) references memberships on delete cascade
);

create table player_marks (
    tenant_id       uuid not null,
    conversation_id uuid not null,
    delivered_seq   bigint not null default 0,
    seen_seq        bigint not null default 0,
    at              timestamptz not null default now(),
    primary key (tenant_id, conversation_id),
    foreign key (tenant_id, conversation_id) references conversations
);

create table files (
    tenant_id       uuid not null,
    id              uuid not null,
    conversation_id uuid,
    uploader_kind   text not null check (uploader_kind in ('player', 'agent')),
    uploader_id     uuid not null,
    name            text not null check (length(name) between 1 and 200),
    media_type      text not null,
    size            bigint not null check (size >= 0),
    width           integer,
    height          integer,
    digest          bytea not null check (length(digest) = 32),
    blob            text not null,
    created_at      timestamptz not null default now(),
    primary key (tenant_id, id),
    foreign key (tenant_id, conversation_id) references conversations
);

create table audit_log (
    tenant_id   uuid not null,
    id          uuid not null,
    at          timestamptz not null default now(),
    actor_kind  text not null,
    actor_id    uuid,
    role        text not null,
    action      text not null,
    object      text not null,
    object_id   uuid,
    outcome     text not null default 'allowed' check (outcome in ('allowed', 'refused')),
    facts       jsonb not null default '{}',
    address     text,
    request_id  text,
    -- Reads of one thing by one person within five minutes are one line.
    read_during timestamptz,
    primary key (tenant_id, id)
);
create unique index audit_log_reads on audit_log (tenant_id, read_during, actor_id, action, object, object_id) nulls not distinct where read_during is not null;
create index audit_log_at on audit_log (tenant_id, at desc);

-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['brands', 'chat_origins', 'chat_keys', 'teams', 'memberships', 'membership_teams', 'recovery_codes',
        'staff_sessions', 'invitations', 'password_resets', 'sign_in_attempts', 'players', 'player_links', 'player_sessions',
        'identity_tokens_used', 'topics', 'tags', 'conversations', 'conversation_tags', 'entries', 'erasures',
        'conversation_reads', 'player_marks', 'files', 'audit_log']
    loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy tenant on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
            with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', t);
        execute format('grant select, insert on %I to pitdesk_app', t);
        if t not in ('entries', 'erasures', 'audit_log') then
            execute format('grant update, delete on %I to pitdesk_app', t);
        end if;
    end loop;
end $$;
-- +goose StatementEnd

grant usage on schema control to pitdesk_control;
grant select, insert, update, delete on all tables in schema control to pitdesk_control;

-- ---------------------------------------------------------------- the log's verbs

create function log_seed(tenant uuid, conversation uuid) returns bytea language sql immutable parallel safe
    return sha256(uuid_send(tenant) || uuid_send(conversation));

-- Every immutable column in canonical form: Postgres's binary form of a row, in which each field is its type's number, its
-- length in octets (-1 for null) and its bytes. Text goes in as UTF-8 whatever the client's encoding. One call of C code: this
-- runs in every message's way. Stable, as its parts are; an immutable one could not be inlined into queries that verify.
create function log_digest(e entries) returns bytea language sql stable parallel safe
    return sha256(record_send(row(
        e.tenant_id, e.conversation_id, e.id, convert_to(e.kind, 'UTF8'), convert_to(e.visibility, 'UTF8'),
        convert_to(e.author_kind, 'UTF8'), e.author_id, convert_to(e.channel, 'UTF8'), convert_to(e.language, 'UTF8'),
        convert_to(e.facts::text, 'UTF8'), convert_to(e.sender, 'UTF8'), convert_to(e.client_id, 'UTF8'),
        e.happened_at, e.recorded_at, e.xact, e.epoch, e.body_digest)));

-- The feed's epoch, readable by those who may not enter the control schema.
-- +goose StatementBegin
create function current_epoch() returns integer language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (select number from control.epochs order by number desc limit 1);
end $$;
-- +goose StatementEnd
revoke execute on function current_epoch from public;
grant execute on function current_epoch to pitdesk_app;

-- log_append adds one entry and moves its conversation, in one statement under the conversation's row lock.
-- It answers a repeated client id with the entry that is already there; another text under it raises 23P01. With p_player the
-- conversation must be that player's on that channel, else the answer is null, and a repeat raises 23505.
-- +goose StatementBegin
create function log_append(
    p_tenant uuid, p_conversation uuid, p_id uuid, p_kind text, p_visibility text, p_author_kind text, p_author uuid,
    p_channel text, p_language text, p_body text, p_salt bytea, p_facts jsonb, p_happened timestamptz,
    p_sender text, p_client text, p_player uuid default null,
    out seq bigint, out id uuid, out recorded_at timestamptz, out replayed boolean, out reopened boolean,
    out player_id uuid, out assignee_id uuid, out team_id uuid, out state text)
language plpgsql as $$
declare
    e entries;
    spoke boolean := p_kind = 'message' and p_author_kind = 'player';
    answered boolean := p_kind = 'message' and p_author_kind <> 'player' and p_visibility = 'player';
begin
    replayed := false;
    if p_client is not null and p_player is null then
        select * into e from entries x where x.tenant_id = p_tenant and x.sender = p_sender and x.client_id = p_client;
        if found then
            if e.conversation_id <> p_conversation or e.kind <> p_kind or e.facts <> p_facts
               or (e.salt is not null and e.body_digest <> sha256(e.salt || convert_to(coalesce(p_body, ''), 'UTF8'))) then
                raise exception 'client id already used for another entry' using errcode = '23P01';
            end if;
            seq := e.seq; id := e.id; recorded_at := e.recorded_at; replayed := true; reopened := false;
            select x.player_id, x.assignee_id, x.team_id, x.state into player_id, assignee_id, team_id, state
              from conversations x where x.tenant_id = p_tenant and x.id = p_conversation;
            return;
        end if;
    end if;

    e.tenant_id := p_tenant;
    e.conversation_id := p_conversation;
    e.id := p_id;
    e.kind := p_kind;
    e.visibility := p_visibility;
    e.author_kind := p_author_kind;
    e.author_id := p_author;
    e.channel := p_channel;
    e.language := p_language;
    e.facts := p_facts;
    e.sender := p_sender;
    e.client_id := p_client;
    e.happened_at := p_happened;
    e.recorded_at := now();
    e.xact := pg_current_xact_id();
    e.epoch := current_epoch();
    e.body_digest := sha256(p_salt || convert_to(coalesce(p_body, ''), 'UTF8'));
    e.digest := log_digest(e);

    with moved as (
        update conversations x set
            last_seq = x.last_seq + 1,
            last_hash = sha256(x.last_hash || int8send(x.last_seq + 1) || e.digest),
            last_message_seq = case when p_kind = 'message' then x.last_seq + 1 else x.last_message_seq end,
            turn_at = case when (spoke and (x.waiting_since is null or x.state <> 'open')) or (answered and x.waiting_since is not null)
                           then now() else x.turn_at end,
            waiting_since = case when spoke then coalesce(x.waiting_since, now()) when answered then null else x.waiting_since end,
            first_reply_at = case when answered then coalesce(x.first_reply_at, now()) else x.first_reply_at end,
            opened_at = case when spoke and x.state <> 'open' then now() else x.opened_at end,
            snoozed_until = case when spoke then null else x.snoozed_until end,
            state = case when spoke then 'open' else x.state end
        where x.tenant_id = p_tenant and x.id = p_conversation
          and (p_player is null or (x.channel = p_channel and (x.player_id = p_player or exists (select from player_links l
               where l.tenant_id = p_tenant and l.player_id = p_player and l.visitor_id = x.player_id))))
        returning x.*),
    added as (
        insert into entries (tenant_id, conversation_id, seq, id, kind, visibility, author_kind, author_id, channel, language,
            facts, sender, client_id, happened_at, recorded_at, xact, epoch, body, salt, body_digest, digest, hash)
        select p_tenant, p_conversation, m.last_seq, p_id, p_kind, p_visibility, p_author_kind, p_author, p_channel, p_language,
            p_facts, p_sender, p_client, p_happened, e.recorded_at, e.xact, e.epoch, p_body, p_salt, e.body_digest, e.digest, m.last_hash
        from moved m)
    select m.last_seq, p_id, e.recorded_at, spoke and m.opened_at = now() and m.last_seq > 1, m.player_id, m.assignee_id, m.team_id, m.state
      into seq, id, recorded_at, reopened, player_id, assignee_id, team_id, state
      from moved m;
    if not found and p_player is null then
        raise exception 'no such conversation' using errcode = 'P0002';
    end if;
end $$;
-- +goose StatementEnd

-- has_digit says whether a text holds a digit of any script; a few of their neighbours count too. [[:digit:]] knows ASCII alone.
create function has_digit(v text) returns boolean language sql immutable parallel safe
    return v ~ '[0-9\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u1c59\ua620-\uabf9\uff10-\uff19\U000104a0-\U00011fff\U00016a60-\U00016d79\U0001ccf0-\U0001ccf9\U0001d7ce-\U0001d7ff\U0001e140-\U0001e959\U0001fbf0-\U0001fbf9]';

-- chat_receive accepts players' messages, all of one casino and no two of one conversation, in one statement: sessions, whose
-- conversations they are, entries, heads. A message that isn't among the answers wasn't accepted, and a client id that was used
-- before raises 23505 for all: the caller then looks at each with chat_receive_one. What it does to a conversation is what
-- log_append does for a player's message; a test holds the two together.
-- +goose StatementBegin
create function chat_receive(
    p_tenant uuid, p_tokens bytea[], p_conversations uuid[], p_ids uuid[], p_languages text[], p_bodies text[], p_salts bytea[],
    p_happened timestamptz[], p_clients text[])
returns table (n bigint, seq bigint, recorded_at timestamptz, player_id uuid, who uuid, assignee_id uuid, team_id uuid)
language plpgsql as $$
declare
    this integer := current_epoch();
    a record;
begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    for a in
        with said as materialized (
            select m.*, s.player_id as who, 'player:' || s.player_id as sender, sha256(m.salt || convert_to(m.body, 'UTF8')) as body_digest
            from unnest(p_tokens, p_conversations, p_ids, p_languages, p_bodies, p_salts, p_happened, p_clients)
                with ordinality as m(token, conversation, id, language, body, salt, happened, client, n)
            join player_sessions s on s.tenant_id = p_tenant and s.token_hash = m.token and s.expires_at > now() and s.ended_at is null
            order by m.conversation), -- locked in one order by all who write many
        digested as materialized (
            select d.*, log_digest(row(p_tenant, d.conversation, 0, d.id, 'message', 'player', 'player', d.who, 'chat', d.language, '{}',
                d.sender, d.client, d.happened, now(), pg_current_xact_id(), this, null, null, d.body_digest, null, null)::entries) as digest
            from said d),
        moved as (
            update conversations x set
                last_seq = x.last_seq + 1,
                last_hash = sha256(x.last_hash || int8send(x.last_seq + 1) || d.digest),
                last_message_seq = x.last_seq + 1,
                turn_at = case when x.waiting_since is null or x.state <> 'open' then now() else x.turn_at end,
                waiting_since = coalesce(x.waiting_since, now()),
                opened_at = case when x.state <> 'open' then now() else x.opened_at end,
                snoozed_until = null,
                state = 'open'
            from digested d
            where x.tenant_id = p_tenant and x.id = d.conversation and x.channel = 'chat'
              and (x.player_id = d.who or exists (select from player_links l
                   where l.tenant_id = p_tenant and l.player_id = d.who and l.visitor_id = x.player_id))
            returning d.*, x.last_seq, x.last_hash, x.player_id, x.assignee_id, x.team_id, x.opened_at),
        added as (
            insert into entries (tenant_id, conversation_id, seq, id, kind, visibility, author_kind, author_id, channel, language,
                facts, sender, client_id, happened_at, recorded_at, xact, epoch, body, salt, body_digest, digest, hash)
            select p_tenant, m.conversation, m.last_seq, m.id, 'message', 'player', 'player', m.who, 'chat', m.language,
                '{}', m.sender, m.client, m.happened, now(), pg_current_xact_id(), this, m.body, m.salt, m.body_digest, m.digest, m.last_hash
            from moved m)
        select m.*, m.opened_at = now() and m.last_seq > 1 as reopened from moved m
    loop
        if a.reopened then
            perform log_append(p_tenant, a.conversation, gen_random_uuid(), 'state', 'staff', 'system', null, 'chat', null, null,
                uuid_send(gen_random_uuid()), '{"to": "open"}', a.happened, 'system', null);
        end if;
        n := a.n; seq := a.last_seq; recorded_at := now(); player_id := a.player_id; who := a.who;
        assignee_id := a.assignee_id; team_id := a.team_id;
        return next;
    end loop;
end $$;
-- +goose StatementEnd

-- chat_receive_one accepts one message with a closer look. outcome is accepted, look (below), session (unknown or ended) or
-- conversation (not this player's). A client id that was used before raises 23505.
-- +goose StatementBegin
create function chat_receive_one(
    p_tenant uuid, p_token bytea, p_conversation uuid, p_id uuid, p_language text, p_body text, p_salt bytea, p_facts jsonb,
    p_happened timestamptz, p_client text, p_digits boolean,
    out outcome text, out seq bigint, out recorded_at timestamptz, out player_id uuid, out who uuid, out assignee_id uuid, out team_id uuid)
language plpgsql as $$
declare
    a record;
begin
    perform set_config('app.tenant_id', p_tenant::text, true);
    select s.player_id into who from player_sessions s
     where s.tenant_id = p_tenant and s.token_hash = p_token and s.expires_at > now() and s.ended_at is null;
    if not found then
        outcome := 'session';
        return;
    end if;
    -- Digits wait for their turn before they look back: two halves of a card number may be sent at once.
    if p_digits then
        perform from conversations c where c.tenant_id = p_tenant and c.id = p_conversation for update;
    end if;
    -- Digits after digits may be the second half of a card number: the caller must look before it writes.
    if p_digits and exists (
        select from (select x.author_kind, x.body from entries x where x.tenant_id = p_tenant and x.conversation_id = p_conversation
                     and x.kind = 'message' order by x.seq desc limit 8) e
         where e.author_kind = 'player' and has_digit(e.body)) then
        outcome := 'look';
        return;
    end if;
    a := log_append(p_tenant, p_conversation, p_id, 'message', 'player', 'player', who, 'chat', p_language,
        p_body, p_salt, p_facts, p_happened, 'player:' || who, p_client, who);
    if a.seq is null then
        outcome := 'conversation';
        return;
    end if;
    outcome := 'accepted';
    seq := a.seq; recorded_at := a.recorded_at; player_id := a.player_id; assignee_id := a.assignee_id; team_id := a.team_id;
    if a.reopened then
        perform log_append(p_tenant, p_conversation, gen_random_uuid(), 'state', 'staff', 'system', null, 'chat', null, null,
            uuid_send(gen_random_uuid()), '{"to": "open"}', p_happened, 'system', null);
    end if;
end $$;
-- +goose StatementEnd

-- entry_erase is the one door by which text leaves the log. The row stays, its digest too; who and why are kept.
-- +goose StatementBegin
create function entry_erase(p_tenant uuid, p_conversation uuid, p_seq bigint, p_erasure uuid, p_by_kind text, p_by uuid, p_why text)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
    if p_tenant is distinct from current_tenant() then
        raise exception 'another tenant' using errcode = '42501';
    end if;
    update entries set body = null, salt = null
     where tenant_id = p_tenant and conversation_id = p_conversation and seq = p_seq and salt is not null;
    if not found then
        return false;
    end if;
    insert into erasures values (p_tenant, p_erasure, p_conversation, p_seq, p_by_kind, p_by, p_why, now());
    return true;
end $$;
-- +goose StatementEnd
revoke execute on function entry_erase from public;
grant execute on function entry_erase to pitdesk_app;
