package web_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// FuzzChat sends what a stranger might to every door of the chat: the answer is never a fault of ours, and says what is wrong.
func FuzzChat(f *testing.F) {
	f.Add("", `{}`)
	f.Add("cnv_00000000000000000000000000", `{"client_id":"aaaaaaaa","text":"hi","files":["fil_x"],"topic":"top_x","seq":-1,"email":"a@b"}`)
	f.Add("../../etc", `{"client_id":"aaaaaaaa","text":"\u0000","seq":1e400}`)
	f.Add("%00", "\xff\xfe")
	f.Add("cnv_zzzzzzzzzzzzzzzzzzzzzzzzzz", `[[[[[[[[`)
	f.Add("art_00000000000000000000000000", `{"look":"aaaaaaaa","text":"where is my withdrawal\u0000 4111 1111 1111 1111","article":"art_x"}`)
	f.Add("art_x", `{"look":"'; drop table","text":"((( & | ! :* <-> \\"}`)
	f.Add("?after=-1", `{"identity":"a.b.c","visitor":"\ud800","language":"xx-yy"}`)
	h, ctx := open(f)
	at := sample.Tenant(ctx, f, "Lucky Fox")
	player := h.Browser(f, at)
	var session struct{ Token string }
	if err := json.Unmarshal([]byte(player.Do("POST", "/chat/api/session", "application/json", strings.NewReader("{}")).Text), &session); err != nil {
		f.Fatal(err)
	}
	mine := tenants.PublicID(tenants.ConversationPrefix, tenants.NewID())
	f.Fuzz(func(t *testing.T, id, body string) {
		b := h.Browser(t, at)
		b.Header.Set("Authorization", "Bearer "+session.Token)
		for _, conversation := range []string{url.PathEscape(id), mine} {
			if conversation == "" || conversation == "." || conversation == ".." {
				continue
			}
			for _, door := range []string{"POST /session", "POST /conversations", "POST /conversations/%/messages", "POST /conversations/%/seen",
				"POST /conversations/%/typing", "PUT /conversations/%/address", "GET /conversations/%/entries?after=%", "GET /stream?conversation=%", "POST /files?name=%",
				"POST /answers", "POST /answers/%/read", "POST /answers/%/answered"} {
				method, path, _ := strings.Cut(strings.ReplaceAll(door, "%", conversation), " ")
				a := b.Do(method, "/chat/api"+path, "application/json", strings.NewReader(body))
				if a.StatusCode >= 500 || (a.StatusCode >= 400 && !strings.Contains(a.Text, `"detail"`)) {
					t.Errorf("%s %q with %q: %d %s", method, path, body, a.StatusCode, a.Text)
				}
			}
		}
	})
}
