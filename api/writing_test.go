package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pitdesk/authz"
	"pitdesk/internal/sample"
)

func TestAProgramWritesAnArticle(t *testing.T) {
	t.Parallel()
	s := play(t)
	shelf := func(name string) string {
		return s.crm.must(t, 201, "POST", "/v1/article-categories", map[string]any{"names": map[string]any{"en": map[string]any{"name": name}}}).at("id").(string)
	}
	category := shelf("Payments")
	operator := s.caller(t, s.fox, authz.Operator)
	made := operator.must(t, 201, "POST", "/v1/articles", map[string]any{"category": category, "language": "en", "title": "How to withdraw", "body": "Open the **cashier**."})
	id := made.at("id").(string)
	text := "/v1/articles/" + id + "/texts/en"
	got := operator.must(t, 200, "GET", text, nil)
	if got.at("state") != "draft" || got.at("body") != "Open the **cashier**." || got.at("slug") != "how-to-withdraw" || got.at("author") != "CRM" {
		t.Fatalf("the draft is %s", got.raw)
	}
	better := map[string]any{"title": "How to withdraw", "summary": "From the cashier.", "body": "Open the *cashier*."}
	if r := operator.call(t, "PUT", text, better); r.status != 428 || r.at("type") != "/problems/precondition_required" {
		t.Errorf("saved over what nobody says to have read: %d %s", r.status, r.raw)
	}
	saved := operator.with(t, "If-Match", got.header.Get("Etag"), "PUT", text, better)
	if saved.status != 200 || saved.at("summary") != "From the cashier." || saved.header.Get("Etag") == "" {
		t.Fatalf("saved: %d %s", saved.status, saved.raw)
	}
	if r := operator.with(t, "If-Match", got.header.Get("Etag"), "PUT", text, better); r.status != 412 {
		t.Errorf("saved over what another has saved: %d %s", r.status, r.raw)
	}
	// A new language needs nothing read.
	translated := operator.must(t, 200, "PUT", "/v1/articles/"+id+"/texts/lt", map[string]any{"title": "Kaip išsimokėti", "body": "Atidarykite kasą."})
	if translated.at("based_on") != float64(1) || translated.at("language") != "lt" {
		t.Errorf("the translation is %s", translated.raw)
	}
	if r := operator.call(t, "POST", text+"/publish", nil); r.status != 403 {
		t.Errorf("an operator publishes: %d", r.status)
	}
	operator.must(t, 200, "POST", text+"/ask-review", nil)
	if r := operator.call(t, "POST", text+"/ask-review", nil); r.status != 409 {
		t.Errorf("asked twice: %d", r.status)
	}
	back := s.crm.must(t, 200, "POST", text+"/send-back", map[string]any{"note": "Say which bank."})
	if back.at("state") != "sent_back" || back.at("note") != "Say which bank." {
		t.Errorf("sent back: %s", back.raw)
	}
	if r := s.crm.with(t, "If-Match", saved.header.Get("Etag"), "POST", text+"/publish", nil); r.status != 412 {
		t.Errorf("published what has been sent back since: %d %s", r.status, r.raw)
	}
	if r := s.crm.must(t, 200, "POST", text+"/publish", nil); r.at("state") != "published" || r.at("published_at") == nil {
		t.Errorf("published: %s", r.raw)
	}
	if r := s.crm.must(t, 200, "GET", "/v1/articles/"+id, nil); !strings.Contains(r.raw, "<em>cashier</em>") || !strings.Contains(r.raw, "/help/en/how-to-withdraw") {
		t.Errorf("players read %s", r.raw)
	}
	other := shelf("Bonuses")
	if r := s.crm.must(t, 200, "PATCH", "/v1/articles/"+id, map[string]any{"category": other, "topic": s.topics["withdrawals"]}); r.at("category") != other ||
		r.at("topic") != s.topics["withdrawals"] || r.at("audience") != "players" {
		t.Errorf("placed elsewhere: %s", r.raw)
	}
	if r := s.crm.must(t, 200, "PATCH", "/v1/articles/"+id, map[string]any{"topic": nil}); r.at("topic") != nil || r.at("category") != other {
		t.Errorf("without its topic: %s", r.raw)
	}
	if r := s.crm.must(t, 200, "POST", text+"/unpublish", nil); r.at("state") != "superseded" {
		t.Errorf("taken back: %s", r.raw)
	}
	if r := operator.must(t, 200, "POST", "/v1/articles/"+id+"/texts/lt/discard", nil); r.at("state") != "discarded" {
		t.Errorf("dropped: %s", r.raw)
	}
	s.crm.must(t, 200, "POST", "/v1/articles/"+id+"/archive", nil)
	if r := s.crm.call(t, "POST", text+"/publish", nil); r.status != 409 {
		t.Errorf("published in the archive: %d %s", r.status, r.raw)
	}
	if r := s.crm.must(t, 200, "POST", "/v1/articles/"+id+"/unarchive", nil); r.at("archived_at") != nil {
		t.Errorf("brought back: %s", r.raw)
	}
	if r := s.crm.must(t, 200, "PATCH", "/v1/article-categories/"+other, map[string]any{"names": map[string]any{"lt": map[string]any{"name": "Premijos"}}, "icon": "gift"}); r.at("names", "lt", "name") != "Premijos" ||
		r.at("names", "en", "name") != "Bonuses" || r.at("icon") != "gift" || r.at("articles") != float64(1) {
		t.Errorf("the category is %s", r.raw)
	}
	if r := s.crm.call(t, "DELETE", "/v1/article-categories/"+other, nil); r.status != 409 {
		t.Errorf("a category with an article is retired: %d", r.status)
	}
	if r := s.crm.must(t, 200, "DELETE", "/v1/article-categories/"+category, nil); r.at("retired") != true {
		t.Errorf("retired: %s", r.raw)
	}
	theirs := s.caller(t, sample.Tenant(s.ctx, t, "Golden Reel"), authz.Admin)
	if r := theirs.call(t, "PUT", "/v1/articles/"+id+"/texts/fi", better); r.status != 404 {
		t.Errorf("Golden Reel writes: %d %s", r.status, r.raw)
	}
}

