-- The newest state of the schema, dumped by `make schema`. Never edit it: write a migration.
-- Postgres 15

CREATE SCHEMA control;

ALTER SCHEMA control OWNER TO pitdesk_owner;

ALTER SCHEMA public OWNER TO pitdesk_owner;

CREATE EXTENSION IF NOT EXISTS btree_gin WITH SCHEMA public;

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

CREATE FUNCTION control.add_key(tenant uuid, reseller uuid, most integer, key_id uuid, key_name text, key_role text, key_hint text, key_hash bytea, expires timestamp with time zone, key_scopes text[], key_networks text[]) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
begin
    if tenant is not null then
        perform 1 from control.tenants where id = tenant for no key update;
    else
        perform 1 from control.resellers where id = reseller for no key update;
    end if;
    if (select count(*) from control.kept_keys k where k.good and (k.tenant_id = tenant or k.reseller_id = reseller)) >= most then
        return false;
    end if;
    insert into control.api_keys (id, tenant_id, reseller_id, name, role, hint, hash, expires_at, scopes, networks)
    values (key_id, tenant, reseller, key_name, key_role, key_hint, key_hash, expires, key_scopes, key_networks::cidr[]);
    return true;
end $$;

ALTER FUNCTION control.add_key(tenant uuid, reseller uuid, most integer, key_id uuid, key_name text, key_role text, key_hint text, key_hash bytea, expires timestamp with time zone, key_scopes text[], key_networks text[]) OWNER TO pitdesk_owner;

CREATE FUNCTION control.billing_terms_of(casino uuid) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    select jsonb_build_object('plan', s.plan_id, 'plan_name', p.name, 'currency', s.currency, 'cycle', s.cycle, 'audience', s.audience,
        'state', s.state, 'way', s.way, 'seats', s.seats, 'begun_at', s.begun_at, 'trial_ends', s.trial_ends, 'period_from', s.period_from,
        'period_till', s.period_till, 'cancels_at', s.cancels_at, 'owed_since', s.owed_since, 'customer', s.customer is not null,
        'by_hand', (select coalesce(jsonb_object_agg(g.name, g.amount), '{}') from control.grants g where g.tenant_id = s.tenant_id),
        'grants', (select coalesce(jsonb_object_agg(g.name, g.amount), '{}') from control.plan_grants g where g.plan_id = s.plan_id))
    from control.subscriptions s join control.plans p on p.id = s.plan_id where s.tenant_id = casino;
$$;

ALTER FUNCTION control.billing_terms_of(casino uuid) OWNER TO pitdesk_owner;

CREATE FUNCTION control.end_old_secret(tenant uuid, reseller uuid, key_id uuid) RETURNS boolean
    LANGUAGE sql
    AS $$
    with ended as (update control.api_keys set old_until = now()
        where id = key_id and (tenant_id = tenant or reseller_id = reseller) and revoked_at is null and old_until > now() returning 1)
    select exists (select from ended);
$$;

ALTER FUNCTION control.end_old_secret(tenant uuid, reseller uuid, key_id uuid) OWNER TO pitdesk_owner;

