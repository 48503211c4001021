-- +goose Up

-- What was said, by its words. Filled behind the conversations' backs, so that accepting a message costs nothing more: what isn't
-- here yet is looked for in the log itself. By month, so that a search begins with the newest and stops when it has enough.
create table entry_words (
    tenant_id       uuid not null,
    conversation_id uuid not null,
    seq             bigint not null,
    month           date not null,
    recorded_at     timestamptz not null,
    words           tsvector not null,
    primary key (tenant_id, conversation_id, seq),
    foreign key (tenant_id, conversation_id, seq) references entries
);
create index entry_words_find on entry_words using gin (tenant_id, month, words);

-- How far a casino's entries are there: all up to this place in its feed. since is the oldest month there is.
create table search_marks (
    tenant_id uuid primary key,
    epoch     integer not null default 0,
    xact      xid8 not null default '0',
    since     date not null default 'infinity'
);

-- +goose StatementBegin
do $$
declare t text;
begin
    foreach t in array array['entry_words', 'search_marks'] loop
        execute format('alter table %I enable row level security', t);
        execute format('alter table %I force row level security', t);
        execute format('create policy tenant on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
            with check (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', t);
        execute format('grant select on %I to pitdesk_app', t);
    end loop;
    foreach t in array array['entry_words', 'search_marks', 'players', 'entries', 'conversations'] loop
        execute format('create policy search on %I for select to pitdesk_search using (true)', t);
    end loop;
end $$;
-- +goose StatementEnd
grant select on entry_words, search_marks to pitdesk_search;
grant select (tenant_id, epoch, xact, conversation_id, seq, kind, language, body, recorded_at) on entries to pitdesk_search;
grant select (tenant_id, id, assignee_id, team_id) on conversations to pitdesk_search;
grant select (tenant_id, id, name, email, sub, seen_at) on players to pitdesk_search;

-- A player is found by a part of their name, e-mail or id at the casino.
create index players_find on players using gin (tenant_id, (lower(coalesce(name, '') || ' ' || coalesce(email, '') || ' ' || coalesce(sub, ''))) gin_trgm_ops);

-- talk_fold is a text without case and without the marks on its letters, so that išėmimas is found by isemimas.
create function talk_fold(v text) returns text language sql immutable parallel safe as $$
    select regexp_replace(normalize(lower(v), NFKD), '[\u0300-\u036f\u064b-\u0652]', '', 'g')
$$;

-- talk_words is what a text is found by: its words without marks, and its language's stems.
create function talk_words(language text, body text) returns tsvector language sql immutable parallel safe as $$
    select to_tsvector('pg_catalog.simple', talk_fold(body)) || to_tsvector(answer_config(coalesce(language, '')), body)
$$;

-- index_words brings a casino's next entries into entry_words and says how many it looked at. A text that is being erased is waited
-- for; one that was erased has nothing to be found by.
-- +goose StatementBegin
create function index_words(p_limit integer) returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
    casino uuid := current_tenant();
    safe xid8 := pg_snapshot_xmin(pg_current_snapshot());
    this integer := current_epoch();
    m search_marks;
    looked integer;
    last_epoch integer;
    last_xact xid8;
begin
    if casino is null then
        return 0;
    end if;
    insert into search_marks (tenant_id) values (casino) on conflict do nothing;
    select * into m from search_marks where tenant_id = casino for update;
    select count(*), max(e.epoch), max(e.xact) filter (where e.epoch = e.newest) into looked, last_epoch, last_xact
      from (select x.epoch, x.xact, max(x.epoch) over () as newest from (
            select epoch, xact from entries where tenant_id = casino and (epoch, xact) > (m.epoch, m.xact) and (epoch < this or xact < safe)
            order by epoch, xact, conversation_id, seq limit p_limit) x) e;
    if looked = 0 then
        return 0;
    end if;
    insert into entry_words (tenant_id, conversation_id, seq, month, recorded_at, words)
    select e.tenant_id, e.conversation_id, e.seq, date_trunc('month', e.recorded_at at time zone 'UTC')::date, e.recorded_at, talk_words(e.language, e.body)
      from entries e
     where e.tenant_id = casino and (e.epoch, e.xact) > (m.epoch, m.xact) and (e.epoch, e.xact) <= (last_epoch, last_xact)
       and e.kind in ('message', 'note') and e.body is not null
       for share of e
    on conflict do nothing;
    update search_marks set epoch = last_epoch, xact = last_xact,
        since = least(since, (select min(w.month) from entry_words w where w.tenant_id = casino))
     where tenant_id = casino;
    return looked;
end $$;
-- +goose StatementEnd

-- talk_search finds conversations by what was said in them, the newest first, one hit each, in a scope: all, or those of a member,
-- of their teams and of nobody.
-- +goose StatementBegin
create function talk_search(p_words text[], p_languages text[], p_all boolean, p_member uuid, p_teams uuid[], p_limit integer)
returns table (conversation_id uuid, seq bigint, said_at timestamptz, said text)
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
    casino uuid := current_tenant();
    m search_marks;
    wanted tsquery := ''::tsquery;
    one tsquery;
    word text;
    lang text;
    period date;
    seen uuid[] := '{}';
    r record;
begin
    if casino is null or coalesce(cardinality(p_words), 0) = 0 then
        return;
    end if;
    foreach word in array p_words loop
        one := to_tsquery('pg_catalog.simple', quote_literal(talk_fold(word)) || ':*');
        foreach lang in array p_languages loop
            one := one || plainto_tsquery(answer_config(lang), word);
        end loop;
        continue when numnode(one) = 0;
        wanted := wanted && one;
    end loop;
    if numnode(wanted) = 0 then
        return;
    end if;
    select * into m from search_marks s where s.tenant_id = casino;
    for r in
        select distinct on (t.conversation_id) t.conversation_id, t.seq, t.recorded_at, t.body from (
            select e.conversation_id, e.seq, e.recorded_at, e.body, e.language, e.kind from entries e
             where e.tenant_id = casino and (e.epoch, e.xact) > (coalesce(m.epoch, 0), coalesce(m.xact, '0'))
             order by e.epoch desc, e.xact desc limit 5000) t
        join conversations c on c.tenant_id = casino and c.id = t.conversation_id
        where t.kind in ('message', 'note') and t.body is not null and talk_words(t.language, t.body) @@ wanted
          and (p_all or c.assignee_id = p_member or (c.assignee_id is null and c.team_id is null) or c.team_id = any (p_teams))
        order by t.conversation_id, t.recorded_at desc
    loop
        exit when cardinality(seen) >= p_limit;
        conversation_id := r.conversation_id; seq := r.seq; said_at := r.recorded_at; said := r.body;
        seen := seen || r.conversation_id;
        return next;
    end loop;
    period := date_trunc('month', now() at time zone 'UTC')::date;
    while period >= m.since and cardinality(seen) < p_limit loop
        for r in
            select f.conversation_id, f.seq, f.recorded_at, e.body from (
                select distinct on (w.conversation_id) w.conversation_id, w.seq, w.recorded_at from entry_words w
                join conversations c on c.tenant_id = casino and c.id = w.conversation_id
                where w.tenant_id = casino and w.month = period and w.words @@ wanted and w.conversation_id <> all (seen)
                  and (p_all or c.assignee_id = p_member or (c.assignee_id is null and c.team_id is null) or c.team_id = any (p_teams))
                order by w.conversation_id, w.recorded_at desc) f
            join entries e on e.tenant_id = casino and e.conversation_id = f.conversation_id and e.seq = f.seq and e.body is not null
            order by f.recorded_at desc, f.conversation_id limit p_limit - cardinality(seen)
        loop
            conversation_id := r.conversation_id; seq := r.seq; said_at := r.recorded_at; said := r.body;
            seen := seen || r.conversation_id;
            return next;
        end loop;
        period := (period - interval '1 month')::date;
    end loop;
end $$;
-- +goose StatementEnd

-- player_search finds players who have all the parts in their name, e-mail or id, who were here last first.
-- +goose StatementBegin
create function player_search(p_parts text[], p_limit integer) returns setof uuid
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare casino uuid := current_tenant();
begin
    if casino is null or coalesce(cardinality(p_parts), 0) = 0 then
        return;
    end if;
    return query select p.id from players p
        where p.tenant_id = casino and lower(coalesce(p.name, '') || ' ' || coalesce(p.email, '') || ' ' || coalesce(p.sub, '')) like all (p_parts)
        order by p.seen_at desc, p.id limit p_limit;
end $$;
-- +goose StatementEnd

-- entry_erase takes what a text is found by with the text.
-- +goose StatementBegin
create or replace function entry_erase(p_tenant uuid, p_conversation uuid, p_seq bigint, p_erasure uuid, p_by_kind text, p_by uuid, p_why text)
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
    delete from entry_words where tenant_id = p_tenant and conversation_id = p_conversation and seq = p_seq;
    insert into erasures values (p_tenant, p_erasure, p_conversation, p_seq, p_by_kind, p_by, p_why, now());
    return true;
end $$;
-- +goose StatementEnd

revoke execute on function index_words, talk_search, player_search from public;
grant execute on function index_words, talk_search, player_search to pitdesk_app;
grant create on schema public to pitdesk_search;
alter function talk_search owner to pitdesk_search;
alter function player_search owner to pitdesk_search;
revoke create on schema public from pitdesk_search;