func TestAProgramKeepsTopicsAndTags(t *testing.T) {
	t.Parallel()
	s := play(t)
	admin := s.caller(t, s.fox, authz.Admin)
	if r := s.crm.call(t, "POST", "/v1/topics", map[string]any{"names": map[string]any{"en": "Jackpots"}}); r.status != 403 {
		t.Errorf("a lead adds a topic: %d", r.status)
	}
	made := admin.must(t, 201, "POST", "/v1/topics", map[string]any{"names": map[string]any{"en": "Jackpots", "lt": "Didieji prizai"}})
	at := "/v1/topics/" + made.at("id").(string)
	if made.at("key") != "jackpots" || made.at("names", "lt") != "Didieji prizai" || made.at("to_lead") != false {
		t.Errorf("the topic is %s", made.raw)
	}
	if r := admin.must(t, 200, "PATCH", at, map[string]any{"names": map[string]any{"lt": nil}, "to_lead": true}); r.at("names", "lt") != nil ||
		r.at("names", "en") != "Jackpots" || r.at("to_lead") != true || r.at("key") != "jackpots" {
		t.Errorf("changed it is %s", r.raw)
	}
	for body, field := range map[string]string{`{"names": {"xx": "Jackpots"}}`: "names.xx", `{"names": {"en": "` + strings.Repeat("x", 81) + `"}}`: "names.en"} {
		r := admin.call(t, "PATCH", at, body)
		if r.status != 422 || !strings.Contains(r.raw, `"field":"`+field+`"`) {
			t.Errorf("%.30s answers %d %s", body, r.status, r.raw)
		}
	}
	order := func() string {
		var keys []string
		for _, topic := range admin.must(t, 200, "GET", "/v1/topics", nil).list() {
			keys = append(keys, topic["key"].(string))
		}
		return strings.Join(keys, " ")
	}
	before := order()
	admin.must(t, 200, "POST", at+"/move", map[string]any{"to": "up"})
	if after := order(); after == before || !strings.Contains(before, "jackpots") {
		t.Errorf("moved up the list is %s, before %s", after, before)
	}
	if r := admin.must(t, 200, "DELETE", at, nil); r.at("retired") != true || strings.Contains(order(), "jackpots") {
		t.Errorf("retired: %s in %s", r.raw, order())
	}
	if r := admin.must(t, 200, "POST", at+"/restore", nil); r.at("retired") != false || !strings.Contains(order(), "jackpots") {
		t.Errorf("restored: %s in %s", r.raw, order())
	}

	tag := admin.must(t, 201, "POST", "/v1/tags", map[string]any{"name": " bank's   side "})
	if tag.at("name") != "bank's side" {
		t.Errorf("the tag is %s", tag.raw)
	}
	if r := admin.call(t, "POST", "/v1/tags", map[string]any{"name": "bank's side"}); r.status != 409 {
		t.Errorf("the same again: %d", r.status)
	}
	s.crm.must(t, 200, "POST", s.path("/tags"), map[string]any{"name": "bank's side"})
	mine := "/v1/tags/" + tag.at("id").(string)
	admin.must(t, 201, "POST", "/v1/tags", map[string]any{"name": "vip"})
	if r := admin.call(t, "PATCH", mine, map[string]any{"name": "vip"}); r.status != 409 {
		t.Errorf("a name that is taken: %d %s", r.status, r.raw)
	}
	admin.must(t, 200, "PATCH", mine, map[string]any{"name": "the bank's"})
	admin.must(t, 200, "DELETE", mine, nil)
	if r := admin.must(t, 200, "GET", "/v1/tags", nil); strings.Contains(r.raw, "the bank's") || !strings.Contains(r.raw, "vip") {
		t.Errorf("after retiring it the tags are %s", r.raw)
	}
	if r := s.crm.must(t, 200, "GET", s.path(""), nil); !strings.Contains(fmt.Sprint(r.at("tags")), "the bank's") {
		t.Errorf("the conversation carries %v", r.at("tags"))
	}
	if r := admin.must(t, 201, "POST", "/v1/tags", map[string]any{"name": "the bank's"}); r.at("id") != tag.at("id") {
		t.Errorf("it comes back as %s", r.raw)
	}
}