CREATE FUNCTION control.feed(p_tenant uuid, p_reseller uuid, p_epoch integer, p_xact xid8, p_after_tenant uuid, p_conversation uuid, p_seq bigint, p_limit integer) RETURNS TABLE(tenant_id uuid, epoch integer, xact xid8, conversation_id uuid, seq bigint, id uuid, kind text, visibility text, author_kind text, author_id uuid, channel text, recorded_at timestamp with time zone, player_id uuid, by_key boolean, turned text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
    this integer := (select max(x.number) from control.epochs x);
    horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
begin
    return query
    select f.tenant_id, f.epoch, f.xact, f.conversation_id, f.seq, f.id, f.kind, f.visibility, f.author_kind, f.author_id,
           f.channel, f.recorded_at, c.player_id, f.by_key, f.turned
    from (
        select e.* from control.tenants t
        cross join lateral (
            select x.tenant_id, x.epoch, x.xact, x.conversation_id, x.seq, x.id, x.kind, x.visibility, x.author_kind, x.author_id,
                   x.channel, x.recorded_at, x.facts ? 'key' as by_key, feed_turn(x.kind, x.facts) as turned
            from entries x
            where x.tenant_id = t.id and (x.epoch, x.xact) >= (p_epoch, p_xact)
              and (x.epoch, x.xact, x.tenant_id, x.conversation_id, x.seq) > (p_epoch, p_xact, p_after_tenant, p_conversation, p_seq)
              and (x.epoch, x.xact) < (this, horizon)
            order by x.tenant_id, x.epoch, x.xact, x.conversation_id, x.seq limit p_limit) e
        where t.id = p_tenant or t.reseller_id = p_reseller
        order by e.epoch, e.xact, e.tenant_id, e.conversation_id, e.seq limit p_limit) f
    join conversations c on c.tenant_id = f.tenant_id and c.id = f.conversation_id
    order by f.epoch, f.xact, f.tenant_id, f.conversation_id, f.seq;
end $$;

ALTER FUNCTION control.feed(p_tenant uuid, p_reseller uuid, p_epoch integer, p_xact xid8, p_after_tenant uuid, p_conversation uuid, p_seq bigint, p_limit integer) OWNER TO pitdesk_search;

CREATE FUNCTION control.hold(tenant uuid, from_source text, wanted text, reason text) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare worst text;
begin
    perform 1 from control.tenants where id = tenant for update;
    if not found then
        return null;
    end if;
    if wanted = 'open' then
        delete from control.holds where tenant_id = tenant and source = from_source;
    else
        insert into control.holds (tenant_id, source, standing, why) values (tenant, from_source, wanted, reason)
        on conflict (tenant_id, source) do update set standing = excluded.standing, why = excluded.why,
            since = case when control.holds.standing = excluded.standing then control.holds.since else now() end;
    end if;
    select coalesce((array_agg(h.standing order by array_position(array['closed', 'suspended', 'read_only'], h.standing)))[1], 'open')
      into worst from control.holds h where h.tenant_id = tenant;
    update control.tenants set standing = worst, standing_at = now() where id = tenant and standing <> worst;
    insert into control.revisions (tenant_id, subject) values (tenant, 'hosts')
    on conflict (tenant_id, subject) do update set number = control.revisions.number + 1, changed_at = clock_timestamp();
    return worst;
end $$;

ALTER FUNCTION control.hold(tenant uuid, from_source text, wanted text, reason text) OWNER TO pitdesk_owner;

CREATE FUNCTION control.revoke_key(tenant uuid, reseller uuid, key_id uuid) RETURNS boolean
    LANGUAGE sql
    AS $$
    with ended as (update control.api_keys set revoked_at = now()
        where id = key_id and (tenant_id = tenant or reseller_id = reseller) and revoked_at is null returning 1)
    select exists (select from ended);
$$;

ALTER FUNCTION control.revoke_key(tenant uuid, reseller uuid, key_id uuid) OWNER TO pitdesk_owner;

CREATE FUNCTION control.rotate_key(tenant uuid, reseller uuid, key_id uuid, new_hint text, new_hash bytea, keep_until timestamp with time zone) RETURNS text
    LANGUAGE plpgsql
    AS $$
declare until timestamptz;
begin
    select coalesce(a.old_until, '-infinity') into until from control.api_keys a join control.kept_keys k using (id)
    where a.id = key_id and k.good and (a.tenant_id = tenant or a.reseller_id = reseller) for update of a;
    if not found then
        return 'unknown';
    elsif until > now() then
        return 'two';
    end if;
    update control.api_keys set old_hash = hash, old_hint = hint, old_until = keep_until, old_used_at = last_used_at,
        hash = new_hash, hint = new_hint, last_used_at = null, rotated_at = now() where id = key_id;
    return 'rotated';
end $$;

ALTER FUNCTION control.rotate_key(tenant uuid, reseller uuid, key_id uuid, new_hint text, new_hash bytea, keep_until timestamp with time zone) OWNER TO pitdesk_owner;

CREATE FUNCTION control.slug_look(slug text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    select regexp_replace(translate(replace(replace(replace(replace(slug, '-', ''), 'rn', 'm'), 'vv', 'w'), 'cl', 'd'),
        '0123456789ijq', 'olzeas6t8gllg'), '(.)\1+', '\1', 'g')
$$;

ALTER FUNCTION control.slug_look(slug text) OWNER TO pitdesk_owner;

CREATE FUNCTION control.webhooks_behind() RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

ALTER FUNCTION control.webhooks_behind() OWNER TO pitdesk_search;

CREATE FUNCTION public.add_key(most integer, key_id uuid, key_name text, key_role text, key_hint text, key_hash bytea, expires timestamp with time zone, key_scopes text[], key_networks text[]) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    select control.add_key(current_tenant(), null, most, key_id, key_name, key_role, key_hint, key_hash, expires, key_scopes, key_networks);
$$;

ALTER FUNCTION public.add_key(most integer, key_id uuid, key_name text, key_role text, key_hint text, key_hash bytea, expires timestamp with time zone, key_scopes text[], key_networks text[]) OWNER TO pitdesk_owner;

CREATE FUNCTION public.answer_config(language text) RETURNS regconfig
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select case split_part(language, '-', 1)
        when 'en' then 'pg_catalog.english' when 'ru' then 'pg_catalog.russian' when 'lt' then 'pg_catalog.lithuanian'
        when 'de' then 'pg_catalog.german' when 'es' then 'pg_catalog.spanish' when 'pt' then 'pg_catalog.portuguese'
        when 'tr' then 'pg_catalog.turkish' when 'ar' then 'pg_catalog.arabic' else 'pg_catalog.simple' end::regconfig
$$;

ALTER FUNCTION public.answer_config(language text) OWNER TO pitdesk_owner;

CREATE FUNCTION public.answer_search(p_languages text[], p_words text[], p_folded text[], p_internal boolean, p_limit integer) RETURNS TABLE(article_id uuid, language text, slug text, title text, summary text, score real, exact boolean)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare
    casino uuid := current_tenant();
    n integer := coalesce(cardinality(p_words), 0);
    line text := array_to_string(p_folded, ' ');
    lang text;
    config regconfig;
    word tsquery;
    near_word tsquery;
    all_words tsquery;
    near_words tsquery;
    any_word tsquery;
    wanted tsquery;
    seen uuid[] := '{}';
    before integer;
    r record;
begin
    if casino is null or n = 0 then
        return;
    end if;
    foreach lang in array p_languages loop
        config := answer_config(lang);
        before := cardinality(seen);
        for pass in 1..3 loop
            exit when cardinality(seen) >= p_limit or cardinality(seen) > before;
            -- What is only like the words is looked for as long as nothing else was found in any language.
            exit when pass > 1 and before > 0;
            if pass < 3 then
                all_words := ''::tsquery;
                near_words := ''::tsquery;
                any_word := ''::tsquery;
                for i in 1..n loop
                    -- Words like "how" and "my" say nothing, unless nothing else was said.
                    continue when numnode(plainto_tsquery(config, p_words[i])) = 0 and (i < n or numnode(all_words) > 0);
                    word := plainto_tsquery(config, p_words[i]) || plainto_tsquery('pg_catalog.simple', p_folded[i]);
                    if i = n then
                        word := word || to_tsquery('pg_catalog.simple', p_folded[i] || ':*');
                    end if;
                    all_words := all_words && word;
                    continue when pass = 1;
                    near_word := word;
                    if length(p_folded[i]) >= 4 and not exists (select from article_search s
                            where s.tenant_id = casino and s.language = lang and s.words @@ word) then
                        for r in select w.word from article_words w
                                where w.tenant_id = casino and w.language = lang and (w.word % p_folded[i] or w.word % p_words[i])
                                group by w.word order by greatest(similarity(w.word, p_folded[i]), similarity(w.word, p_words[i])) desc, w.word limit 3 loop
                            near_word := near_word || plainto_tsquery('pg_catalog.simple', r.word);
                        end loop;
                    end if;
                    near_words := near_words && near_word;
                    any_word := any_word || near_word;
                end loop;
            end if;
            wanted := case pass when 1 then all_words when 2 then near_words else any_word end;
            continue when numnode(wanted) = 0;
            for r in
                select o.article_id, o.language, o.slug, o.title, o.summary, f.score from (
                    select s.article_id, (ts_rank('{0.05, 0.1, 0.4, 1}', s.words, wanted, 0) + 0.5 * word_similarity(line, s.folded))::real as score
                    from article_search s
                    where s.tenant_id = casino and s.language = lang and s.words @@ wanted and (p_internal or s.audience = 'players')
                      and s.article_id <> all (seen)
                    order by score desc, s.title, s.article_id limit p_limit - cardinality(seen)) f
                cross join lateral (select t.* from article_search t where t.tenant_id = casino and t.article_id = f.article_id
                    and t.language = any (p_languages) order by array_position(p_languages, t.language) limit 1) o
                order by f.score desc, o.title, o.article_id
            loop
                article_id := r.article_id; language := r.language; slug := r.slug; title := r.title; summary := r.summary;
                score := r.score; exact := pass = 1;
                seen := seen || r.article_id;
                return next;
            end loop;
        end loop;
    end loop;
end $$;

ALTER FUNCTION public.answer_search(p_languages text[], p_words text[], p_folded text[], p_internal boolean, p_limit integer) OWNER TO pitdesk_search;

CREATE FUNCTION public.answer_words(language text, title text, summary text, body text, folded_title text, folded_summary text, folded_body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select setweight(to_tsvector(answer_config(language), title), 'A') || setweight(to_tsvector('pg_catalog.simple', folded_title), 'A')
        || setweight(to_tsvector(answer_config(language), summary), 'B') || setweight(to_tsvector('pg_catalog.simple', folded_summary), 'B')
        || setweight(to_tsvector(answer_config(language), body), 'D') || setweight(to_tsvector('pg_catalog.simple', folded_body), 'D')
$$;

ALTER FUNCTION public.answer_words(language text, title text, summary text, body text, folded_title text, folded_summary text, folded_body text) OWNER TO pitdesk_owner;

CREATE FUNCTION public.begin_billing(on_plan text, in_currency text, ends timestamp with time zone) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    insert into control.subscriptions (tenant_id, plan_id, currency, audience, trial_ends)
    select t.id, on_plan, in_currency, case when r.pays = 'reseller' then 'wholesale' else 'public' end, ends
    from control.tenants t left join control.resellers r on r.id = t.reseller_id where t.id = current_tenant()
    on conflict (tenant_id) do nothing;
$$;

ALTER FUNCTION public.begin_billing(on_plan text, in_currency text, ends timestamp with time zone) OWNER TO pitdesk_owner;

CREATE FUNCTION public.billing_terms() RETURNS jsonb
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    select control.billing_terms_of(current_tenant());
$$;

ALTER FUNCTION public.billing_terms() OWNER TO pitdesk_owner;

CREATE FUNCTION public.changed(subject text) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    insert into control.revisions (tenant_id, subject) values (current_tenant(), subject)
    on conflict on constraint revisions_pkey do update set number = control.revisions.number + 1, changed_at = clock_timestamp();
$$;

ALTER FUNCTION public.changed(subject text) OWNER TO pitdesk_owner;

CREATE FUNCTION public.chat_receive(p_tenant uuid, p_tokens bytea[], p_conversations uuid[], p_ids uuid[], p_languages text[], p_bodies text[], p_salts bytea[], p_happened timestamp with time zone[], p_clients text[]) RETURNS TABLE(n bigint, seq bigint, recorded_at timestamp with time zone, player_id uuid, who uuid, assignee_id uuid, team_id uuid)
    LANGUAGE plpgsql
    AS $$
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

ALTER FUNCTION public.chat_receive(p_tenant uuid, p_tokens bytea[], p_conversations uuid[], p_ids uuid[], p_languages text[], p_bodies text[], p_salts bytea[], p_happened timestamp with time zone[], p_clients text[]) OWNER TO pitdesk_owner;

CREATE FUNCTION public.chat_receive_one(p_tenant uuid, p_token bytea, p_conversation uuid, p_id uuid, p_language text, p_body text, p_salt bytea, p_facts jsonb, p_happened timestamp with time zone, p_client text, p_digits boolean, OUT outcome text, OUT seq bigint, OUT recorded_at timestamp with time zone, OUT player_id uuid, OUT who uuid, OUT assignee_id uuid, OUT team_id uuid) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

ALTER FUNCTION public.chat_receive_one(p_tenant uuid, p_token bytea, p_conversation uuid, p_id uuid, p_language text, p_body text, p_salt bytea, p_facts jsonb, p_happened timestamp with time zone, p_client text, p_digits boolean, OUT outcome text, OUT seq bigint, OUT recorded_at timestamp with time zone, OUT player_id uuid, OUT who uuid, OUT assignee_id uuid, OUT team_id uuid) OWNER TO pitdesk_owner;

CREATE FUNCTION public.claim_answer(wanted bytea) RETURNS TABLE(busy boolean, request bytea, answer bytea)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    if not pg_try_advisory_xact_lock(('x' || encode(substring(wanted from 1 for 8), 'hex'))::bit(64)::bigint) then
        return query select true, null::bytea, null::bytea;
        return;
    end if;
    return query select false, k.request, k.answer from control.kept_answers k
        where k.claim = wanted and k.kept_at > now() - interval '24 hours';
end $$;

ALTER FUNCTION public.claim_answer(wanted bytea) OWNER TO pitdesk_owner;

CREATE FUNCTION public.current_epoch() RETURNS integer
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
begin
    return (select number from control.epochs order by number desc limit 1);
end $$;

ALTER FUNCTION public.current_epoch() OWNER TO pitdesk_owner;

CREATE FUNCTION public.current_tenant() RETURNS uuid
    LANGUAGE sql STABLE
    RETURN (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid;

ALTER FUNCTION public.current_tenant() OWNER TO pitdesk_owner;

CREATE FUNCTION public.end_old_secret(key_id uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    select control.end_old_secret(current_tenant(), null, key_id);
$$;

ALTER FUNCTION public.end_old_secret(key_id uuid) OWNER TO pitdesk_owner;

CREATE FUNCTION public.entry_erase(p_tenant uuid, p_conversation uuid, p_seq bigint, p_erasure uuid, p_by_kind text, p_by uuid, p_why text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

ALTER FUNCTION public.entry_erase(p_tenant uuid, p_conversation uuid, p_seq bigint, p_erasure uuid, p_by_kind text, p_by uuid, p_why text) OWNER TO pitdesk_owner;

CREATE FUNCTION public.feed_turn(kind text, facts jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN (kind = 'state'::text) THEN (facts ->> 'to'::text) WHEN (kind = ANY (ARRAY['assignment'::text, 'topic'::text, 'tag'::text])) THEN CASE WHEN (COALESCE((facts ->> 'to_id'::text), (facts ->> 'team_id'::text)) IS NULL) THEN 'from'::text ELSE 'to'::text END ELSE NULL::text END;

ALTER FUNCTION public.feed_turn(kind text, facts jsonb) OWNER TO pitdesk_owner;

CREATE FUNCTION public.found_tenant(wanted_slug text, wanted_name text, wanted_language text, by_reseller uuid, wanted_reference text) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare r control.resellers;
begin
    if by_reseller is not null then
        select * into r from control.resellers where id = by_reseller for no key update;
        if not found or r.suspended_at is not null then
            return 'shut';
        end if;
        if (select count(*) from control.tenants t where t.reseller_id = by_reseller and t.standing <> 'closed') >= r.most_tenants then
            return 'full';
        end if;
        if exists (select from control.tenants t where t.reseller_id = by_reseller and t.reference = wanted_reference and wanted_reference <> '') then
            return 'known';
        end if;
    end if;
    insert into control.tenants (id, slug, name, language, reseller_id, reference)
    values (current_tenant(), wanted_slug, wanted_name, wanted_language, by_reseller, wanted_reference) on conflict do nothing;
    if not found then
        return 'taken';
    end if;
    insert into control.revisions (tenant_id, subject) values (current_tenant(), 'hosts');
    return 'made';
end $$;

ALTER FUNCTION public.found_tenant(wanted_slug text, wanted_name text, wanted_language text, by_reseller uuid, wanted_reference text) OWNER TO pitdesk_owner;

CREATE FUNCTION public.has_digit(v text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (v ~ '[0-9\u0660-\u0669\u06f0-\u06f9\u07c0-\u07c9\u0966-\u1c59\ua620-\uabf9\uff10-\uff19\U000104a0-\U00011fff\U00016a60-\U00016d79\U0001ccf0-\U0001ccf9\U0001d7ce-\U0001d7ff\U0001e140-\U0001e959\U0001fbf0-\U0001fbf9]'::text);

ALTER FUNCTION public.has_digit(v text) OWNER TO pitdesk_owner;

CREATE FUNCTION public.index_words(p_limit integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

ALTER FUNCTION public.index_words(p_limit integer) OWNER TO pitdesk_owner;

CREATE FUNCTION public.keep_answer(claimed bytea, asked bytea, sealed bytea) RETURNS void
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    insert into control.kept_answers (claim, request, answer) values (claimed, asked, sealed)
    on conflict (claim) do update set request = excluded.request, answer = excluded.answer, kept_at = excluded.kept_at;
$$;

ALTER FUNCTION public.keep_answer(claimed bytea, asked bytea, sealed bytea) OWNER TO pitdesk_owner;

CREATE FUNCTION public.kept_keys() RETURNS TABLE(id uuid, name text, role text, scopes text[], networks text[], hint text, created_at timestamp with time zone, expires_at timestamp with time zone, revoked_at timestamp with time zone, last_used_at timestamp with time zone, rotated_at timestamp with time zone, old_hint text, old_until timestamp with time zone, old_used_at timestamp with time zone, good boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    select k.id, k.name, k.role, k.scopes, k.networks, k.hint, k.created_at, k.expires_at, k.revoked_at, k.last_used_at, k.rotated_at,
        k.old_hint, k.old_until, k.old_used_at, k.good
    from control.kept_keys k where k.tenant_id = current_tenant();
$$;

ALTER FUNCTION public.kept_keys() OWNER TO pitdesk_owner;

CREATE FUNCTION public.log_append(p_tenant uuid, p_conversation uuid, p_id uuid, p_kind text, p_visibility text, p_author_kind text, p_author uuid, p_channel text, p_language text, p_body text, p_salt bytea, p_facts jsonb, p_happened timestamp with time zone, p_sender text, p_client text, p_player uuid DEFAULT NULL::uuid, OUT seq bigint, OUT id uuid, OUT recorded_at timestamp with time zone, OUT replayed boolean, OUT reopened boolean, OUT player_id uuid, OUT assignee_id uuid, OUT team_id uuid, OUT state text) RETURNS record
    LANGUAGE plpgsql
    AS $$
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

ALTER FUNCTION public.log_append(p_tenant uuid, p_conversation uuid, p_id uuid, p_kind text, p_visibility text, p_author_kind text, p_author uuid, p_channel text, p_language text, p_body text, p_salt bytea, p_facts jsonb, p_happened timestamp with time zone, p_sender text, p_client text, p_player uuid, OUT seq bigint, OUT id uuid, OUT recorded_at timestamp with time zone, OUT replayed boolean, OUT reopened boolean, OUT player_id uuid, OUT assignee_id uuid, OUT team_id uuid, OUT state text) OWNER TO pitdesk_owner;

CREATE TABLE public.entries (
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    visibility text NOT NULL,
    author_kind text NOT NULL,
    author_id uuid,
    channel text NOT NULL,
    language text,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    sender text NOT NULL,
    client_id text,
    happened_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    xact xid8 DEFAULT pg_current_xact_id() NOT NULL,
    epoch integer DEFAULT 1 NOT NULL,
    body text,
    salt bytea,
    body_digest bytea NOT NULL,
    digest bytea NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT entries_author_kind_check CHECK ((author_kind = ANY (ARRAY['player'::text, 'agent'::text, 'bot'::text, 'ai'::text, 'system'::text]))),
    CONSTRAINT entries_body_check CHECK ((length(body) <= 20000)),
    CONSTRAINT entries_body_digest_check CHECK ((length(body_digest) = 32)),
    CONSTRAINT entries_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT entries_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT entries_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'note'::text, 'assignment'::text, 'state'::text, 'topic'::text, 'tag'::text, 'link'::text, 'address'::text, 'erasure'::text, 'call'::text, 'survey'::text]))),
    CONSTRAINT entries_seq_check CHECK ((seq > 0)),
    CONSTRAINT entries_visibility_check CHECK ((visibility = ANY (ARRAY['player'::text, 'staff'::text])))
);

ALTER TABLE ONLY public.entries FORCE ROW LEVEL SECURITY;

ALTER TABLE public.entries OWNER TO pitdesk_owner;

CREATE FUNCTION public.log_digest(e public.entries) RETURNS bytea
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN sha256(record_send(ROW((e).tenant_id, (e).conversation_id, (e).id, convert_to((e).kind, 'UTF8'::name), convert_to((e).visibility, 'UTF8'::name), convert_to((e).author_kind, 'UTF8'::name), (e).author_id, convert_to((e).channel, 'UTF8'::name), convert_to((e).language, 'UTF8'::name), convert_to(((e).facts)::text, 'UTF8'::name), convert_to((e).sender, 'UTF8'::name), convert_to((e).client_id, 'UTF8'::name), (e).happened_at, (e).recorded_at, (e).xact, (e).epoch, (e).body_digest)));

ALTER FUNCTION public.log_digest(e public.entries) OWNER TO pitdesk_owner;

CREATE FUNCTION public.log_seed(tenant uuid, conversation uuid) RETURNS bytea
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN sha256((uuid_send(tenant) || uuid_send(conversation)));

ALTER FUNCTION public.log_seed(tenant uuid, conversation uuid) OWNER TO pitdesk_owner;

CREATE FUNCTION public.main_host(chosen text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    perform 1 from control.tenants where id = current_tenant() for update;
    if chosen is not null and not exists (select 1 from control.hosts where host = chosen and tenant_id = current_tenant()) then
        return false;
    end if;
    update control.hosts set main = false where tenant_id = current_tenant() and main;
    update control.hosts set main = true where tenant_id = current_tenant() and host = chosen;
    perform changed('hosts');
    return true;
end $$;

ALTER FUNCTION public.main_host(chosen text) OWNER TO pitdesk_owner;

CREATE FUNCTION public.player_search(p_parts text[], p_limit integer) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare casino uuid := current_tenant();
begin
    if casino is null or coalesce(cardinality(p_parts), 0) = 0 then
        return;
    end if;
    return query select p.id from players p
        where p.tenant_id = casino and lower(coalesce(p.name, '') || ' ' || coalesce(p.email, '') || ' ' || coalesce(p.sub, '')) like all (p_parts)
        order by p.seen_at desc, p.id limit p_limit;
end $$;

ALTER FUNCTION public.player_search(p_parts text[], p_limit integer) OWNER TO pitdesk_search;

CREATE FUNCTION public.read_meter(reading uuid, till timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

ALTER FUNCTION public.read_meter(reading uuid, till timestamp with time zone) OWNER TO pitdesk_owner;

CREATE FUNCTION public.release_host(given text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
begin
    delete from control.hosts where host = given and tenant_id = current_tenant();
    if not found then
        return false;
    end if;
    perform changed('hosts');
    return true;
end $$;

ALTER FUNCTION public.release_host(given text) OWNER TO pitdesk_owner;

CREATE FUNCTION public.revoke_key(key_id uuid) RETURNS boolean
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    select control.revoke_key(current_tenant(), null, key_id);
$$;

ALTER FUNCTION public.revoke_key(key_id uuid) OWNER TO pitdesk_owner;

CREATE FUNCTION public.rotate_key(key_id uuid, new_hint text, new_hash bytea, keep_until timestamp with time zone) RETURNS text
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
    select control.rotate_key(current_tenant(), null, key_id, new_hint, new_hash, keep_until);
$$;

ALTER FUNCTION public.rotate_key(key_id uuid, new_hint text, new_hash bytea, keep_until timestamp with time zone) OWNER TO pitdesk_owner;

CREATE FUNCTION public.seal_under() RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
declare
    k bigint;
begin
    select s.key_id into k from control.sealing s for share;
    return k;
end $$;

ALTER FUNCTION public.seal_under() OWNER TO pitdesk_owner;

CREATE FUNCTION public.serve_host(wanted text) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
declare holder uuid;
begin
    if not exists (select 1 from domains d where d.tenant_id = current_tenant() and d.host = wanted
            and d.proven_at is not null and d.suspended_at is null and d.removed_at is null) then
        raise exception 'serve_host: % is not proven', wanted;
    end if;
    insert into control.hosts (host, tenant_id) values (wanted, current_tenant()) on conflict (host) do nothing;
    select tenant_id into holder from control.hosts where host = wanted;
    if holder is distinct from current_tenant() then
        return false;
    end if;
    perform changed('hosts');
    return true;
end $$;

ALTER FUNCTION public.serve_host(wanted text) OWNER TO pitdesk_owner;

CREATE FUNCTION public.talk_fold(v text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select regexp_replace(normalize(lower(v), NFKD), '[\u0300-\u036f\u064b-\u0652]', '', 'g')
$$;

ALTER FUNCTION public.talk_fold(v text) OWNER TO pitdesk_owner;

CREATE FUNCTION public.talk_search(p_words text[], p_languages text[], p_all boolean, p_member uuid, p_teams uuid[], p_limit integer) RETURNS TABLE(conversation_id uuid, seq bigint, said_at timestamp with time zone, said text)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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
        with newest as materialized (
            select e.conversation_id, e.seq, e.recorded_at, e.body, e.language, e.kind from entries e
             where e.tenant_id = casino and (e.epoch, e.xact) > (coalesce(m.epoch, 0), coalesce(m.xact, '0'))
             order by e.epoch desc, e.xact desc limit 5000),
        said as materialized (
            select t.conversation_id, t.seq, t.recorded_at, t.body from newest t
             where t.kind in ('message', 'note') and t.body is not null and talk_words(t.language, t.body) @@ wanted)
        select distinct on (t.conversation_id) t.conversation_id, t.seq, t.recorded_at, t.body from said t
        join conversations c on c.tenant_id = casino and c.id = t.conversation_id
        where (p_all or c.assignee_id = p_member or (c.assignee_id is null and c.team_id is null) or c.team_id = any (p_teams))
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
            with said as materialized ( -- first what has the words: by conversations it would be looked for in each
                select w.conversation_id, w.seq, w.recorded_at from entry_words w
                 where w.tenant_id = casino and w.month = period and w.words @@ wanted)
            select f.conversation_id, f.seq, f.recorded_at, e.body from (
                select distinct on (w.conversation_id) w.conversation_id, w.seq, w.recorded_at from said w
                join conversations c on c.tenant_id = casino and c.id = w.conversation_id
                where w.conversation_id <> all (seen)
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

ALTER FUNCTION public.talk_search(p_words text[], p_languages text[], p_all boolean, p_member uuid, p_teams uuid[], p_limit integer) OWNER TO pitdesk_search;

CREATE FUNCTION public.talk_words(language text, body text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    select to_tsvector('pg_catalog.simple', talk_fold(body)) || to_tsvector(answer_config(coalesce(language, '')), body)
$$;

ALTER FUNCTION public.talk_words(language text, body text) OWNER TO pitdesk_owner;

CREATE FUNCTION public.use_sign_up(sign_up uuid, looks text[]) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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

ALTER FUNCTION public.use_sign_up(sign_up uuid, looks text[]) OWNER TO pitdesk_owner;

CREATE TABLE control.api_keys (
    id uuid NOT NULL,
    tenant_id uuid,
    name text NOT NULL,
    role text NOT NULL,
    hint text NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    reseller_id uuid,
    scopes text[],
    networks cidr[],
    old_hash bytea,
    old_hint text,
    old_until timestamp with time zone,
    old_used_at timestamp with time zone,
    rotated_at timestamp with time zone,
    CONSTRAINT api_keys_old CHECK ((num_nonnulls(old_hash, old_hint, old_until) = ANY (ARRAY[0, 3]))),
    CONSTRAINT api_keys_owner CHECK ((num_nonnulls(tenant_id, reseller_id) = 1)),
    CONSTRAINT api_keys_owners_role CHECK (((role = 'reseller'::text) = (reseller_id IS NOT NULL))),
    CONSTRAINT api_keys_role_check CHECK ((role = ANY (ARRAY['operator'::text, 'lead'::text, 'admin'::text, 'reseller'::text])))
);

ALTER TABLE control.api_keys OWNER TO pitdesk_owner;

CREATE TABLE control.certificate_files (
    name text NOT NULL,
    content bytea NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    content_sealed bytea,
    CONSTRAINT certificate_files_name_check CHECK (((length(name) >= 1) AND (length(name) <= 1000)))
);

ALTER TABLE control.certificate_files OWNER TO pitdesk_owner;

CREATE TABLE control.certificate_locks (
    name text NOT NULL,
    holder uuid NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT certificate_locks_name_check CHECK (((length(name) >= 1) AND (length(name) <= 1000)))
);

ALTER TABLE control.certificate_locks OWNER TO pitdesk_owner;

CREATE TABLE control.console_attempts (
    id uuid NOT NULL,
    account text NOT NULL,
    address text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    ok boolean NOT NULL
);

ALTER TABLE control.console_attempts OWNER TO pitdesk_owner;

CREATE TABLE control.console_links (
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    invites boolean DEFAULT false NOT NULL,
    token_hash bytea,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);

ALTER TABLE control.console_links OWNER TO pitdesk_owner;

CREATE TABLE control.console_people (
    id uuid NOT NULL,
    reseller_id uuid,
    email text NOT NULL,
    name text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone,
    disabled_at timestamp with time zone,
    totp_secret text,
    totp_at timestamp with time zone,
    totp_step bigint DEFAULT 0 NOT NULL,
    totp_sealed bytea,
    CONSTRAINT console_people_check CHECK (((totp_at IS NULL) OR (totp_secret IS NOT NULL))),
    CONSTRAINT console_people_email_check CHECK ((email = lower(email))),
    CONSTRAINT console_people_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120)))
);

ALTER TABLE control.console_people OWNER TO pitdesk_owner;

CREATE TABLE control.console_sessions (
    token_hash bytea NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    proven_at timestamp with time zone,
    address text NOT NULL,
    browser text NOT NULL
);

ALTER TABLE control.console_sessions OWNER TO pitdesk_owner;

CREATE TABLE control.deed_links (
    number bigint NOT NULL,
    line_id uuid NOT NULL,
    epoch integer NOT NULL,
    xact xid8 NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT deed_links_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT deed_links_number_check CHECK ((number > 0))
);

ALTER TABLE control.deed_links OWNER TO pitdesk_owner;

CREATE TABLE control.deed_statements (
    number bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    key_id text NOT NULL,
    links bigint NOT NULL,
    head bytea NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT deed_statements_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT deed_statements_head_check CHECK ((length(head) = 32)),
    CONSTRAINT deed_statements_links_check CHECK ((links > 0)),
    CONSTRAINT deed_statements_number_check CHECK ((number > 0)),
    CONSTRAINT deed_statements_previous_check CHECK ((length(previous) = 32)),
    CONSTRAINT deed_statements_signature_check CHECK ((length(signature) = 64))
);

ALTER TABLE control.deed_statements OWNER TO pitdesk_owner;

CREATE TABLE control.deeds (
    id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    actor_name text DEFAULT ''::text NOT NULL,
    role text NOT NULL,
    reseller_id uuid,
    tenant_id uuid,
    action text NOT NULL,
    object text NOT NULL,
    object_id uuid,
    outcome text DEFAULT 'allowed'::text NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    address text,
    request_id text,
    read_during timestamp with time zone,
    xact xid8 DEFAULT pg_current_xact_id(),
    epoch integer DEFAULT public.current_epoch(),
    CONSTRAINT deeds_outcome_check CHECK ((outcome = ANY (ARRAY['allowed'::text, 'refused'::text])))
);

ALTER TABLE control.deeds OWNER TO pitdesk_owner;

CREATE TABLE control.epochs (
    number integer NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    why text NOT NULL
);

ALTER TABLE control.epochs OWNER TO pitdesk_owner;

CREATE TABLE control.grants (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    amount integer,
    why text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT grants_amount_check CHECK ((amount >= 0)),
    CONSTRAINT grants_name_check CHECK ((name ~ '^[a-z][a-z_]{1,39}$'::text)),
    CONSTRAINT grants_why_check CHECK (((length(why) >= 1) AND (length(why) <= 500)))
);

ALTER TABLE control.grants OWNER TO pitdesk_owner;

CREATE TABLE control.holds (
    tenant_id uuid NOT NULL,
    source text NOT NULL,
    standing text NOT NULL,
    why text NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT holds_source_check CHECK ((source = ANY (ARRAY['billing'::text, 'reseller'::text, 'vendor'::text, 'casino'::text]))),
    CONSTRAINT holds_standing_check CHECK ((standing = ANY (ARRAY['read_only'::text, 'suspended'::text, 'closed'::text]))),
    CONSTRAINT holds_why_check CHECK (((length(why) >= 1) AND (length(why) <= 500)))
);

ALTER TABLE control.holds OWNER TO pitdesk_owner;

CREATE TABLE control.hosts (
    host text NOT NULL,
    tenant_id uuid NOT NULL,
    main boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT hosts_host_check CHECK ((host = lower(host)))
);

ALTER TABLE control.hosts OWNER TO pitdesk_owner;

CREATE SEQUENCE control.invoice_numbers
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER TABLE control.invoice_numbers OWNER TO pitdesk_owner;

CREATE TABLE control.invoices (
    id text NOT NULL,
    tenant_id uuid NOT NULL,
    number text NOT NULL,
    way text NOT NULL,
    state text NOT NULL,
    currency text NOT NULL,
    total bigint NOT NULL,
    tax bigint DEFAULT 0 NOT NULL,
    owed bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    paid_at timestamp with time zone,
    period_from timestamp with time zone,
    period_till timestamp with time zone,
    tried boolean DEFAULT false NOT NULL,
    link text DEFAULT ''::text NOT NULL,
    pdf text DEFAULT ''::text NOT NULL,
    plan_id text,
    cycle text,
    audience text,
    seats integer,
    paid_note text DEFAULT ''::text NOT NULL,
    CONSTRAINT invoices_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text)),
    CONSTRAINT invoices_id_check CHECK (((length(id) >= 1) AND (length(id) <= 120))),
    CONSTRAINT invoices_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'open'::text, 'paid'::text, 'void'::text, 'uncollectible'::text]))),
    CONSTRAINT invoices_way_check CHECK ((way = ANY (ARRAY['card'::text, 'invoice'::text, 'hand'::text])))
);

ALTER TABLE control.invoices OWNER TO pitdesk_owner;

CREATE TABLE control.kept_answers (
    claim bytea NOT NULL,
    request bytea NOT NULL,
    answer bytea NOT NULL,
    kept_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT kept_answers_claim_check CHECK ((length(claim) = 32)),
    CONSTRAINT kept_answers_request_check CHECK ((length(request) = 32))
);

ALTER TABLE control.kept_answers OWNER TO pitdesk_owner;

CREATE VIEW control.kept_keys WITH (security_invoker='true') AS
 SELECT api_keys.id,
    api_keys.tenant_id,
    api_keys.reseller_id,
    api_keys.name,
    api_keys.role,
    api_keys.scopes,
    (api_keys.networks)::text[] AS networks,
    api_keys.hint,
    api_keys.created_at,
    api_keys.expires_at,
    api_keys.revoked_at,
    api_keys.last_used_at,
    api_keys.rotated_at,
        CASE
            WHEN (api_keys.old_until > now()) THEN api_keys.old_hint
            ELSE NULL::text
        END AS old_hint,
        CASE
            WHEN (api_keys.old_until > now()) THEN api_keys.old_until
            ELSE NULL::timestamp with time zone
        END AS old_until,
        CASE
            WHEN (api_keys.old_until > now()) THEN api_keys.old_used_at
            ELSE NULL::timestamp with time zone
        END AS old_used_at,
    ((api_keys.revoked_at IS NULL) AND ((api_keys.expires_at IS NULL) OR (api_keys.expires_at > now()))) AS good
   FROM control.api_keys;

ALTER TABLE control.kept_keys OWNER TO pitdesk_owner;

CREATE TABLE control.meter_readings (
    id uuid NOT NULL,
    tenant_id uuid NOT NULL,
    counted_from timestamp with time zone NOT NULL,
    counted_till timestamp with time zone NOT NULL,
    conversations integer NOT NULL,
    sent_at timestamp with time zone,
    CONSTRAINT meter_readings_conversations_check CHECK ((conversations > 0))
);

ALTER TABLE control.meter_readings OWNER TO pitdesk_owner;

CREATE TABLE control.notices (
    tenant_id uuid NOT NULL,
    since timestamp with time zone NOT NULL,
    step text NOT NULL,
    given_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT notices_step_check CHECK ((step = ANY (ARRAY['trial_ends'::text, 'trial_over'::text, 'unpaid'::text, 'read_only_soon'::text, 'read_only'::text, 'closed'::text])))
);

ALTER TABLE control.notices OWNER TO pitdesk_owner;

CREATE TABLE control.people (
    id uuid NOT NULL,
    email text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT people_email_check CHECK ((email = lower(email)))
);

ALTER TABLE control.people OWNER TO pitdesk_owner;

CREATE TABLE control.plan_grants (
    plan_id text NOT NULL,
    name text NOT NULL,
    amount integer,
    CONSTRAINT plan_grants_amount_check CHECK ((amount >= 0)),
    CONSTRAINT plan_grants_name_check CHECK ((name ~ '^[a-z][a-z_]{1,39}$'::text))
);

ALTER TABLE control.plan_grants OWNER TO pitdesk_owner;

CREATE TABLE control.plans (
    id text NOT NULL,
    name text NOT NULL,
    "position" integer NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT plans_id_check CHECK ((id ~ '^[a-z][a-z0-9_]{1,29}$'::text)),
    CONSTRAINT plans_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
);

ALTER TABLE control.plans OWNER TO pitdesk_owner;

CREATE TABLE control.prices (
    plan_id text NOT NULL,
    currency text NOT NULL,
    cycle text NOT NULL,
    audience text NOT NULL,
    base bigint NOT NULL,
    seat bigint NOT NULL,
    conversation bigint NOT NULL,
    stripe_seats text,
    stripe_conversations text,
    stripe_facts text,
    CONSTRAINT prices_audience_check CHECK ((audience = ANY (ARRAY['public'::text, 'wholesale'::text]))),
    CONSTRAINT prices_base_check CHECK ((base >= 0)),
    CONSTRAINT prices_conversation_check CHECK ((conversation >= 0)),
    CONSTRAINT prices_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text)),
    CONSTRAINT prices_cycle_check CHECK ((cycle = ANY (ARRAY['month'::text, 'year'::text]))),
    CONSTRAINT prices_seat_check CHECK ((seat >= 0))
);

ALTER TABLE control.prices OWNER TO pitdesk_owner;

CREATE TABLE control.resellers (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    pays text DEFAULT 'reseller'::text NOT NULL,
    most_tenants integer DEFAULT 25 NOT NULL,
    accent text DEFAULT '#3657d6'::text NOT NULL,
    logo text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    suspended_at timestamp with time zone,
    suspended_why text,
    CONSTRAINT resellers_accent_check CHECK ((accent ~ '^#[0-9a-f]{6}$'::text)),
    CONSTRAINT resellers_check CHECK (((suspended_at IS NULL) = (suspended_why IS NULL))),
    CONSTRAINT resellers_email_check CHECK ((email = lower(email))),
    CONSTRAINT resellers_most_tenants_check CHECK (((most_tenants >= 0) AND (most_tenants <= 100000))),
    CONSTRAINT resellers_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT resellers_pays_check CHECK ((pays = ANY (ARRAY['reseller'::text, 'casino'::text]))),
    CONSTRAINT resellers_slug_check CHECK ((slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'::text)),
    CONSTRAINT resellers_suspended_why_check CHECK (((length(suspended_why) >= 1) AND (length(suspended_why) <= 500)))
);

ALTER TABLE control.resellers OWNER TO pitdesk_owner;

CREATE TABLE control.revisions (
    tenant_id uuid NOT NULL,
    subject text NOT NULL,
    number bigint DEFAULT 1 NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT revisions_subject_check CHECK ((subject ~ '^[a-z_]{1,40}$'::text))
);

ALTER TABLE control.revisions OWNER TO pitdesk_owner;

CREATE TABLE control.seal_keys (
    id bigint NOT NULL,
    proof bytea NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT seal_keys_id_check CHECK (((id >= 1) AND (id <= '4294967295'::bigint)))
);

ALTER TABLE control.seal_keys OWNER TO pitdesk_owner;

CREATE TABLE control.sealing (
    one boolean DEFAULT true NOT NULL,
    key_id bigint,
    begun_at timestamp with time zone,
    CONSTRAINT sealing_check CHECK (((key_id IS NULL) = (begun_at IS NULL))),
    CONSTRAINT sealing_key_id_check CHECK (((key_id >= 1) AND (key_id <= '4294967295'::bigint))),
    CONSTRAINT sealing_one_check CHECK (one)
);

ALTER TABLE control.sealing OWNER TO pitdesk_owner;

CREATE TABLE control.sign_ups (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    language text NOT NULL,
    network text NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    token_hash bytea NOT NULL,
    proof_hash bytea,
    code_hash bytea,
    letters integer DEFAULT 1 NOT NULL,
    mailed_at timestamp with time zone,
    tries integer DEFAULT 0 NOT NULL,
    founded_at timestamp with time zone,
    tenant_id uuid,
    CONSTRAINT sign_ups_check CHECK (((founded_at IS NULL) = (tenant_id IS NULL))),
    CONSTRAINT sign_ups_email_check CHECK (((email = lower(email)) AND (length(email) <= 254))),
    CONSTRAINT sign_ups_language_check CHECK (((length(language) >= 2) AND (length(language) <= 35))),
    CONSTRAINT sign_ups_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT sign_ups_slug_check CHECK ((slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'::text))
);

ALTER TABLE control.sign_ups OWNER TO pitdesk_owner;

CREATE TABLE control.stripe_events (
    id text NOT NULL,
    type text NOT NULL,
    customer text DEFAULT ''::text NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT stripe_events_id_check CHECK (((length(id) >= 1) AND (length(id) <= 255)))
);

ALTER TABLE control.stripe_events OWNER TO pitdesk_owner;

CREATE TABLE control.subscriptions (
    tenant_id uuid NOT NULL,
    plan_id text NOT NULL,
    currency text DEFAULT 'eur'::text NOT NULL,
    cycle text DEFAULT 'month'::text NOT NULL,
    audience text DEFAULT 'public'::text NOT NULL,
    state text DEFAULT 'trial'::text NOT NULL,
    way text DEFAULT 'none'::text NOT NULL,
    seats integer,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    trial_ends timestamp with time zone,
    period_from timestamp with time zone,
    period_till timestamp with time zone,
    cancels_at timestamp with time zone,
    owed_since timestamp with time zone,
    counted_till timestamp with time zone DEFAULT now() NOT NULL,
    customer text,
    subscription text,
    checkout text,
    coupon text,
    asked bigint DEFAULT 0 NOT NULL,
    asked_at timestamp with time zone,
    told bigint DEFAULT 0 NOT NULL,
    told_at timestamp with time zone,
    CONSTRAINT subscriptions_audience_check CHECK ((audience = ANY (ARRAY['public'::text, 'wholesale'::text]))),
    CONSTRAINT subscriptions_currency_check CHECK ((currency ~ '^[a-z]{3}$'::text)),
    CONSTRAINT subscriptions_cycle_check CHECK ((cycle = ANY (ARRAY['month'::text, 'year'::text]))),
    CONSTRAINT subscriptions_seats_check CHECK ((seats > 0)),
    CONSTRAINT subscriptions_state_check CHECK ((state = ANY (ARRAY['trial'::text, 'active'::text, 'unpaid'::text, 'ended'::text]))),
    CONSTRAINT subscriptions_way_check CHECK ((way = ANY (ARRAY['none'::text, 'card'::text, 'invoice'::text, 'hand'::text])))
);

ALTER TABLE control.subscriptions OWNER TO pitdesk_owner;

CREATE TABLE control.tenants (
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    reseller_id uuid,
    standing text DEFAULT 'open'::text NOT NULL,
    standing_at timestamp with time zone DEFAULT now() NOT NULL,
    reference text DEFAULT ''::text NOT NULL,
    CONSTRAINT tenants_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT tenants_reference_check CHECK ((length(reference) <= 120)),
    CONSTRAINT tenants_slug_check CHECK ((slug ~ '^[a-z][a-z0-9-]{1,38}[a-z0-9]$'::text)),
    CONSTRAINT tenants_standing_check CHECK ((standing = ANY (ARRAY['open'::text, 'read_only'::text, 'suspended'::text, 'closed'::text])))
);

ALTER TABLE control.tenants OWNER TO pitdesk_owner;

CREATE TABLE control.webhook_deliveries (
    webhook_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    event text NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    begun integer DEFAULT 0 NOT NULL,
    next_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT webhook_deliveries_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))
)
WITH (fillfactor='80');

ALTER TABLE control.webhook_deliveries OWNER TO pitdesk_owner;

CREATE TABLE control.webhook_secrets (
    webhook_id uuid NOT NULL,
    id uuid NOT NULL,
    secret text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    ends_at timestamp with time zone,
    secret_sealed bytea,
    CONSTRAINT webhook_secrets_secret_check CHECK ((secret ~~ 'whsec\_%'::text))
);

ALTER TABLE control.webhook_secrets OWNER TO pitdesk_owner;

CREATE TABLE control.webhook_tries (
    webhook_id uuid NOT NULL,
    delivery_id uuid NOT NULL,
    number integer NOT NULL,
    at timestamp with time zone NOT NULL,
    took_ms integer NOT NULL,
    status integer,
    why text DEFAULT ''::text NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    CONSTRAINT webhook_tries_answer_check CHECK ((length(answer) <= 500))
);

ALTER TABLE control.webhook_tries OWNER TO pitdesk_owner;

CREATE TABLE control.webhooks (
    id uuid NOT NULL,
    tenant_id uuid,
    reseller_id uuid,
    url text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    events text[],
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    disabled_why text,
    at_epoch integer NOT NULL,
    at_xact xid8 NOT NULL,
    at_tenant uuid NOT NULL,
    at_conversation uuid NOT NULL,
    at_seq bigint NOT NULL,
    CONSTRAINT webhooks_check CHECK ((num_nonnulls(tenant_id, reseller_id) = 1)),
    CONSTRAINT webhooks_check1 CHECK (((disabled_at IS NULL) = (disabled_why IS NULL))),
    CONSTRAINT webhooks_description_check CHECK ((length(description) <= 200)),
    CONSTRAINT webhooks_disabled_why_check CHECK ((disabled_why = ANY (ARRAY['by_hand'::text, 'gone'::text]))),
    CONSTRAINT webhooks_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2000)))
);

