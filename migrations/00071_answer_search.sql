-- +goose Up

-- What was found by its text in another language is shown in the reader's, where it has one; stems count among the words that
-- misspelt ones are taken for.
grant create on schema public to pitdesk_search;
set local role pitdesk_search;
-- +goose StatementBegin
create or replace function answer_search(p_languages text[], p_words text[], p_folded text[], p_internal boolean, p_limit integer)
returns table (article_id uuid, language text, slug text, title text, summary text, score real, exact boolean)
language plpgsql stable security definer set search_path = public, pg_temp as $$
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
-- +goose StatementEnd
reset role;
revoke create on schema public from pitdesk_search;