func TestAProgramKeepsLanguagePacks(t *testing.T) {
	t.Parallel()
	s := play(t)
	admin := s.caller(t, s.fox, authz.Admin)
	if r := admin.must(t, 201, "POST", "/v1/language-packs", map[string]any{"language": "is"}); r.at("own") != true || r.at("direction") != "ltr" || r.at("checked") == "" {
		t.Errorf("the pack is %s", r.raw)
	}
	pack := "/v1/language-packs/is"
	text := pack + "/texts/common.cancel"
	if r := admin.must(t, 200, "PUT", text, map[string]any{"forms": map[string]any{"other": "Hætta við"}}); r.at("own", "other") != "Hætta við" ||
		r.at("product", "other") == nil || r.at("changed_by") != "CRM" {
		t.Errorf("the text is %s", r.raw)
	}
	if r := admin.call(t, "PUT", text, map[string]any{"forms": map[string]any{"other": "<b>no</b>"}}); r.status != 422 || !strings.Contains(r.raw, `"field":"forms.other"`) {
		t.Errorf("markup: %d %s", r.status, r.raw)
	}
	sentence := pack + "/texts/" + url.PathEscape("There is nothing here.")
	if r := admin.must(t, 200, "PUT", sentence, map[string]any{"forms": map[string]any{"other": "Hér er ekkert."}}); r.at("own", "other") != "Hér er ekkert." {
		t.Errorf("a fault's sentence: %s", r.raw)
	}
	if list := admin.must(t, 200, "GET", pack+"/texts?own=true", nil).list(); len(list) != 2 {
		t.Errorf("its own are %v", list)
	}
	seen := map[any]bool{}
	for next := ""; ; {
		r := admin.must(t, 200, "GET", pack+"/texts?limit=400"+next, nil)
		for _, v := range r.list() {
			if seen[v["id"]] {
				t.Fatalf("%v comes twice", v["id"])
			}
			seen[v["id"]] = true
		}
		if r.at("has_more") != true {
			break
		}
		next = "&starting_after=" + r.at("next").(string)
	}
	if len(seen) < 500 {
		t.Errorf("all pages hold %d texts", len(seen))
	}
	wrong := admin.call(t, "PUT", pack+"/file", `{"common.close": "<i>", "no.such": "x"}`)
	if wrong.status != 422 || !strings.Contains(wrong.raw, "common.close") || !strings.Contains(wrong.raw, "no.such") {
		t.Errorf("a bad file: %d %s", wrong.status, wrong.raw)
	}
	file := admin.must(t, 200, "PUT", pack+"/file", `{"common.close": "Loka", "common.cancel": "Hætta við"}`)
	if file.at("unchanged") != float64(1) || !strings.Contains(file.raw, "Loka") {
		t.Errorf("the file is %s", file.raw)
	}
	if r := admin.call(t, "POST", pack+"/file/apply", map[string]any{"file": "0199b6e2-5f0a-7c31-9a51-000000000001"}); r.status != 409 {
		t.Errorf("another file: %d %s", r.status, r.raw)
	}
	if r := admin.must(t, 200, "POST", pack+"/file/apply", map[string]any{"file": file.at("id")}); r.at("changed") != float64(3) {
		t.Errorf("applied: %s", r.raw)
	}
	if r := admin.must(t, 200, "PATCH", pack, map[string]any{"checked_by": "Björk"}); r.at("checked") != "casino" || r.at("checked_by") != "Björk" {
		t.Errorf("vouched for: %s", r.raw)
	}
	if r := admin.must(t, 200, "PATCH", pack, map[string]any{"checked_by": nil}); r.at("checked") == "casino" {
		t.Errorf("taken back: %s", r.raw)
	}
	if r := admin.must(t, 200, "PATCH", "/v1/language-settings", map[string]any{"players": []string{"en", "is"}, "agents": nil}); fmt.Sprint(r.at("players")) != "[en is]" {
		t.Errorf("the settings are %s", r.raw)
	}
	if r := admin.must(t, 200, "GET", pack+"/texts.json", nil); r.at("common.close") != "Loka" && !strings.Contains(r.raw, `"Loka"`) {
		t.Errorf("the file for translators is %.200s", r.raw)
	}
	admin.must(t, 200, "DELETE", text, nil)
	admin.must(t, 204, "DELETE", pack, nil)
	if r := admin.call(t, "GET", pack, nil); r.status != 404 {
		t.Errorf("removed it answers %d", r.status)
	}
}