ALTER TABLE control.webhooks OWNER TO pitdesk_owner;

CREATE TABLE public.answer_categories (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    slug text NOT NULL,
    icon text DEFAULT ''::text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT answer_categories_icon_check CHECK ((length(icon) <= 40)),
    CONSTRAINT answer_categories_slug_check CHECK ((((length(slug) >= 1) AND (length(slug) <= 80)) AND (slug !~ '[\s/?#%]'::text)))
);

ALTER TABLE ONLY public.answer_categories FORCE ROW LEVEL SECURITY;

ALTER TABLE public.answer_categories OWNER TO pitdesk_owner;

CREATE TABLE public.answer_category_names (
    tenant_id uuid NOT NULL,
    category_id uuid NOT NULL,
    language text NOT NULL,
    name text NOT NULL,
    about text DEFAULT ''::text NOT NULL,
    CONSTRAINT answer_category_names_about_check CHECK ((length(about) <= 200)),
    CONSTRAINT answer_category_names_language_check CHECK (((length(language) >= 2) AND (length(language) <= 20))),
    CONSTRAINT answer_category_names_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);

ALTER TABLE ONLY public.answer_category_names FORCE ROW LEVEL SECURITY;

ALTER TABLE public.answer_category_names OWNER TO pitdesk_owner;

CREATE TABLE public.answer_misses (
    tenant_id uuid NOT NULL,
    language text NOT NULL,
    words text NOT NULL,
    times integer DEFAULT 1 NOT NULL,
    last_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT answer_misses_language_check CHECK (((length(language) >= 2) AND (length(language) <= 20))),
    CONSTRAINT answer_misses_words_check CHECK (((length(words) >= 1) AND (length(words) <= 80)))
);

ALTER TABLE ONLY public.answer_misses FORCE ROW LEVEL SECURITY;

ALTER TABLE public.answer_misses OWNER TO pitdesk_owner;

CREATE TABLE public.article_pictures (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    article_id uuid,
    added_by uuid,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT article_pictures_height_check CHECK ((height > 0)),
    CONSTRAINT article_pictures_name_check CHECK ((name ~ '^[0-9a-f]{32}\.(png|jpg)$'::text)),
    CONSTRAINT article_pictures_width_check CHECK ((width > 0))
);

