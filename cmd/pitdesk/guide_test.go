package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"pitdesk/api/client"
	"pitdesk/internal/sample"
	"pitdesk/tenants"
)

// guideScopes are those that the guide's key is said to have.
var guideScopes = regexp.MustCompile("`([a-z_]+:(?:read|write))`")

// outside serves the program on loopback, whatever host a request names.
func outside(t *testing.T, h http.Handler) *http.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, server.Listener.Addr().String())
	}}}
}

// TestTheGuidesTenCallsWork sends the commands of docs/provisioning.md in order, with what each of them yields.
func TestTheGuidesTenCallsWork(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	page, err := os.ReadFile("../../docs/provisioning.md")
	if err != nil {
		t.Fatal(err)
	}
	intro, _, _ := strings.Cut(string(page), "    API=")
	var scopes []string
	for _, m := range guideScopes.FindAllStringSubmatch(intro, -1) {
		scopes = append(scopes, m[1])
	}
	known := map[string]string{"API": "http://api.localhost/v1",
		"KEY": sample.ResellerKey(ctx, t, sample.Reseller(ctx, t, "Northern"), scopes...)}
	web := outside(t, h)
	calls := 0
	yields := regexp.MustCompile(`^([A-Z]+)=\$\((curl .*) \| jq -r \.([a-z_]+)\)( +# \d{3})$`)
	for _, line := range strings.Split(strings.ReplaceAll(string(page), "\\\n", " "), "\n") {
		line = strings.TrimSpace(line)
		if line == "CONVERSATION=cnv_…" {
			known["CONVERSATION"] = firstMessage(ctx, t, web, "demo-casino.localhost")
		}
		into, member := "", ""
		if m := yields.FindStringSubmatch(line); m != nil {
			into, line, member = m[1], m[2]+m[4], m[3]
		}
		if !strings.HasPrefix(line, "curl ") || !promised.MatchString(line) {
			continue
		}
		calls++
		r, want := curl(line).request(ctx, t, known)
		answer, err := web.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != want {
			t.Fatalf("call %d: %s\nanswers %d %s, the page says %d", calls, line, answer.StatusCode, text, want)
		}
		if into != "" {
			var body map[string]any
			if err := json.Unmarshal(text, &body); err != nil {
				t.Fatal(err)
			}
			known[into], _ = body[member].(string)
		}
	}
	if calls != 10 {
		t.Errorf("the guide of ten calls has %d", calls)
	}
}

// firstMessage is a stranger who writes in a casino's chat. It returns the conversation.
func firstMessage(ctx context.Context, t *testing.T, web *http.Client, host string) string {
	t.Helper()
	post := func(path, token, body string) map[string]any {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+host+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		answer, err := web.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		var out map[string]any
		if answer.StatusCode >= 300 || json.Unmarshal(text, &out) != nil {
			t.Fatalf("%s answers %d %s", path, answer.StatusCode, text)
		}
		return out
	}
	token, _ := post("/chat/api/session", "", `{}`)["token"].(string)
	begun := post("/chat/api/conversations", token, `{"text":"Where is my withdrawal?","client_id":"the-first-message"}`)
	raw, _ := json.Marshal(begun)
	id := regexp.MustCompile(`cnv_[0-9a-z]{26}`).FindString(string(raw))
	if id == "" {
		t.Fatalf("no conversation began: %s", raw)
	}
	return id
}

// TestTheClientProvisionsACasino walks the same way with the typed client, and meets what a program must handle: a POST sent
// twice, a change over somebody else's, and another reseller's casino.
func TestTheClientProvisionsACasino(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	web := outside(t, h)
	dial := func(reseller string) *client.ClientWithResponses {
		c, err := client.Dial("http://api.localhost/v1", sample.ResellerKey(ctx, t, sample.Reseller(ctx, t, reseller)), client.WithHTTPClient(web))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	north, south := dial("Northern"), dial("Southern")
	body := client.CreateTenantJSONRequestBody{Slug: "demo-casino", Name: "Demo Casino", Admin: client.AdminBody{Email: "ieva@casino.example", Name: "Ieva"}}
	var ids [2]string
	for i := range ids {
		made, err := north.CreateTenantWithResponse(ctx, nil, body, client.Once("contract-4711"))
		if err != nil || made.JSON201 == nil {
			t.Fatalf("create, time %d: %v %s", i+1, err, made.Body)
		}
		ids[i] = made.JSON201.ID
	}
	if ids[0] != ids[1] {
		t.Errorf("sent twice, made twice: %v", ids)
	}
	if got, err := south.GetTenantWithResponse(ctx, ids[0], nil); err != nil || got.StatusCode() != http.StatusNotFound {
		t.Errorf("another reseller gets %d %v", got.StatusCode(), err)
	}
	conversation := firstMessage(ctx, t, web, "demo-casino.localhost")
	said, err := north.ReplyWithResponse(ctx, conversation, nil, client.ReplyJSONRequestBody{Text: new("It is on its way.")}, client.For(ids[0]))
	if err != nil || said.JSON201 == nil {
		t.Fatalf("reply: %v %s", err, said.Body)
	}
	if got, err := south.GetConversationWithResponse(ctx, conversation, nil, client.For(ids[0])); err != nil || got.StatusCode() != http.StatusNotFound {
		t.Errorf("another reseller reads it: %d %v", got.StatusCode(), err)
	}
	if _, err := tenants.ParseID(tenants.TenantPrefix, ids[0]); err != nil {
		t.Errorf("%s: %v", ids[0], err)
	}
}