ALTER TABLE ONLY public.article_pictures FORCE ROW LEVEL SECURITY;

ALTER TABLE public.article_pictures OWNER TO pitdesk_owner;

CREATE TABLE public.article_search (
    tenant_id uuid NOT NULL,
    article_id uuid NOT NULL,
    language text NOT NULL,
    audience text NOT NULL,
    slug text NOT NULL,
    title text NOT NULL,
    summary text NOT NULL,
    folded text NOT NULL,
    words tsvector NOT NULL,
    CONSTRAINT article_search_audience_check CHECK ((audience = ANY (ARRAY['players'::text, 'staff'::text])))
);

ALTER TABLE ONLY public.article_search FORCE ROW LEVEL SECURITY;

ALTER TABLE public.article_search OWNER TO pitdesk_owner;

CREATE TABLE public.article_slugs (
    tenant_id uuid NOT NULL,
    language text NOT NULL,
    slug text NOT NULL,
    article_id uuid NOT NULL,
    current boolean DEFAULT true NOT NULL,
    since timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT article_slugs_slug_check CHECK (((length(slug) >= 1) AND (length(slug) <= 80)))
);

ALTER TABLE ONLY public.article_slugs FORCE ROW LEVEL SECURITY;

ALTER TABLE public.article_slugs OWNER TO pitdesk_owner;

CREATE TABLE public.article_versions (
    tenant_id uuid NOT NULL,
    article_id uuid NOT NULL,
    language text NOT NULL,
    number integer NOT NULL,
    title text NOT NULL,
    summary text NOT NULL,
    slug text NOT NULL,
    body text NOT NULL,
    state text NOT NULL,
    saves integer DEFAULT 1 NOT NULL,
    author_id uuid,
    author_name text DEFAULT ''::text NOT NULL,
    based_on integer,
    note text DEFAULT ''::text NOT NULL,
    asked_id uuid,
    asked_name text DEFAULT ''::text NOT NULL,
    asked_at timestamp with time zone,
    reviewer_id uuid,
    reviewer_name text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    saved_at timestamp with time zone DEFAULT now() NOT NULL,
    reviewed_at timestamp with time zone,
    published_at timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by text DEFAULT ''::text NOT NULL,
    html text,
    headings jsonb DEFAULT '[]'::jsonb NOT NULL,
    renderer integer DEFAULT 0 NOT NULL,
    CONSTRAINT article_versions_body_check CHECK ((length(body) <= 60000)),
    CONSTRAINT article_versions_check CHECK (((state = 'published'::text) <= ((published_at IS NOT NULL) AND (html IS NOT NULL)))),
    CONSTRAINT article_versions_language_check CHECK (((length(language) >= 2) AND (length(language) <= 20))),
    CONSTRAINT article_versions_note_check CHECK ((length(note) <= 1000)),
    CONSTRAINT article_versions_number_check CHECK ((number > 0)),
    CONSTRAINT article_versions_slug_check CHECK ((((length(slug) >= 1) AND (length(slug) <= 80)) AND (slug !~ '[\s/?#%]'::text))),
    CONSTRAINT article_versions_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'review'::text, 'published'::text, 'superseded'::text, 'sent_back'::text, 'discarded'::text]))),
    CONSTRAINT article_versions_summary_check CHECK ((length(summary) <= 400)),
    CONSTRAINT article_versions_title_check CHECK (((length(title) >= 1) AND (length(title) <= 160)))
);

ALTER TABLE ONLY public.article_versions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.article_versions OWNER TO pitdesk_owner;

CREATE TABLE public.article_votes (
    tenant_id uuid NOT NULL,
    article_id uuid NOT NULL,
    language text NOT NULL,
    voter bytea NOT NULL,
    version integer NOT NULL,
    helpful boolean NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT article_votes_voter_check CHECK ((length(voter) = 16)),
    CONSTRAINT article_votes_words_check CHECK ((length(words) <= 1000))
);

ALTER TABLE ONLY public.article_votes FORCE ROW LEVEL SECURITY;

ALTER TABLE public.article_votes OWNER TO pitdesk_owner;

CREATE TABLE public.article_words (
    tenant_id uuid NOT NULL,
    article_id uuid NOT NULL,
    language text NOT NULL,
    word text NOT NULL,
    CONSTRAINT article_words_word_check CHECK (((length(word) >= 3) AND (length(word) <= 40)))
);

ALTER TABLE ONLY public.article_words FORCE ROW LEVEL SECURITY;

ALTER TABLE public.article_words OWNER TO pitdesk_owner;

CREATE TABLE public.articles (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    category_id uuid NOT NULL,
    topic_id uuid,
    audience text NOT NULL,
    original text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    archived_at timestamp with time zone,
    archived_by text,
    CONSTRAINT articles_audience_check CHECK ((audience = ANY (ARRAY['players'::text, 'staff'::text]))),
    CONSTRAINT articles_original_check CHECK (((length(original) >= 2) AND (length(original) <= 20)))
);

ALTER TABLE ONLY public.articles FORCE ROW LEVEL SECURITY;

ALTER TABLE public.articles OWNER TO pitdesk_owner;

CREATE TABLE public.audit_links (
    tenant_id uuid NOT NULL,
    number bigint NOT NULL,
    line_id uuid NOT NULL,
    epoch integer NOT NULL,
    xact xid8 NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT audit_links_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT audit_links_number_check CHECK ((number > 0))
);

ALTER TABLE ONLY public.audit_links FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_links OWNER TO pitdesk_owner;

CREATE TABLE public.audit_log (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    role text NOT NULL,
    action text NOT NULL,
    object text NOT NULL,
    object_id uuid,
    outcome text DEFAULT 'allowed'::text NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    address text,
    request_id text,
    read_during timestamp with time zone,
    xact xid8 DEFAULT pg_current_xact_id(),
    epoch integer DEFAULT public.current_epoch(),
    CONSTRAINT audit_log_outcome_check CHECK ((outcome = ANY (ARRAY['allowed'::text, 'refused'::text])))
);

ALTER TABLE ONLY public.audit_log FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log OWNER TO pitdesk_owner;

CREATE TABLE public.audit_statements (
    tenant_id uuid NOT NULL,
    number bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    key_id text NOT NULL,
    links bigint NOT NULL,
    head bytea NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT audit_statements_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT audit_statements_head_check CHECK ((length(head) = 32)),
    CONSTRAINT audit_statements_links_check CHECK ((links > 0)),
    CONSTRAINT audit_statements_number_check CHECK ((number > 0)),
    CONSTRAINT audit_statements_previous_check CHECK ((length(previous) = 32)),
    CONSTRAINT audit_statements_signature_check CHECK ((length(signature) = 64))
);

ALTER TABLE ONLY public.audit_statements FORCE ROW LEVEL SECURITY;

ALTER TABLE public.audit_statements OWNER TO pitdesk_owner;

CREATE TABLE public.brand_versions (
    tenant_id uuid NOT NULL,
    number integer NOT NULL,
    brand jsonb NOT NULL,
    author_id uuid,
    author_name text NOT NULL,
    restores integer,
    made_at timestamp with time zone DEFAULT now() NOT NULL,
    published_at timestamp with time zone,
    publisher_name text,
    CONSTRAINT brand_versions_check CHECK ((restores < number)),
    CONSTRAINT brand_versions_check1 CHECK (((published_at IS NULL) = (publisher_name IS NULL))),
    CONSTRAINT brand_versions_number_check CHECK ((number > 0))
);

ALTER TABLE ONLY public.brand_versions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.brand_versions OWNER TO pitdesk_owner;

CREATE TABLE public.brands (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    accent text DEFAULT '#3657d6'::text NOT NULL,
    greeting jsonb DEFAULT '{}'::jsonb NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    legal_name text DEFAULT ''::text NOT NULL,
    site text DEFAULT ''::text NOT NULL,
    logo text DEFAULT ''::text NOT NULL,
    logo_dark text DEFAULT ''::text NOT NULL,
    icon text DEFAULT ''::text NOT NULL,
    accent_dark text DEFAULT ''::text NOT NULL,
    ink text DEFAULT ''::text NOT NULL,
    corners text DEFAULT 'soft'::text NOT NULL,
    side text DEFAULT 'end'::text NOT NULL,
    bottom integer DEFAULT 20 NOT NULL,
    inset integer DEFAULT 20 NOT NULL,
    sender text DEFAULT ''::text NOT NULL,
    signature jsonb DEFAULT '{}'::jsonb NOT NULL,
    footer jsonb DEFAULT '{}'::jsonb NOT NULL,
    version integer DEFAULT 0 NOT NULL,
    CONSTRAINT brands_accent_check CHECK ((accent ~ '^#[0-9a-f]{6}$'::text)),
    CONSTRAINT brands_accent_dark_check CHECK (((accent_dark = ''::text) OR (accent_dark ~ '^#[0-9a-f]{6}$'::text))),
    CONSTRAINT brands_bottom_check CHECK (((bottom >= 0) AND (bottom <= 200))),
    CONSTRAINT brands_corners_check CHECK ((corners = ANY (ARRAY['square'::text, 'soft'::text, 'round'::text]))),
    CONSTRAINT brands_icon_check CHECK (((icon = ''::text) OR (icon ~ '^[0-9a-f]{32}\.(png|jpg)$'::text))),
    CONSTRAINT brands_ink_check CHECK (((ink = ''::text) OR (ink ~ '^#[0-9a-f]{6}$'::text))),
    CONSTRAINT brands_inset_check CHECK (((inset >= 0) AND (inset <= 200))),
    CONSTRAINT brands_logo_check CHECK (((logo = ''::text) OR (logo ~ '^[0-9a-f]{32}\.(png|jpg)$'::text))),
    CONSTRAINT brands_logo_dark_check CHECK (((logo_dark = ''::text) OR (logo_dark ~ '^[0-9a-f]{32}\.(png|jpg)$'::text))),
    CONSTRAINT brands_side_check CHECK ((side = ANY (ARRAY['end'::text, 'start'::text]))),
    CONSTRAINT brands_site_check CHECK (((site = ''::text) OR (site ~ '^https://[^/]'::text)))
);

ALTER TABLE ONLY public.brands FORCE ROW LEVEL SECURITY;

ALTER TABLE public.brands OWNER TO pitdesk_owner;

CREATE TABLE public.chat_keys (
    tenant_id uuid NOT NULL,
    id text NOT NULL,
    alg text NOT NULL,
    key bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone,
    key_sealed bytea,
    CONSTRAINT chat_keys_alg_check CHECK ((alg = ANY (ARRAY['HS256'::text, 'EdDSA'::text])))
);

ALTER TABLE ONLY public.chat_keys FORCE ROW LEVEL SECURITY;

ALTER TABLE public.chat_keys OWNER TO pitdesk_owner;

CREATE TABLE public.chat_origins (
    tenant_id uuid NOT NULL,
    origin text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT chat_origins_origin_check CHECK ((origin ~ '^https?://[a-z0-9.-]+(:[0-9]+)?$'::text))
);

ALTER TABLE ONLY public.chat_origins FORCE ROW LEVEL SECURITY;

ALTER TABLE public.chat_origins OWNER TO pitdesk_owner;

CREATE TABLE public.conversation_reads (
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    membership_id uuid NOT NULL,
    seq bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.conversation_reads FORCE ROW LEVEL SECURITY;

ALTER TABLE public.conversation_reads OWNER TO pitdesk_owner;

CREATE TABLE public.conversation_tags (
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    tagged_by uuid,
    tagged_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.conversation_tags FORCE ROW LEVEL SECURITY;

ALTER TABLE public.conversation_tags OWNER TO pitdesk_owner;

CREATE TABLE public.conversations (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    player_id uuid NOT NULL,
    channel text NOT NULL,
    language text,
    state text DEFAULT 'open'::text NOT NULL,
    assignee_id uuid,
    team_id uuid,
    topic_id uuid,
    waiting_since timestamp with time zone DEFAULT now(),
    turn_at timestamp with time zone DEFAULT now() NOT NULL,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    snoozed_until timestamp with time zone,
    escalated_at timestamp with time zone,
    first_reply_at timestamp with time zone,
    return_address text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_message_seq bigint DEFAULT 0 NOT NULL,
    last_seq bigint DEFAULT 0 NOT NULL,
    last_hash bytea NOT NULL,
    CONSTRAINT conversations_channel_check CHECK ((channel = ANY (ARRAY['chat'::text, 'email'::text, 'phone'::text, 'messenger'::text, 'api'::text]))),
    CONSTRAINT conversations_check CHECK (((state = 'snoozed'::text) = (snoozed_until IS NOT NULL))),
    CONSTRAINT conversations_last_hash_check CHECK ((length(last_hash) = 32)),
    CONSTRAINT conversations_state_check CHECK ((state = ANY (ARRAY['open'::text, 'snoozed'::text, 'resolved'::text])))
)
WITH (fillfactor='70');

ALTER TABLE ONLY public.conversations FORCE ROW LEVEL SECURITY;

ALTER TABLE public.conversations OWNER TO pitdesk_owner;

CREATE TABLE public.domains (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    host text NOT NULL,
    token text NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    proven_at timestamp with time zone,
    proof text,
    checked_at timestamp with time zone,
    finding text,
    found text,
    failures integer DEFAULT 0 NOT NULL,
    failed_at timestamp with time zone,
    suspended_at timestamp with time zone,
    removed_at timestamp with time zone,
    CONSTRAINT domains_check CHECK (((proven_at IS NULL) = (proof IS NULL))),
    CONSTRAINT domains_check1 CHECK (((suspended_at IS NULL) OR (proven_at IS NOT NULL))),
    CONSTRAINT domains_finding_check CHECK ((finding = ANY (ARRAY['held'::text, 'missing'::text, 'nowhere'::text, 'elsewhere'::text, 'silent'::text, 'taken'::text]))),
    CONSTRAINT domains_found_check CHECK ((length(found) <= 260)),
    CONSTRAINT domains_host_check CHECK (((host ~ '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$'::text) AND (length(host) <= 253))),
    CONSTRAINT domains_proof_check CHECK ((proof = ANY (ARRAY['txt'::text, 'cname'::text, 'vouched'::text]))),
    CONSTRAINT domains_token_check CHECK (((length(token) >= 20) AND (length(token) <= 80)))
);

ALTER TABLE ONLY public.domains FORCE ROW LEVEL SECURITY;

ALTER TABLE public.domains OWNER TO pitdesk_owner;

CREATE TABLE public.entry_words (
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    month date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    words tsvector NOT NULL
);

ALTER TABLE ONLY public.entry_words FORCE ROW LEVEL SECURITY;

ALTER TABLE public.entry_words OWNER TO pitdesk_owner;

CREATE TABLE public.erasures (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    by_kind text NOT NULL,
    by_id uuid,
    why text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT erasures_why_check CHECK (((length(why) >= 1) AND (length(why) <= 500)))
);

ALTER TABLE ONLY public.erasures FORCE ROW LEVEL SECURITY;

ALTER TABLE public.erasures OWNER TO pitdesk_owner;

CREATE TABLE public.exports (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    done_at timestamp with time zone,
    failed_at timestamp with time zone,
    size bigint,
    blob text,
    expires_at timestamp with time zone,
    CONSTRAINT exports_check CHECK ((((done_at IS NULL) = (size IS NULL)) AND ((done_at IS NULL) = (expires_at IS NULL))))
);

ALTER TABLE ONLY public.exports FORCE ROW LEVEL SECURITY;

ALTER TABLE public.exports OWNER TO pitdesk_owner;

CREATE TABLE public.files (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    conversation_id uuid,
    uploader_kind text NOT NULL,
    uploader_id uuid NOT NULL,
    name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    width integer,
    height integer,
    digest bytea NOT NULL,
    blob text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT files_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT files_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
    CONSTRAINT files_size_check CHECK ((size >= 0)),
    CONSTRAINT files_uploader_kind_check CHECK ((uploader_kind = ANY (ARRAY['player'::text, 'agent'::text])))
);

ALTER TABLE ONLY public.files FORCE ROW LEVEL SECURITY;

ALTER TABLE public.files OWNER TO pitdesk_owner;

CREATE TABLE public.first_steps (
    tenant_id uuid NOT NULL,
    step text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    membership_id uuid,
    CONSTRAINT first_steps_step_check CHECK ((step = ANY (ARRAY['begun'::text, 'brand'::text, 'licence'::text, 'chat'::text, 'people'::text, 'talk'::text, 'all'::text])))
);

ALTER TABLE ONLY public.first_steps FORCE ROW LEVEL SECURITY;

ALTER TABLE public.first_steps OWNER TO pitdesk_owner;

CREATE TABLE public.head_statements (
    tenant_id uuid NOT NULL,
    number bigint NOT NULL,
    made_at timestamp with time zone NOT NULL,
    key_id text NOT NULL,
    heads integer NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    signature bytea NOT NULL,
    CONSTRAINT head_statements_hash_check CHECK ((length(hash) = 32)),
    CONSTRAINT head_statements_heads_check CHECK ((heads > 0)),
    CONSTRAINT head_statements_number_check CHECK ((number > 0)),
    CONSTRAINT head_statements_previous_check CHECK ((length(previous) = 32)),
    CONSTRAINT head_statements_signature_check CHECK ((length(signature) = 64))
);

ALTER TABLE ONLY public.head_statements FORCE ROW LEVEL SECURITY;

ALTER TABLE public.head_statements OWNER TO pitdesk_owner;

CREATE TABLE public.identity_tokens_used (
    tenant_id uuid NOT NULL,
    jti text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT identity_tokens_used_jti_check CHECK (((length(jti) >= 1) AND (length(jti) <= 255)))
);

ALTER TABLE ONLY public.identity_tokens_used FORCE ROW LEVEL SECURITY;

ALTER TABLE public.identity_tokens_used OWNER TO pitdesk_owner;

CREATE TABLE public.inbox_views (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    owner_id uuid,
    state text DEFAULT 'open'::text NOT NULL,
    holder text DEFAULT ''::text NOT NULL,
    assignee_id uuid,
    team_id uuid,
    topic_id uuid,
    tag_id uuid,
    channel text,
    sort text DEFAULT 'newest'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT inbox_views_channel_check CHECK ((channel = ANY (ARRAY['chat'::text, 'email'::text, 'phone'::text, 'messenger'::text, 'api'::text]))),
    CONSTRAINT inbox_views_check CHECK (((holder = 'agent'::text) = (assignee_id IS NOT NULL))),
    CONSTRAINT inbox_views_holder_check CHECK ((holder = ANY (ARRAY[''::text, 'me'::text, 'nobody'::text, 'agent'::text]))),
    CONSTRAINT inbox_views_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT inbox_views_sort_check CHECK ((sort = ANY (ARRAY['newest'::text, 'waiting'::text]))),
    CONSTRAINT inbox_views_state_check CHECK ((state = ANY (ARRAY['open'::text, 'snoozed'::text, 'resolved'::text, 'any'::text])))
);

ALTER TABLE ONLY public.inbox_views FORCE ROW LEVEL SECURITY;

ALTER TABLE public.inbox_views OWNER TO pitdesk_owner;

CREATE TABLE public.invitations (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    token_hash bytea,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    teams uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    invited_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    revoked_at timestamp with time zone,
    mailed_at timestamp with time zone,
    CONSTRAINT invitations_email_check CHECK ((email = lower(email))),
    CONSTRAINT invitations_role_check CHECK ((role = ANY (ARRAY['operator'::text, 'lead'::text, 'admin'::text])))
);

ALTER TABLE ONLY public.invitations FORCE ROW LEVEL SECURITY;

ALTER TABLE public.invitations OWNER TO pitdesk_owner;

CREATE TABLE public.language_drafts (
    tenant_id uuid NOT NULL,
    language text NOT NULL,
    id uuid NOT NULL,
    texts jsonb NOT NULL,
    author_id uuid,
    author_name text NOT NULL,
    made_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.language_drafts FORCE ROW LEVEL SECURITY;

ALTER TABLE public.language_drafts OWNER TO pitdesk_owner;

CREATE TABLE public.language_packs (
    tenant_id uuid NOT NULL,
    language text NOT NULL,
    checked_by text DEFAULT ''::text NOT NULL,
    checked_on date,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT language_packs_checked_by_check CHECK ((char_length(checked_by) <= 80)),
    CONSTRAINT language_packs_language_check CHECK ((language ~ '^[A-Za-z0-9-]{2,35}$'::text))
);

ALTER TABLE ONLY public.language_packs FORCE ROW LEVEL SECURITY;

ALTER TABLE public.language_packs OWNER TO pitdesk_owner;

CREATE TABLE public.language_settings (
    tenant_id uuid NOT NULL,
    fallback text DEFAULT ''::text NOT NULL,
    players text[] DEFAULT '{}'::text[] NOT NULL,
    agents text[] DEFAULT '{}'::text[] NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.language_settings FORCE ROW LEVEL SECURITY;

ALTER TABLE public.language_settings OWNER TO pitdesk_owner;

CREATE TABLE public.language_texts (
    tenant_id uuid NOT NULL,
    language text NOT NULL,
    id text NOT NULL,
    forms jsonb NOT NULL,
    original jsonb NOT NULL,
    original_language text NOT NULL,
    author_id uuid,
    author_name text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT language_texts_forms_check CHECK ((forms ? 'other'::text)),
    CONSTRAINT language_texts_id_check CHECK (((char_length(id) >= 1) AND (char_length(id) <= 500)))
);

ALTER TABLE ONLY public.language_texts FORCE ROW LEVEL SECURITY;

ALTER TABLE public.language_texts OWNER TO pitdesk_owner;

CREATE TABLE public.licence_alerts (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    licence_id uuid NOT NULL,
    kind text NOT NULL,
    raised_at timestamp with time zone DEFAULT now() NOT NULL,
    cleared_at timestamp with time zone,
    CONSTRAINT licence_alerts_kind_check CHECK ((kind = ANY (ARRAY['expiring'::text, 'expired'::text, 'suspended'::text, 'revoked'::text, 'surrendered'::text, 'gone'::text, 'unnamed'::text])))
);

ALTER TABLE ONLY public.licence_alerts FORCE ROW LEVEL SECURITY;

ALTER TABLE public.licence_alerts OWNER TO pitdesk_owner;

CREATE TABLE public.licence_looks (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    licence_id uuid NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    link text NOT NULL,
    outcome text NOT NULL,
    why text DEFAULT ''::text NOT NULL,
    status integer DEFAULT 0 NOT NULL,
    digest bytea,
    number_found boolean DEFAULT false NOT NULL,
    licensee_found boolean DEFAULT false NOT NULL,
    CONSTRAINT licence_looks_digest_check CHECK ((length(digest) = 32)),
    CONSTRAINT licence_looks_outcome_check CHECK ((outcome = ANY (ARRAY['reachable'::text, 'changed'::text, 'gone'::text, 'unreachable'::text]))),
    CONSTRAINT licence_looks_why_check CHECK ((why ~ '^[a-z_]{0,30}$'::text))
);

ALTER TABLE ONLY public.licence_looks FORCE ROW LEVEL SECURITY;

ALTER TABLE public.licence_looks OWNER TO pitdesk_owner;

CREATE TABLE public.licences (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    regulator text NOT NULL,
    authority text DEFAULT ''::text NOT NULL,
    number text NOT NULL,
    licensee text NOT NULL,
    country text NOT NULL,
    domains text[] NOT NULL,
    link text NOT NULL,
    confirmed text,
    seal text,
    valid_from date,
    valid_until date,
    status text DEFAULT 'active'::text NOT NULL,
    "position" integer NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT licences_authority_check CHECK ((length(authority) <= 120)),
    CONSTRAINT licences_check CHECK (((regulator = 'other'::text) = (confirmed IS NOT NULL))),
    CONSTRAINT licences_check1 CHECK ((valid_until >= valid_from)),
    CONSTRAINT licences_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT licences_domains_check CHECK ((((cardinality(domains) >= 1) AND (cardinality(domains) <= 100)) AND (array_position(domains, NULL::text) IS NULL))),
    CONSTRAINT licences_licensee_check CHECK (((length(licensee) >= 1) AND (length(licensee) <= 160))),
    CONSTRAINT licences_link_check CHECK (((link ~ '^https://[a-z0-9.-]+(/|$)'::text) AND (length(link) <= 2000))),
    CONSTRAINT licences_number_check CHECK (((length(number) >= 1) AND (length(number) <= 60))),
    CONSTRAINT licences_regulator_check CHECK ((regulator ~ '^[a-z]{2,20}$'::text)),
    CONSTRAINT licences_seal_check CHECK ((seal ~ '^[0-9a-f]{32}\.(png|jpg)$'::text)),
    CONSTRAINT licences_status_check CHECK ((status = ANY (ARRAY['active'::text, 'suspended'::text, 'revoked'::text, 'surrendered'::text])))
);

ALTER TABLE ONLY public.licences FORCE ROW LEVEL SECURITY;

ALTER TABLE public.licences OWNER TO pitdesk_owner;

CREATE TABLE public.macro_uses (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    macro_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    by_kind text NOT NULL,
    by_id uuid,
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.macro_uses FORCE ROW LEVEL SECURITY;

ALTER TABLE public.macro_uses OWNER TO pitdesk_owner;

CREATE TABLE public.macros (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    shortcut text,
    team_id uuid,
    texts jsonb DEFAULT '{}'::jsonb NOT NULL,
    topic_id uuid,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    assign text DEFAULT ''::text NOT NULL,
    assign_agent_id uuid,
    assign_team_id uuid,
    snooze_minutes integer,
    resolve boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    created_by uuid,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT macros_assign_check CHECK ((assign = ANY (ARRAY[''::text, 'me'::text, 'nobody'::text, 'agent'::text, 'team'::text]))),
    CONSTRAINT macros_check CHECK ((((assign = 'agent'::text) = (assign_agent_id IS NOT NULL)) AND ((assign = 'team'::text) = (assign_team_id IS NOT NULL)))),
    CONSTRAINT macros_check1 CHECK ((NOT (resolve AND (snooze_minutes IS NOT NULL)))),
    CONSTRAINT macros_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT macros_shortcut_check CHECK ((((length(shortcut) >= 1) AND (length(shortcut) <= 30)) AND (shortcut !~ '[\s/]'::text) AND (shortcut = lower(shortcut)))),
    CONSTRAINT macros_snooze_minutes_check CHECK (((snooze_minutes >= 5) AND (snooze_minutes <= 525600))),
    CONSTRAINT macros_tags_check CHECK ((cardinality(tags) <= 10)),
    CONSTRAINT macros_texts_check CHECK ((jsonb_typeof(texts) = 'object'::text))
);

ALTER TABLE ONLY public.macros FORCE ROW LEVEL SECURITY;

ALTER TABLE public.macros OWNER TO pitdesk_owner;

CREATE TABLE public.membership_teams (
    tenant_id uuid NOT NULL,
    membership_id uuid NOT NULL,
    team_id uuid NOT NULL
);

ALTER TABLE ONLY public.membership_teams FORCE ROW LEVEL SECURITY;

ALTER TABLE public.membership_teams OWNER TO pitdesk_owner;

CREATE TABLE public.memberships (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    password text,
    password_at timestamp with time zone,
    totp_secret text,
    totp_at timestamp with time zone,
    totp_step bigint DEFAULT 0 NOT NULL,
    away_since timestamp with time zone,
    last_seen_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    disabled_at timestamp with time zone,
    totp_sealed bytea,
    CONSTRAINT memberships_email_check CHECK ((email = lower(email))),
    CONSTRAINT memberships_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT memberships_role_check CHECK ((role = ANY (ARRAY['operator'::text, 'lead'::text, 'admin'::text])))
);

ALTER TABLE ONLY public.memberships FORCE ROW LEVEL SECURITY;

ALTER TABLE public.memberships OWNER TO pitdesk_owner;

CREATE TABLE public.missed_words (
    tenant_id uuid NOT NULL,
    language text NOT NULL,
    digest bytea NOT NULL,
    who bytea NOT NULL,
    word text,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT missed_words_digest_check CHECK ((length(digest) = 16)),
    CONSTRAINT missed_words_language_check CHECK (((length(language) >= 2) AND (length(language) <= 20))),
    CONSTRAINT missed_words_who_check CHECK ((length(who) = 16)),
    CONSTRAINT missed_words_word_check CHECK ((((length(word) >= 3) AND (length(word) <= 40)) AND (word !~ '[0-9@]'::text)))
);

ALTER TABLE ONLY public.missed_words FORCE ROW LEVEL SECURITY;

ALTER TABLE public.missed_words OWNER TO pitdesk_owner;

CREATE TABLE public.password_resets (
    tenant_id uuid NOT NULL,
    token_hash bytea,
    membership_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    id uuid NOT NULL,
    mailed_at timestamp with time zone
);

ALTER TABLE ONLY public.password_resets FORCE ROW LEVEL SECURITY;

ALTER TABLE public.password_resets OWNER TO pitdesk_owner;

CREATE TABLE public.player_links (
    tenant_id uuid NOT NULL,
    player_id uuid NOT NULL,
    visitor_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.player_links FORCE ROW LEVEL SECURITY;

ALTER TABLE public.player_links OWNER TO pitdesk_owner;

CREATE TABLE public.player_marks (
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    delivered_seq bigint DEFAULT 0 NOT NULL,
    seen_seq bigint DEFAULT 0 NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.player_marks FORCE ROW LEVEL SECURITY;

ALTER TABLE public.player_marks OWNER TO pitdesk_owner;

CREATE TABLE public.player_sessions (
    tenant_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    player_id uuid NOT NULL,
    proven boolean NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone
);

ALTER TABLE ONLY public.player_sessions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.player_sessions OWNER TO pitdesk_owner;

CREATE TABLE public.players (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    sub text,
    name text,
    email text,
    phone text,
    language text,
    country text,
    vip text,
    status text DEFAULT 'unknown'::text NOT NULL,
    proven_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    email_key text GENERATED ALWAYS AS (lower(email)) STORED,
    CONSTRAINT players_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT players_status_check CHECK ((status = ANY (ARRAY['active'::text, 'at_risk'::text, 'excluded'::text, 'unknown'::text]))),
    CONSTRAINT players_sub_check CHECK (((length(sub) >= 1) AND (length(sub) <= 255)))
);

ALTER TABLE ONLY public.players FORCE ROW LEVEL SECURITY;

ALTER TABLE public.players OWNER TO pitdesk_owner;

CREATE TABLE public.recovery_codes (
    tenant_id uuid NOT NULL,
    membership_id uuid NOT NULL,
    hash bytea NOT NULL,
    used_at timestamp with time zone
);

ALTER TABLE ONLY public.recovery_codes FORCE ROW LEVEL SECURITY;

ALTER TABLE public.recovery_codes OWNER TO pitdesk_owner;

CREATE TABLE public.search_marks (
    tenant_id uuid NOT NULL,
    epoch integer DEFAULT 0 NOT NULL,
    xact xid8 DEFAULT '0'::xid8 NOT NULL,
    since date DEFAULT 'infinity'::date NOT NULL
);

ALTER TABLE ONLY public.search_marks FORCE ROW LEVEL SECURITY;

ALTER TABLE public.search_marks OWNER TO pitdesk_owner;

CREATE TABLE public.sign_in_attempts (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    account text NOT NULL,
    address text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    ok boolean NOT NULL
);

ALTER TABLE ONLY public.sign_in_attempts FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_attempts OWNER TO pitdesk_owner;

CREATE TABLE public.sign_in_links (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    token_hash bytea NOT NULL,
    membership_id uuid NOT NULL,
    made_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);

ALTER TABLE ONLY public.sign_in_links FORCE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_links OWNER TO pitdesk_owner;

CREATE TABLE public.signed_heads (
    tenant_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    seq bigint NOT NULL,
    hash bytea NOT NULL,
    number bigint NOT NULL,
    CONSTRAINT signed_heads_hash_check CHECK ((length(hash) = 32))
);

ALTER TABLE ONLY public.signed_heads FORCE ROW LEVEL SECURITY;

ALTER TABLE public.signed_heads OWNER TO pitdesk_owner;

CREATE TABLE public.staff_sessions (
    tenant_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    id uuid NOT NULL,
    membership_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    proven_at timestamp with time zone,
    address text NOT NULL,
    browser text NOT NULL,
    visit_id uuid,
    CONSTRAINT staff_sessions_whose CHECK ((num_nonnulls(membership_id, visit_id) = 1))
);

ALTER TABLE ONLY public.staff_sessions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.staff_sessions OWNER TO pitdesk_owner;

CREATE TABLE public.suggested_articles (
    tenant_id uuid NOT NULL,
    suggestion_id uuid NOT NULL,
    article_id uuid NOT NULL,
    language text NOT NULL,
    way text NOT NULL,
    "position" smallint NOT NULL,
    shown_at timestamp with time zone DEFAULT now() NOT NULL,
    read_at timestamp with time zone,
    answered_at timestamp with time zone,
    CONSTRAINT suggested_articles_check CHECK (((answered_at IS NULL) OR (read_at IS NOT NULL))),
    CONSTRAINT suggested_articles_language_check CHECK (((length(language) >= 2) AND (length(language) <= 20))),
    CONSTRAINT suggested_articles_position_check CHECK ((("position" >= 0) AND ("position" <= 9))),
    CONSTRAINT suggested_articles_way_check CHECK ((way = ANY (ARRAY['typed'::text, 'popular'::text, 'page'::text])))
);

ALTER TABLE ONLY public.suggested_articles FORCE ROW LEVEL SECURITY;

ALTER TABLE public.suggested_articles OWNER TO pitdesk_owner;

CREATE TABLE public.suggestions (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    visitor bytea NOT NULL,
    language text NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    last_at timestamp with time zone DEFAULT now() NOT NULL,
    conversation_id uuid,
    asked_at timestamp with time zone,
    CONSTRAINT suggestions_check CHECK (((conversation_id IS NULL) = (asked_at IS NULL))),
    CONSTRAINT suggestions_language_check CHECK (((length(language) >= 2) AND (length(language) <= 20))),
    CONSTRAINT suggestions_visitor_check CHECK ((length(visitor) = 16))
);

ALTER TABLE ONLY public.suggestions FORCE ROW LEVEL SECURITY;

ALTER TABLE public.suggestions OWNER TO pitdesk_owner;

CREATE TABLE public.tags (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT tags_name_check CHECK (((length(name) >= 1) AND (length(name) <= 40)))
);

ALTER TABLE ONLY public.tags FORCE ROW LEVEL SECURITY;

ALTER TABLE public.tags OWNER TO pitdesk_owner;

CREATE TABLE public.teams (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    for_leads boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT teams_name_check CHECK (((length(name) >= 1) AND (length(name) <= 80)))
);

ALTER TABLE ONLY public.teams FORCE ROW LEVEL SECURITY;

ALTER TABLE public.teams OWNER TO pitdesk_owner;

CREATE TABLE public.topics (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    key text NOT NULL,
    names jsonb DEFAULT '{}'::jsonb NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    to_lead boolean DEFAULT false NOT NULL,
    retired_at timestamp with time zone,
    CONSTRAINT topics_key_check CHECK ((key ~ '^[a-z][a-z0-9_]{1,40}$'::text))
);

ALTER TABLE ONLY public.topics FORCE ROW LEVEL SECURITY;

ALTER TABLE public.topics OWNER TO pitdesk_owner;

CREATE TABLE public.visit_rules (
    tenant_id uuid NOT NULL,
    may_change boolean DEFAULT false NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY public.visit_rules FORCE ROW LEVEL SECURITY;

ALTER TABLE public.visit_rules OWNER TO pitdesk_owner;

CREATE TABLE public.visits (
    tenant_id uuid NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    name text NOT NULL,
    side text NOT NULL,
    reason text NOT NULL,
    may_change boolean NOT NULL,
    token_hash bytea NOT NULL,
    begun_at timestamp with time zone DEFAULT now() NOT NULL,
    entered_at timestamp with time zone,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_by text,
    CONSTRAINT visits_check CHECK ((ends_at <= (begun_at + '01:00:00'::interval))),
    CONSTRAINT visits_check1 CHECK (((ended_at IS NULL) = (ended_by IS NULL))),
    CONSTRAINT visits_ended_by_check CHECK ((ended_by = ANY (ARRAY['visitor'::text, 'casino'::text]))),
    CONSTRAINT visits_name_check CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT visits_reason_check CHECK (((length(reason) >= 1) AND (length(reason) <= 500))),
    CONSTRAINT visits_side_check CHECK ((side = ANY (ARRAY['platform'::text, 'reseller'::text])))
);

ALTER TABLE ONLY public.visits FORCE ROW LEVEL SECURITY;

ALTER TABLE public.visits OWNER TO pitdesk_owner;

ALTER TABLE ONLY control.api_keys
    ADD CONSTRAINT api_keys_hash_key UNIQUE (hash);

ALTER TABLE ONLY control.api_keys
    ADD CONSTRAINT api_keys_old_hash_key UNIQUE (old_hash);

ALTER TABLE ONLY control.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.certificate_files
    ADD CONSTRAINT certificate_files_pkey PRIMARY KEY (name);

ALTER TABLE ONLY control.certificate_locks
    ADD CONSTRAINT certificate_locks_pkey PRIMARY KEY (name);

ALTER TABLE ONLY control.console_attempts
    ADD CONSTRAINT console_attempts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.console_links
    ADD CONSTRAINT console_links_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.console_links
    ADD CONSTRAINT console_links_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY control.console_people
    ADD CONSTRAINT console_people_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.console_people
    ADD CONSTRAINT console_people_reseller_id_email_key UNIQUE NULLS NOT DISTINCT (reseller_id, email);

ALTER TABLE ONLY control.console_sessions
    ADD CONSTRAINT console_sessions_id_key UNIQUE (id);

ALTER TABLE ONLY control.console_sessions
    ADD CONSTRAINT console_sessions_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY control.deed_links
    ADD CONSTRAINT deed_links_line_id_key UNIQUE (line_id);

ALTER TABLE ONLY control.deed_links
    ADD CONSTRAINT deed_links_pkey PRIMARY KEY (number);

ALTER TABLE ONLY control.deed_statements
    ADD CONSTRAINT deed_statements_pkey PRIMARY KEY (number);

ALTER TABLE ONLY control.deeds
    ADD CONSTRAINT deeds_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.epochs
    ADD CONSTRAINT epochs_pkey PRIMARY KEY (number);

ALTER TABLE ONLY control.grants
    ADD CONSTRAINT grants_pkey PRIMARY KEY (tenant_id, name);

ALTER TABLE ONLY control.holds
    ADD CONSTRAINT holds_pkey PRIMARY KEY (tenant_id, source);

ALTER TABLE ONLY control.hosts
    ADD CONSTRAINT hosts_pkey PRIMARY KEY (host);

ALTER TABLE ONLY control.invoices
    ADD CONSTRAINT invoices_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.kept_answers
    ADD CONSTRAINT kept_answers_pkey PRIMARY KEY (claim);

ALTER TABLE ONLY control.meter_readings
    ADD CONSTRAINT meter_readings_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.meter_readings
    ADD CONSTRAINT meter_readings_tenant_id_counted_from_key UNIQUE (tenant_id, counted_from);

ALTER TABLE ONLY control.notices
    ADD CONSTRAINT notices_pkey PRIMARY KEY (tenant_id, since, step);

ALTER TABLE ONLY control.people
    ADD CONSTRAINT people_email_key UNIQUE (email);

ALTER TABLE ONLY control.people
    ADD CONSTRAINT people_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.plan_grants
    ADD CONSTRAINT plan_grants_pkey PRIMARY KEY (plan_id, name);

ALTER TABLE ONLY control.plans
    ADD CONSTRAINT plans_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.plans
    ADD CONSTRAINT plans_position_key UNIQUE ("position");

ALTER TABLE ONLY control.prices
    ADD CONSTRAINT prices_pkey PRIMARY KEY (plan_id, currency, cycle, audience);

ALTER TABLE ONLY control.resellers
    ADD CONSTRAINT resellers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.resellers
    ADD CONSTRAINT resellers_slug_key UNIQUE (slug);

ALTER TABLE ONLY control.revisions
    ADD CONSTRAINT revisions_pkey PRIMARY KEY (tenant_id, subject);

ALTER TABLE ONLY control.seal_keys
    ADD CONSTRAINT seal_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.sealing
    ADD CONSTRAINT sealing_pkey PRIMARY KEY (one);

ALTER TABLE ONLY control.sign_ups
    ADD CONSTRAINT sign_ups_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.sign_ups
    ADD CONSTRAINT sign_ups_proof_hash_key UNIQUE (proof_hash);

ALTER TABLE ONLY control.sign_ups
    ADD CONSTRAINT sign_ups_token_hash_key UNIQUE (token_hash);

ALTER TABLE ONLY control.stripe_events
    ADD CONSTRAINT stripe_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.subscriptions
    ADD CONSTRAINT subscriptions_customer_key UNIQUE (customer);

ALTER TABLE ONLY control.subscriptions
    ADD CONSTRAINT subscriptions_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY control.tenants
    ADD CONSTRAINT tenants_pkey PRIMARY KEY (id);

ALTER TABLE ONLY control.tenants
    ADD CONSTRAINT tenants_slug_key UNIQUE (slug);

ALTER TABLE ONLY control.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (webhook_id, id);

ALTER TABLE ONLY control.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_webhook_id_event_id_key UNIQUE (webhook_id, event_id);

ALTER TABLE ONLY control.webhook_secrets
    ADD CONSTRAINT webhook_secrets_pkey PRIMARY KEY (webhook_id, id);

ALTER TABLE ONLY control.webhook_tries
    ADD CONSTRAINT webhook_tries_pkey PRIMARY KEY (webhook_id, delivery_id, number);

ALTER TABLE ONLY control.webhooks
    ADD CONSTRAINT webhooks_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.answer_categories
    ADD CONSTRAINT answer_categories_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.answer_categories
    ADD CONSTRAINT answer_categories_tenant_id_slug_key UNIQUE (tenant_id, slug);

ALTER TABLE ONLY public.answer_category_names
    ADD CONSTRAINT answer_category_names_pkey PRIMARY KEY (tenant_id, category_id, language);

ALTER TABLE ONLY public.answer_misses
    ADD CONSTRAINT answer_misses_pkey PRIMARY KEY (tenant_id, language, words);

ALTER TABLE ONLY public.article_pictures
    ADD CONSTRAINT article_pictures_pkey PRIMARY KEY (tenant_id, name);

ALTER TABLE ONLY public.article_search
    ADD CONSTRAINT article_search_pkey PRIMARY KEY (tenant_id, article_id, language);

ALTER TABLE ONLY public.article_slugs
    ADD CONSTRAINT article_slugs_pkey PRIMARY KEY (tenant_id, language, slug);

ALTER TABLE ONLY public.article_versions
    ADD CONSTRAINT article_versions_pkey PRIMARY KEY (tenant_id, article_id, language, number);

ALTER TABLE ONLY public.article_votes
    ADD CONSTRAINT article_votes_pkey PRIMARY KEY (tenant_id, article_id, language, voter);

ALTER TABLE ONLY public.article_words
    ADD CONSTRAINT article_words_pkey PRIMARY KEY (tenant_id, article_id, language, word);

ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.audit_links
    ADD CONSTRAINT audit_links_pkey PRIMARY KEY (tenant_id, number);

ALTER TABLE ONLY public.audit_links
    ADD CONSTRAINT audit_links_tenant_id_line_id_key UNIQUE (tenant_id, line_id);

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.audit_statements
    ADD CONSTRAINT audit_statements_pkey PRIMARY KEY (tenant_id, number);

ALTER TABLE ONLY public.brand_versions
    ADD CONSTRAINT brand_versions_pkey PRIMARY KEY (tenant_id, number);

ALTER TABLE ONLY public.brands
    ADD CONSTRAINT brands_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.chat_keys
    ADD CONSTRAINT chat_keys_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.chat_origins
    ADD CONSTRAINT chat_origins_pkey PRIMARY KEY (tenant_id, origin);

ALTER TABLE ONLY public.conversation_reads
    ADD CONSTRAINT conversation_reads_pkey PRIMARY KEY (tenant_id, conversation_id, membership_id);

ALTER TABLE ONLY public.conversation_tags
    ADD CONSTRAINT conversation_tags_pkey PRIMARY KEY (tenant_id, conversation_id, tag_id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.domains
    ADD CONSTRAINT domains_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.entries
    ADD CONSTRAINT entries_pkey PRIMARY KEY (tenant_id, conversation_id, seq);

ALTER TABLE ONLY public.entry_words
    ADD CONSTRAINT entry_words_pkey PRIMARY KEY (tenant_id, conversation_id, seq);

ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT erasures_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.exports
    ADD CONSTRAINT exports_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.first_steps
    ADD CONSTRAINT first_steps_pkey PRIMARY KEY (tenant_id, step);

ALTER TABLE ONLY public.head_statements
    ADD CONSTRAINT head_statements_pkey PRIMARY KEY (tenant_id, number);

ALTER TABLE ONLY public.identity_tokens_used
    ADD CONSTRAINT identity_tokens_used_pkey PRIMARY KEY (tenant_id, jti);

ALTER TABLE ONLY public.inbox_views
    ADD CONSTRAINT inbox_views_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_tenant_id_token_hash_key UNIQUE (tenant_id, token_hash);

ALTER TABLE ONLY public.language_drafts
    ADD CONSTRAINT language_drafts_pkey PRIMARY KEY (tenant_id, language);

ALTER TABLE ONLY public.language_packs
    ADD CONSTRAINT language_packs_pkey PRIMARY KEY (tenant_id, language);

ALTER TABLE ONLY public.language_settings
    ADD CONSTRAINT language_settings_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.language_texts
    ADD CONSTRAINT language_texts_pkey PRIMARY KEY (tenant_id, language, id);

ALTER TABLE ONLY public.licence_alerts
    ADD CONSTRAINT licence_alerts_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.licence_looks
    ADD CONSTRAINT licence_looks_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.licences
    ADD CONSTRAINT licences_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.macro_uses
    ADD CONSTRAINT macro_uses_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.macros
    ADD CONSTRAINT macros_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.membership_teams
    ADD CONSTRAINT membership_teams_pkey PRIMARY KEY (tenant_id, membership_id, team_id);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_tenant_id_email_key UNIQUE (tenant_id, email);

ALTER TABLE ONLY public.memberships
    ADD CONSTRAINT memberships_tenant_id_person_id_key UNIQUE (tenant_id, person_id);

ALTER TABLE ONLY public.missed_words
    ADD CONSTRAINT missed_words_pkey PRIMARY KEY (tenant_id, language, digest, who);

ALTER TABLE ONLY public.password_resets
    ADD CONSTRAINT password_resets_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.password_resets
    ADD CONSTRAINT password_resets_tenant_id_token_hash_key UNIQUE (tenant_id, token_hash);

ALTER TABLE ONLY public.player_links
    ADD CONSTRAINT player_links_pkey PRIMARY KEY (tenant_id, player_id, visitor_id);

ALTER TABLE ONLY public.player_marks
    ADD CONSTRAINT player_marks_pkey PRIMARY KEY (tenant_id, conversation_id);

ALTER TABLE ONLY public.player_sessions
    ADD CONSTRAINT player_sessions_pkey PRIMARY KEY (tenant_id, token_hash);

ALTER TABLE ONLY public.players
    ADD CONSTRAINT players_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_pkey PRIMARY KEY (tenant_id, membership_id, hash);

ALTER TABLE ONLY public.search_marks
    ADD CONSTRAINT search_marks_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.sign_in_attempts
    ADD CONSTRAINT sign_in_attempts_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.sign_in_links
    ADD CONSTRAINT sign_in_links_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.sign_in_links
    ADD CONSTRAINT sign_in_links_tenant_id_token_hash_key UNIQUE (tenant_id, token_hash);

ALTER TABLE ONLY public.signed_heads
    ADD CONSTRAINT signed_heads_pkey PRIMARY KEY (tenant_id, conversation_id, seq);

ALTER TABLE ONLY public.staff_sessions
    ADD CONSTRAINT staff_sessions_pkey PRIMARY KEY (tenant_id, token_hash);

ALTER TABLE ONLY public.staff_sessions
    ADD CONSTRAINT staff_sessions_tenant_id_id_key UNIQUE (tenant_id, id);

ALTER TABLE ONLY public.suggested_articles
    ADD CONSTRAINT suggested_articles_pkey PRIMARY KEY (tenant_id, suggestion_id, article_id);

ALTER TABLE ONLY public.suggestions
    ADD CONSTRAINT suggestions_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_tenant_id_name_key UNIQUE (tenant_id, name);

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.teams
    ADD CONSTRAINT teams_tenant_id_name_key UNIQUE (tenant_id, name);

ALTER TABLE ONLY public.topics
    ADD CONSTRAINT topics_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.topics
    ADD CONSTRAINT topics_tenant_id_key_key UNIQUE (tenant_id, key);

ALTER TABLE ONLY public.visit_rules
    ADD CONSTRAINT visit_rules_pkey PRIMARY KEY (tenant_id);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_pkey PRIMARY KEY (tenant_id, id);

ALTER TABLE ONLY public.visits
    ADD CONSTRAINT visits_tenant_id_token_hash_key UNIQUE (tenant_id, token_hash);

CREATE INDEX api_keys_reseller ON control.api_keys USING btree (reseller_id) WHERE (reseller_id IS NOT NULL);

CREATE INDEX api_keys_tenant ON control.api_keys USING btree (tenant_id);

CREATE INDEX console_attempts_account ON control.console_attempts USING btree (account, at);

CREATE INDEX console_attempts_address ON control.console_attempts USING btree (address, at);

CREATE INDEX console_links_person ON control.console_links USING btree (person_id);

CREATE INDEX console_people_email ON control.console_people USING btree (email);

CREATE INDEX console_sessions_person ON control.console_sessions USING btree (person_id);

CREATE INDEX deeds_at ON control.deeds USING btree (id DESC);

CREATE INDEX deeds_order ON control.deeds USING btree (epoch, xact, id);

CREATE UNIQUE INDEX deeds_reads ON control.deeds USING btree (read_during, actor_id, action, object, object_id, reseller_id, tenant_id) NULLS NOT DISTINCT WHERE (read_during IS NOT NULL);

CREATE INDEX deeds_reseller ON control.deeds USING btree (reseller_id, id DESC) WHERE (reseller_id IS NOT NULL);

CREATE INDEX deeds_tenant ON control.deeds USING btree (tenant_id, id DESC) WHERE (tenant_id IS NOT NULL);

CREATE UNIQUE INDEX hosts_main ON control.hosts USING btree (tenant_id) WHERE main;

CREATE INDEX hosts_tenant ON control.hosts USING btree (tenant_id);

CREATE INDEX invoices_owed ON control.invoices USING btree (due_at) WHERE (state = 'open'::text);

CREATE INDEX invoices_tenant ON control.invoices USING btree (tenant_id, made_at DESC, id);

CREATE INDEX kept_answers_at ON control.kept_answers USING btree (kept_at);

CREATE INDEX meter_readings_unsent ON control.meter_readings USING btree (tenant_id) WHERE (sent_at IS NULL);

CREATE INDEX revisions_changed ON control.revisions USING btree (changed_at);

CREATE INDEX sign_ups_email ON control.sign_ups USING btree (email, begun_at);

CREATE INDEX sign_ups_network ON control.sign_ups USING btree (network, begun_at);

CREATE INDEX sign_ups_tenant ON control.sign_ups USING btree (tenant_id) WHERE (tenant_id IS NOT NULL);

CREATE INDEX stripe_events_received ON control.stripe_events USING btree (received_at);

CREATE INDEX tenants_look ON control.tenants USING btree (control.slug_look(slug));

CREATE UNIQUE INDEX tenants_reference ON control.tenants USING btree (reseller_id, reference) WHERE ((reseller_id IS NOT NULL) AND (reference <> ''::text));

CREATE INDEX tenants_reseller ON control.tenants USING btree (reseller_id, id) WHERE (reseller_id IS NOT NULL);

CREATE INDEX webhook_deliveries_due ON control.webhook_deliveries USING btree (webhook_id, next_at) WHERE (state = 'pending'::text);

CREATE INDEX webhook_deliveries_ended ON control.webhook_deliveries USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX webhook_deliveries_list ON control.webhook_deliveries USING btree (webhook_id, state, id DESC);

CREATE UNIQUE INDEX webhook_secrets_newest ON control.webhook_secrets USING btree (webhook_id) WHERE (ends_at IS NULL);

CREATE INDEX webhooks_reseller ON control.webhooks USING btree (reseller_id, id) WHERE (reseller_id IS NOT NULL);

CREATE INDEX webhooks_tenant ON control.webhooks USING btree (tenant_id, id) WHERE (tenant_id IS NOT NULL);

CREATE INDEX answer_misses_last ON public.answer_misses USING btree (tenant_id, last_at);

CREATE INDEX article_search_words ON public.article_search USING gin (tenant_id, language, words) WITH (fastupdate=off);

CREATE UNIQUE INDEX article_slugs_current ON public.article_slugs USING btree (tenant_id, article_id, language) WHERE current;

CREATE UNIQUE INDEX article_versions_live ON public.article_versions USING btree (tenant_id, article_id, language) WHERE (state = 'published'::text);

CREATE UNIQUE INDEX article_versions_open ON public.article_versions USING btree (tenant_id, article_id, language) WHERE (state = ANY (ARRAY['draft'::text, 'review'::text, 'sent_back'::text]));

CREATE INDEX article_versions_state ON public.article_versions USING btree (tenant_id, state, saved_at DESC);

CREATE INDEX article_votes_at ON public.article_votes USING btree (tenant_id, at DESC);

CREATE INDEX article_words_near ON public.article_words USING gin (tenant_id, language, word public.gin_trgm_ops) WITH (fastupdate=off);

CREATE INDEX articles_category ON public.articles USING btree (tenant_id, category_id, "position", id);

CREATE INDEX articles_topic ON public.articles USING btree (tenant_id, topic_id) WHERE (topic_id IS NOT NULL);

CREATE INDEX audit_log_about ON public.audit_log USING btree (tenant_id, ((facts ->> 'about'::text)), id DESC) WHERE ((facts ->> 'about'::text) IS NOT NULL);

CREATE INDEX audit_log_at ON public.audit_log USING btree (tenant_id, at DESC);

CREATE INDEX audit_log_order ON public.audit_log USING btree (tenant_id, epoch, xact, id);

CREATE UNIQUE INDEX audit_log_reads ON public.audit_log USING btree (tenant_id, read_during, actor_id, action, object, object_id) NULLS NOT DISTINCT WHERE (read_during IS NOT NULL);

CREATE INDEX conversation_tags_tag ON public.conversation_tags USING btree (tenant_id, tag_id, conversation_id);

CREATE INDEX conversations_assignee ON public.conversations USING btree (tenant_id, assignee_id, state, turn_at, id);

CREATE INDEX conversations_channel ON public.conversations USING btree (tenant_id, channel, state, turn_at, id);

CREATE INDEX conversations_created ON public.conversations USING btree (tenant_id, created_at);

CREATE INDEX conversations_free ON public.conversations USING btree (tenant_id, state, turn_at, id) WHERE ((assignee_id IS NULL) AND (team_id IS NULL));

CREATE INDEX conversations_player ON public.conversations USING btree (tenant_id, player_id, created_at DESC);

CREATE INDEX conversations_snoozed ON public.conversations USING btree (tenant_id, snoozed_until) WHERE (state = 'snoozed'::text);

CREATE INDEX conversations_state ON public.conversations USING btree (tenant_id, state, turn_at, id);

CREATE INDEX conversations_team ON public.conversations USING btree (tenant_id, team_id, state, turn_at, id);

CREATE INDEX conversations_topic ON public.conversations USING btree (tenant_id, topic_id, state, turn_at, id);

CREATE INDEX conversations_waiting ON public.conversations USING btree (tenant_id, waiting_since, id) WHERE ((waiting_since IS NOT NULL) AND (state = 'open'::text));

CREATE UNIQUE INDEX domains_host ON public.domains USING btree (tenant_id, host) WHERE (removed_at IS NULL);

CREATE UNIQUE INDEX entries_client ON public.entries USING btree (tenant_id, sender, client_id) WHERE (client_id IS NOT NULL);

CREATE INDEX entries_feed ON public.entries USING btree (tenant_id, epoch, xact, conversation_id, seq);

CREATE INDEX entries_states ON public.entries USING btree (tenant_id, recorded_at) WHERE (kind = 'state'::text);

CREATE INDEX entry_words_find ON public.entry_words USING gin (tenant_id, month, words) WITH (fastupdate=off);

CREATE UNIQUE INDEX exports_waiting ON public.exports USING btree (tenant_id) WHERE ((done_at IS NULL) AND (failed_at IS NULL));

CREATE INDEX inbox_views_owner ON public.inbox_views USING btree (tenant_id, owner_id);

CREATE UNIQUE INDEX invitations_open ON public.invitations USING btree (tenant_id, email) WHERE ((accepted_at IS NULL) AND (revoked_at IS NULL));

CREATE UNIQUE INDEX licence_alerts_open ON public.licence_alerts USING btree (tenant_id, licence_id, kind) WHERE (cleared_at IS NULL);

CREATE INDEX licence_looks_at ON public.licence_looks USING btree (tenant_id, licence_id, at DESC, id DESC);

CREATE UNIQUE INDEX licences_once ON public.licences USING btree (tenant_id, regulator, authority, number) WHERE (retired_at IS NULL);

CREATE INDEX macro_uses_macro ON public.macro_uses USING btree (tenant_id, macro_id, at DESC);

CREATE UNIQUE INDEX macros_shortcut ON public.macros USING btree (tenant_id, shortcut) WHERE (retired_at IS NULL);

CREATE INDEX membership_teams_team ON public.membership_teams USING btree (tenant_id, team_id);

CREATE INDEX missed_words_at ON public.missed_words USING btree (tenant_id, at);

CREATE UNIQUE INDEX player_links_visitor ON public.player_links USING btree (tenant_id, visitor_id);

CREATE INDEX player_sessions_player ON public.player_sessions USING btree (tenant_id, player_id);

CREATE INDEX players_email ON public.players USING btree (tenant_id, email_key) WHERE (email_key IS NOT NULL);

CREATE INDEX players_find ON public.players USING gin (tenant_id, lower(((((COALESCE(name, ''::text) || ' '::text) || COALESCE(email, ''::text)) || ' '::text) || COALESCE(sub, ''::text))) public.gin_trgm_ops);

CREATE UNIQUE INDEX players_sub ON public.players USING btree (tenant_id, sub) WHERE (sub IS NOT NULL);

CREATE INDEX sign_in_attempts_account ON public.sign_in_attempts USING btree (tenant_id, account, at);

CREATE INDEX sign_in_attempts_address ON public.sign_in_attempts USING btree (tenant_id, address, at);

CREATE INDEX sign_in_links_member ON public.sign_in_links USING btree (tenant_id, membership_id);

CREATE INDEX signed_heads_number ON public.signed_heads USING btree (tenant_id, number, conversation_id);

CREATE INDEX staff_sessions_member ON public.staff_sessions USING btree (tenant_id, membership_id);

CREATE INDEX staff_sessions_visits ON public.staff_sessions USING btree (tenant_id, visit_id) WHERE (visit_id IS NOT NULL);

CREATE INDEX suggested_articles_article ON public.suggested_articles USING btree (tenant_id, article_id, shown_at);

CREATE INDEX suggestions_begun ON public.suggestions USING btree (tenant_id, begun_at);

CREATE UNIQUE INDEX suggestions_conversation ON public.suggestions USING btree (tenant_id, conversation_id) WHERE (conversation_id IS NOT NULL);

ALTER TABLE ONLY control.api_keys
    ADD CONSTRAINT api_keys_reseller_id_fkey FOREIGN KEY (reseller_id) REFERENCES control.resellers(id);

ALTER TABLE ONLY control.api_keys
    ADD CONSTRAINT api_keys_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES control.tenants(id);

ALTER TABLE ONLY control.console_links
    ADD CONSTRAINT console_links_person_id_fkey FOREIGN KEY (person_id) REFERENCES control.console_people(id) ON DELETE CASCADE;

ALTER TABLE ONLY control.console_people
    ADD CONSTRAINT console_people_reseller_id_fkey FOREIGN KEY (reseller_id) REFERENCES control.resellers(id);

ALTER TABLE ONLY control.console_sessions
    ADD CONSTRAINT console_sessions_person_id_fkey FOREIGN KEY (person_id) REFERENCES control.console_people(id) ON DELETE CASCADE;

ALTER TABLE ONLY control.grants
    ADD CONSTRAINT grants_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES control.tenants(id);

ALTER TABLE ONLY control.holds
    ADD CONSTRAINT holds_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES control.tenants(id);

ALTER TABLE ONLY control.hosts
    ADD CONSTRAINT hosts_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES control.tenants(id);

ALTER TABLE ONLY control.invoices
    ADD CONSTRAINT invoices_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES control.plans(id);

ALTER TABLE ONLY control.invoices
    ADD CONSTRAINT invoices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES control.tenants(id);

ALTER TABLE ONLY control.meter_readings
    ADD CONSTRAINT meter_readings_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES control.tenants(id);

ALTER TABLE ONLY control.notices
    ADD CONSTRAINT notices_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES control.tenants(id);

ALTER TABLE ONLY control.plan_grants
    ADD CONSTRAINT plan_grants_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES control.plans(id);

ALTER TABLE ONLY control.prices
    ADD CONSTRAINT prices_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES control.plans(id);

ALTER TABLE ONLY control.revisions
    ADD CONSTRAINT revisions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES control.tenants(id);

ALTER TABLE ONLY control.sign_ups
    ADD CONSTRAINT sign_ups_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES control.tenants(id);

ALTER TABLE ONLY control.subscriptions
    ADD CONSTRAINT subscriptions_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES control.plans(id);

ALTER TABLE ONLY control.subscriptions
    ADD CONSTRAINT subscriptions_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES control.tenants(id);

ALTER TABLE ONLY control.tenants
    ADD CONSTRAINT tenants_reseller_id_fkey FOREIGN KEY (reseller_id) REFERENCES control.resellers(id);

ALTER TABLE ONLY control.webhook_deliveries
    ADD CONSTRAINT webhook_deliveries_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES control.webhooks(id) ON DELETE CASCADE;

ALTER TABLE ONLY control.webhook_secrets
    ADD CONSTRAINT webhook_secrets_webhook_id_fkey FOREIGN KEY (webhook_id) REFERENCES control.webhooks(id) ON DELETE CASCADE;

ALTER TABLE ONLY control.webhook_tries
    ADD CONSTRAINT webhook_tries_webhook_id_delivery_id_fkey FOREIGN KEY (webhook_id, delivery_id) REFERENCES control.webhook_deliveries(webhook_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY control.webhooks
    ADD CONSTRAINT webhooks_reseller_id_fkey FOREIGN KEY (reseller_id) REFERENCES control.resellers(id);

ALTER TABLE ONLY control.webhooks
    ADD CONSTRAINT webhooks_tenant_id_fkey FOREIGN KEY (tenant_id) REFERENCES control.tenants(id);

ALTER TABLE ONLY public.answer_category_names
    ADD CONSTRAINT answer_category_names_tenant_id_category_id_fkey FOREIGN KEY (tenant_id, category_id) REFERENCES public.answer_categories(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.article_pictures
    ADD CONSTRAINT article_pictures_tenant_id_article_id_fkey FOREIGN KEY (tenant_id, article_id) REFERENCES public.articles(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.article_search
    ADD CONSTRAINT article_search_tenant_id_article_id_fkey FOREIGN KEY (tenant_id, article_id) REFERENCES public.articles(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.article_slugs
    ADD CONSTRAINT article_slugs_tenant_id_article_id_fkey FOREIGN KEY (tenant_id, article_id) REFERENCES public.articles(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.article_versions
    ADD CONSTRAINT article_versions_tenant_id_article_id_fkey FOREIGN KEY (tenant_id, article_id) REFERENCES public.articles(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.article_votes
    ADD CONSTRAINT article_votes_tenant_id_article_id_fkey FOREIGN KEY (tenant_id, article_id) REFERENCES public.articles(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.article_words
    ADD CONSTRAINT article_words_tenant_id_article_id_language_fkey FOREIGN KEY (tenant_id, article_id, language) REFERENCES public.article_search(tenant_id, article_id, language) ON DELETE CASCADE;

ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_tenant_id_category_id_fkey FOREIGN KEY (tenant_id, category_id) REFERENCES public.answer_categories(tenant_id, id);

ALTER TABLE ONLY public.articles
    ADD CONSTRAINT articles_tenant_id_topic_id_fkey FOREIGN KEY (tenant_id, topic_id) REFERENCES public.topics(tenant_id, id);

ALTER TABLE ONLY public.brand_versions
    ADD CONSTRAINT brand_versions_tenant_id_restores_fkey FOREIGN KEY (tenant_id, restores) REFERENCES public.brand_versions(tenant_id, number);

ALTER TABLE ONLY public.conversation_reads
    ADD CONSTRAINT conversation_reads_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id);

ALTER TABLE ONLY public.conversation_reads
    ADD CONSTRAINT conversation_reads_tenant_id_membership_id_fkey FOREIGN KEY (tenant_id, membership_id) REFERENCES public.memberships(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.conversation_tags
    ADD CONSTRAINT conversation_tags_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id);

ALTER TABLE ONLY public.conversation_tags
    ADD CONSTRAINT conversation_tags_tenant_id_tag_id_fkey FOREIGN KEY (tenant_id, tag_id) REFERENCES public.tags(tenant_id, id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_tenant_id_assignee_id_fkey FOREIGN KEY (tenant_id, assignee_id) REFERENCES public.memberships(tenant_id, id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_tenant_id_player_id_fkey FOREIGN KEY (tenant_id, player_id) REFERENCES public.players(tenant_id, id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_tenant_id_team_id_fkey FOREIGN KEY (tenant_id, team_id) REFERENCES public.teams(tenant_id, id);

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_tenant_id_topic_id_fkey FOREIGN KEY (tenant_id, topic_id) REFERENCES public.topics(tenant_id, id);

ALTER TABLE ONLY public.entries
    ADD CONSTRAINT entries_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id);

ALTER TABLE ONLY public.entry_words
    ADD CONSTRAINT entry_words_tenant_id_conversation_id_seq_fkey FOREIGN KEY (tenant_id, conversation_id, seq) REFERENCES public.entries(tenant_id, conversation_id, seq);

ALTER TABLE ONLY public.erasures
    ADD CONSTRAINT erasures_tenant_id_conversation_id_seq_fkey FOREIGN KEY (tenant_id, conversation_id, seq) REFERENCES public.entries(tenant_id, conversation_id, seq);

ALTER TABLE ONLY public.files
    ADD CONSTRAINT files_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id);

ALTER TABLE ONLY public.first_steps
    ADD CONSTRAINT first_steps_tenant_id_membership_id_fkey FOREIGN KEY (tenant_id, membership_id) REFERENCES public.memberships(tenant_id, id);

ALTER TABLE ONLY public.inbox_views
    ADD CONSTRAINT inbox_views_tenant_id_assignee_id_fkey FOREIGN KEY (tenant_id, assignee_id) REFERENCES public.memberships(tenant_id, id);

ALTER TABLE ONLY public.inbox_views
    ADD CONSTRAINT inbox_views_tenant_id_owner_id_fkey FOREIGN KEY (tenant_id, owner_id) REFERENCES public.memberships(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.inbox_views
    ADD CONSTRAINT inbox_views_tenant_id_tag_id_fkey FOREIGN KEY (tenant_id, tag_id) REFERENCES public.tags(tenant_id, id);

ALTER TABLE ONLY public.inbox_views
    ADD CONSTRAINT inbox_views_tenant_id_team_id_fkey FOREIGN KEY (tenant_id, team_id) REFERENCES public.teams(tenant_id, id);

ALTER TABLE ONLY public.inbox_views
    ADD CONSTRAINT inbox_views_tenant_id_topic_id_fkey FOREIGN KEY (tenant_id, topic_id) REFERENCES public.topics(tenant_id, id);

ALTER TABLE ONLY public.invitations
    ADD CONSTRAINT invitations_tenant_id_invited_by_fkey FOREIGN KEY (tenant_id, invited_by) REFERENCES public.memberships(tenant_id, id);

ALTER TABLE ONLY public.language_drafts
    ADD CONSTRAINT language_drafts_tenant_id_language_fkey FOREIGN KEY (tenant_id, language) REFERENCES public.language_packs(tenant_id, language);

ALTER TABLE ONLY public.language_texts
    ADD CONSTRAINT language_texts_tenant_id_language_fkey FOREIGN KEY (tenant_id, language) REFERENCES public.language_packs(tenant_id, language);

ALTER TABLE ONLY public.licence_alerts
    ADD CONSTRAINT licence_alerts_tenant_id_licence_id_fkey FOREIGN KEY (tenant_id, licence_id) REFERENCES public.licences(tenant_id, id);

ALTER TABLE ONLY public.licence_looks
    ADD CONSTRAINT licence_looks_tenant_id_licence_id_fkey FOREIGN KEY (tenant_id, licence_id) REFERENCES public.licences(tenant_id, id);

ALTER TABLE ONLY public.macro_uses
    ADD CONSTRAINT macro_uses_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id);

ALTER TABLE ONLY public.macro_uses
    ADD CONSTRAINT macro_uses_tenant_id_macro_id_fkey FOREIGN KEY (tenant_id, macro_id) REFERENCES public.macros(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.macros
    ADD CONSTRAINT macros_tenant_id_assign_agent_id_fkey FOREIGN KEY (tenant_id, assign_agent_id) REFERENCES public.memberships(tenant_id, id);

ALTER TABLE ONLY public.macros
    ADD CONSTRAINT macros_tenant_id_assign_team_id_fkey FOREIGN KEY (tenant_id, assign_team_id) REFERENCES public.teams(tenant_id, id);

ALTER TABLE ONLY public.macros
    ADD CONSTRAINT macros_tenant_id_team_id_fkey FOREIGN KEY (tenant_id, team_id) REFERENCES public.teams(tenant_id, id);

ALTER TABLE ONLY public.macros
    ADD CONSTRAINT macros_tenant_id_topic_id_fkey FOREIGN KEY (tenant_id, topic_id) REFERENCES public.topics(tenant_id, id);

ALTER TABLE ONLY public.membership_teams
    ADD CONSTRAINT membership_teams_tenant_id_membership_id_fkey FOREIGN KEY (tenant_id, membership_id) REFERENCES public.memberships(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.membership_teams
    ADD CONSTRAINT membership_teams_tenant_id_team_id_fkey FOREIGN KEY (tenant_id, team_id) REFERENCES public.teams(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.password_resets
    ADD CONSTRAINT password_resets_tenant_id_membership_id_fkey FOREIGN KEY (tenant_id, membership_id) REFERENCES public.memberships(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.player_links
    ADD CONSTRAINT player_links_tenant_id_player_id_fkey FOREIGN KEY (tenant_id, player_id) REFERENCES public.players(tenant_id, id);

ALTER TABLE ONLY public.player_links
    ADD CONSTRAINT player_links_tenant_id_visitor_id_fkey FOREIGN KEY (tenant_id, visitor_id) REFERENCES public.players(tenant_id, id);

ALTER TABLE ONLY public.player_marks
    ADD CONSTRAINT player_marks_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id);

ALTER TABLE ONLY public.player_sessions
    ADD CONSTRAINT player_sessions_tenant_id_player_id_fkey FOREIGN KEY (tenant_id, player_id) REFERENCES public.players(tenant_id, id);

ALTER TABLE ONLY public.recovery_codes
    ADD CONSTRAINT recovery_codes_tenant_id_membership_id_fkey FOREIGN KEY (tenant_id, membership_id) REFERENCES public.memberships(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.sign_in_links
    ADD CONSTRAINT sign_in_links_tenant_id_membership_id_fkey FOREIGN KEY (tenant_id, membership_id) REFERENCES public.memberships(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.signed_heads
    ADD CONSTRAINT signed_heads_tenant_id_number_fkey FOREIGN KEY (tenant_id, number) REFERENCES public.head_statements(tenant_id, number);

ALTER TABLE ONLY public.staff_sessions
    ADD CONSTRAINT staff_sessions_tenant_id_membership_id_fkey FOREIGN KEY (tenant_id, membership_id) REFERENCES public.memberships(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.staff_sessions
    ADD CONSTRAINT staff_sessions_visit FOREIGN KEY (tenant_id, visit_id) REFERENCES public.visits(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.suggested_articles
    ADD CONSTRAINT suggested_articles_tenant_id_article_id_fkey FOREIGN KEY (tenant_id, article_id) REFERENCES public.articles(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.suggested_articles
    ADD CONSTRAINT suggested_articles_tenant_id_suggestion_id_fkey FOREIGN KEY (tenant_id, suggestion_id) REFERENCES public.suggestions(tenant_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.suggestions
    ADD CONSTRAINT suggestions_tenant_id_conversation_id_fkey FOREIGN KEY (tenant_id, conversation_id) REFERENCES public.conversations(tenant_id, id);

ALTER TABLE public.answer_categories ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.answer_category_names ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.answer_misses ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.article_pictures ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.article_search ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.article_slugs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.article_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.article_votes ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.article_words ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.articles ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_links ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.audit_statements ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.brand_versions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.brands ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.chat_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.chat_origins ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.conversation_reads ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.conversation_tags ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.conversations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.domains ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.entries ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.entry_words ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.erasures ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.exports ENABLE ROW LEVEL SECURITY;

CREATE POLICY feed ON public.conversations FOR SELECT TO pitdesk_search USING (true);

CREATE POLICY feed ON public.entries FOR SELECT TO pitdesk_search USING (true);

ALTER TABLE public.files ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.first_steps ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.head_statements ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.identity_tokens_used ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.inbox_views ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invitations ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.language_drafts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.language_packs ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.language_settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.language_texts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.licence_alerts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.licence_looks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.licences ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.macro_uses ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.macros ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.membership_teams ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.memberships ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.missed_words ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.password_resets ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.player_links ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.player_marks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.player_sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.players ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.recovery_codes ENABLE ROW LEVEL SECURITY;

CREATE POLICY search ON public.article_search FOR SELECT TO pitdesk_search USING (true);

CREATE POLICY search ON public.article_words FOR SELECT TO pitdesk_search USING (true);

CREATE POLICY search ON public.conversations FOR SELECT TO pitdesk_search USING (true);

CREATE POLICY search ON public.entries FOR SELECT TO pitdesk_search USING (true);

CREATE POLICY search ON public.entry_words FOR SELECT TO pitdesk_search USING (true);

CREATE POLICY search ON public.players FOR SELECT TO pitdesk_search USING (true);

CREATE POLICY search ON public.search_marks FOR SELECT TO pitdesk_search USING (true);

ALTER TABLE public.search_marks ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_attempts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.sign_in_links ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.signed_heads ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.staff_sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.suggested_articles ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.suggestions ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tags ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.teams ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant ON public.answer_categories USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.answer_category_names USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.answer_misses USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.article_pictures USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.article_search USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.article_slugs USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.article_versions USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.article_votes USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.article_words USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.articles USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.audit_links USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.audit_log USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.audit_statements USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.brand_versions USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.brands USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.chat_keys USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.chat_origins USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.conversation_reads USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.conversation_tags USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.conversations USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.domains USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.entries USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.entry_words USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.erasures USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.exports USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.files USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.first_steps USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.head_statements USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.identity_tokens_used USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.inbox_views USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.invitations USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.language_drafts USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.language_packs USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.language_settings USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.language_texts USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.licence_alerts USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.licence_looks USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.licences USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.macro_uses USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.macros USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.membership_teams USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.memberships USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.missed_words USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.password_resets USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.player_links USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.player_marks USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.player_sessions USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.players USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.recovery_codes USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.search_marks USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.sign_in_attempts USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.sign_in_links USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.signed_heads USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.staff_sessions USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.suggested_articles USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.suggestions USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.tags USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.teams USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.topics USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.visit_rules USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

CREATE POLICY tenant ON public.visits USING ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif"))) WITH CHECK ((tenant_id = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid AS "nullif")));

ALTER TABLE public.topics ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.visit_rules ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.visits ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA control TO pitdesk_control;
GRANT USAGE ON SCHEMA control TO pitdesk_search;

GRANT USAGE ON SCHEMA public TO pitdesk_app;
GRANT USAGE ON SCHEMA public TO pitdesk_control;
GRANT USAGE ON SCHEMA public TO pitdesk_search;

GRANT ALL ON FUNCTION control.add_key(tenant uuid, reseller uuid, most integer, key_id uuid, key_name text, key_role text, key_hint text, key_hash bytea, expires timestamp with time zone, key_scopes text[], key_networks text[]) TO pitdesk_control;

GRANT ALL ON FUNCTION control.billing_terms_of(casino uuid) TO pitdesk_control;

GRANT ALL ON FUNCTION control.end_old_secret(tenant uuid, reseller uuid, key_id uuid) TO pitdesk_control;

REVOKE ALL ON FUNCTION control.feed(p_tenant uuid, p_reseller uuid, p_epoch integer, p_xact xid8, p_after_tenant uuid, p_conversation uuid, p_seq bigint, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION control.feed(p_tenant uuid, p_reseller uuid, p_epoch integer, p_xact xid8, p_after_tenant uuid, p_conversation uuid, p_seq bigint, p_limit integer) TO pitdesk_control;

GRANT ALL ON FUNCTION control.hold(tenant uuid, from_source text, wanted text, reason text) TO pitdesk_control;

GRANT ALL ON FUNCTION control.revoke_key(tenant uuid, reseller uuid, key_id uuid) TO pitdesk_control;

GRANT ALL ON FUNCTION control.rotate_key(tenant uuid, reseller uuid, key_id uuid, new_hint text, new_hash bytea, keep_until timestamp with time zone) TO pitdesk_control;

GRANT ALL ON FUNCTION control.slug_look(slug text) TO pitdesk_control;

REVOKE ALL ON FUNCTION control.webhooks_behind() FROM PUBLIC;
GRANT ALL ON FUNCTION control.webhooks_behind() TO pitdesk_control;

REVOKE ALL ON FUNCTION public.add_key(most integer, key_id uuid, key_name text, key_role text, key_hint text, key_hash bytea, expires timestamp with time zone, key_scopes text[], key_networks text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.add_key(most integer, key_id uuid, key_name text, key_role text, key_hint text, key_hash bytea, expires timestamp with time zone, key_scopes text[], key_networks text[]) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.answer_search(p_languages text[], p_words text[], p_folded text[], p_internal boolean, p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.answer_search(p_languages text[], p_words text[], p_folded text[], p_internal boolean, p_limit integer) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.begin_billing(on_plan text, in_currency text, ends timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.begin_billing(on_plan text, in_currency text, ends timestamp with time zone) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.billing_terms() FROM PUBLIC;
GRANT ALL ON FUNCTION public.billing_terms() TO pitdesk_app;

REVOKE ALL ON FUNCTION public.changed(subject text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.changed(subject text) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.claim_answer(wanted bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.claim_answer(wanted bytea) TO pitdesk_app;
GRANT ALL ON FUNCTION public.claim_answer(wanted bytea) TO pitdesk_control;

REVOKE ALL ON FUNCTION public.current_epoch() FROM PUBLIC;
GRANT ALL ON FUNCTION public.current_epoch() TO pitdesk_app;
GRANT ALL ON FUNCTION public.current_epoch() TO pitdesk_control;

REVOKE ALL ON FUNCTION public.end_old_secret(key_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.end_old_secret(key_id uuid) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.entry_erase(p_tenant uuid, p_conversation uuid, p_seq bigint, p_erasure uuid, p_by_kind text, p_by uuid, p_why text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.entry_erase(p_tenant uuid, p_conversation uuid, p_seq bigint, p_erasure uuid, p_by_kind text, p_by uuid, p_why text) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.found_tenant(wanted_slug text, wanted_name text, wanted_language text, by_reseller uuid, wanted_reference text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.found_tenant(wanted_slug text, wanted_name text, wanted_language text, by_reseller uuid, wanted_reference text) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.index_words(p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.index_words(p_limit integer) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.keep_answer(claimed bytea, asked bytea, sealed bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.keep_answer(claimed bytea, asked bytea, sealed bytea) TO pitdesk_app;
GRANT ALL ON FUNCTION public.keep_answer(claimed bytea, asked bytea, sealed bytea) TO pitdesk_control;

REVOKE ALL ON FUNCTION public.kept_keys() FROM PUBLIC;
GRANT ALL ON FUNCTION public.kept_keys() TO pitdesk_app;

GRANT SELECT,INSERT ON TABLE public.entries TO pitdesk_app;

GRANT SELECT(tenant_id) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(conversation_id) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(seq) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(id) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(kind) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(visibility) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(author_kind) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(author_id) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(channel) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(language) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(facts) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(recorded_at) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(xact) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(epoch) ON TABLE public.entries TO pitdesk_search;

GRANT SELECT(body) ON TABLE public.entries TO pitdesk_search;

REVOKE ALL ON FUNCTION public.main_host(chosen text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.main_host(chosen text) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.player_search(p_parts text[], p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.player_search(p_parts text[], p_limit integer) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.read_meter(reading uuid, till timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.read_meter(reading uuid, till timestamp with time zone) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.release_host(given text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.release_host(given text) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.revoke_key(key_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.revoke_key(key_id uuid) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.rotate_key(key_id uuid, new_hint text, new_hash bytea, keep_until timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.rotate_key(key_id uuid, new_hint text, new_hash bytea, keep_until timestamp with time zone) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.seal_under() FROM PUBLIC;
GRANT ALL ON FUNCTION public.seal_under() TO pitdesk_app;
GRANT ALL ON FUNCTION public.seal_under() TO pitdesk_control;

REVOKE ALL ON FUNCTION public.serve_host(wanted text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.serve_host(wanted text) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.talk_search(p_words text[], p_languages text[], p_all boolean, p_member uuid, p_teams uuid[], p_limit integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.talk_search(p_words text[], p_languages text[], p_all boolean, p_member uuid, p_teams uuid[], p_limit integer) TO pitdesk_app;

REVOKE ALL ON FUNCTION public.use_sign_up(sign_up uuid, looks text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.use_sign_up(sign_up uuid, looks text[]) TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.api_keys TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.certificate_files TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.certificate_locks TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.console_attempts TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.console_links TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.console_people TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.console_sessions TO pitdesk_control;

GRANT SELECT,INSERT ON TABLE control.deed_links TO pitdesk_control;

GRANT SELECT,INSERT ON TABLE control.deed_statements TO pitdesk_control;

GRANT SELECT,INSERT ON TABLE control.deeds TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.epochs TO pitdesk_control;

GRANT SELECT(number) ON TABLE control.epochs TO pitdesk_search;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.grants TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.holds TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.hosts TO pitdesk_control;

GRANT USAGE ON SEQUENCE control.invoice_numbers TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.invoices TO pitdesk_control;

GRANT SELECT,DELETE ON TABLE control.kept_answers TO pitdesk_control;

GRANT SELECT ON TABLE control.kept_keys TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.meter_readings TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.notices TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.people TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.plan_grants TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.plans TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.prices TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.resellers TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.revisions TO pitdesk_control;

GRANT SELECT,INSERT,UPDATE ON TABLE control.seal_keys TO pitdesk_control;

GRANT SELECT,UPDATE ON TABLE control.sealing TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.sign_ups TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.stripe_events TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.subscriptions TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.tenants TO pitdesk_control;

GRANT SELECT(id) ON TABLE control.tenants TO pitdesk_search;

GRANT SELECT(reseller_id) ON TABLE control.tenants TO pitdesk_search;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.webhook_deliveries TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.webhook_secrets TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.webhook_tries TO pitdesk_control;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE control.webhooks TO pitdesk_control;

GRANT SELECT(id) ON TABLE control.webhooks TO pitdesk_search;

GRANT SELECT(tenant_id) ON TABLE control.webhooks TO pitdesk_search;

GRANT SELECT(reseller_id) ON TABLE control.webhooks TO pitdesk_search;

GRANT SELECT(disabled_at) ON TABLE control.webhooks TO pitdesk_search;

GRANT SELECT(at_epoch) ON TABLE control.webhooks TO pitdesk_search;

GRANT SELECT(at_xact) ON TABLE control.webhooks TO pitdesk_search;

GRANT SELECT(at_tenant) ON TABLE control.webhooks TO pitdesk_search;

GRANT SELECT(at_conversation) ON TABLE control.webhooks TO pitdesk_search;

GRANT SELECT(at_seq) ON TABLE control.webhooks TO pitdesk_search;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.answer_categories TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.answer_category_names TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.answer_misses TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.article_pictures TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.article_search TO pitdesk_app;
GRANT SELECT ON TABLE public.article_search TO pitdesk_search;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.article_slugs TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.article_versions TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.article_votes TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.article_words TO pitdesk_app;
GRANT SELECT ON TABLE public.article_words TO pitdesk_search;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.articles TO pitdesk_app;

GRANT SELECT,INSERT ON TABLE public.audit_links TO pitdesk_app;

GRANT SELECT,INSERT ON TABLE public.audit_log TO pitdesk_app;

GRANT SELECT,INSERT ON TABLE public.audit_statements TO pitdesk_app;

GRANT SELECT,INSERT ON TABLE public.brand_versions TO pitdesk_app;

GRANT UPDATE(published_at) ON TABLE public.brand_versions TO pitdesk_app;

GRANT UPDATE(publisher_name) ON TABLE public.brand_versions TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.brands TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.chat_keys TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.chat_origins TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversation_reads TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversation_tags TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.conversations TO pitdesk_app;

GRANT SELECT(tenant_id) ON TABLE public.conversations TO pitdesk_search;

GRANT SELECT(id) ON TABLE public.conversations TO pitdesk_search;

GRANT SELECT(player_id) ON TABLE public.conversations TO pitdesk_search;

GRANT SELECT(assignee_id) ON TABLE public.conversations TO pitdesk_search;

GRANT SELECT(team_id) ON TABLE public.conversations TO pitdesk_search;

GRANT SELECT,INSERT,UPDATE ON TABLE public.domains TO pitdesk_app;

GRANT SELECT ON TABLE public.entry_words TO pitdesk_app;
GRANT SELECT ON TABLE public.entry_words TO pitdesk_search;

GRANT SELECT,INSERT ON TABLE public.erasures TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.exports TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.files TO pitdesk_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.first_steps TO pitdesk_app;

GRANT SELECT,INSERT ON TABLE public.head_statements TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.identity_tokens_used TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.inbox_views TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.invitations TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.language_drafts TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.language_packs TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.language_settings TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.language_texts TO pitdesk_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.licence_alerts TO pitdesk_app;

GRANT SELECT,INSERT ON TABLE public.licence_looks TO pitdesk_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.licences TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.macro_uses TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.macros TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.membership_teams TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.memberships TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.missed_words TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.password_resets TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.player_links TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.player_marks TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.player_sessions TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.players TO pitdesk_app;

GRANT SELECT(tenant_id) ON TABLE public.players TO pitdesk_search;

GRANT SELECT(id) ON TABLE public.players TO pitdesk_search;

GRANT SELECT(sub) ON TABLE public.players TO pitdesk_search;

GRANT SELECT(name) ON TABLE public.players TO pitdesk_search;

GRANT SELECT(email) ON TABLE public.players TO pitdesk_search;

GRANT SELECT(seen_at) ON TABLE public.players TO pitdesk_search;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.recovery_codes TO pitdesk_app;

GRANT SELECT ON TABLE public.search_marks TO pitdesk_app;
GRANT SELECT ON TABLE public.search_marks TO pitdesk_search;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_attempts TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sign_in_links TO pitdesk_app;

GRANT SELECT,INSERT ON TABLE public.signed_heads TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.staff_sessions TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.suggested_articles TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.suggestions TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.tags TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.teams TO pitdesk_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.topics TO pitdesk_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.visit_rules TO pitdesk_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.visits TO pitdesk_app;
