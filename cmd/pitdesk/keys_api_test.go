package main

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestKeysByAPI(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	north := officeOf(ctx, t, h, "North")
	north.must(201, "POST", "/tenants", demoCasinoNamed("lucky-fox"))
	fox := north.must(200, "GET", "/tenants", nil).body["data"].([]any)[0].(map[string]any)["id"].(string)
	for what, own := range map[string]struct {
		office backOffice
		prefix string
		body   map[string]any
		read   string
	}{
		"a casino's":   {north.within(fox), "dk_", map[string]any{"name": "CRM", "role": "admin", "scopes": []string{"keys:write", "desk:read"}}, "/topics"},
		"a reseller's": {north, "rk_", map[string]any{"name": "Back office", "scopes": []string{"keys:write", "tenants:read"}}, "/tenants"},
	} {
		made := own.office.must(201, "POST", "/keys", own.body)
		id, first := made.text("id"), made.text("secret")
		if !strings.HasPrefix(first, own.prefix) || made.text("hint") != first[:9] {
			t.Errorf("%s key: %s", what, made.raw)
		}
		opens := func(secret string) int {
			o := own.office
			o.secret = secret
			if own.prefix == "dk_" {
				o.tenant = ""
			}
			return o.call("GET", own.read, nil).status
		}
		if list := own.office.must(200, "GET", "/keys", nil); !strings.Contains(list.raw, id) || strings.Contains(list.raw, first) {
			t.Errorf("the list of %s keys: %s", what, list.raw)
		}
		second := own.office.must(200, "POST", "/keys/"+id+"/rotate", map[string]any{}).text("secret")
		if opens(first) != 200 || opens(second) != 200 {
			t.Errorf("%s key with two secrets: %d, %d", what, opens(first), opens(second))
		}
		if got := own.office.call("POST", "/keys/"+id+"/rotate", map[string]any{}); got.status != 409 {
			t.Errorf("%s key gets a third secret: %d", what, got.status)
		}
		own.office.must(200, "POST", "/keys/"+id+"/end-old-secret", nil)
		if opens(first) != 401 || opens(second) != 200 {
			t.Errorf("%s old secret was ended: %d, %d", what, opens(first), opens(second))
		}
		// It makes none that may more than itself.
		maker := own.office
		maker.secret = second
		if own.prefix == "dk_" {
			maker.tenant = ""
		}
		for _, more := range []map[string]any{{"name": "More", "role": "admin"}, {"name": "More", "role": "admin", "scopes": []string{"players:read"}}} {
			if own.prefix == "rk_" {
				delete(more, "role")
			}
			if got := maker.call("POST", "/keys", more); got.status != 403 {
				t.Errorf("%s key makes %v: %d %s", what, more, got.status, got.raw)
			}
		}
		if got := own.office.call("DELETE", "/keys/"+id, nil); got.status != 204 || opens(second) != 401 {
			t.Errorf("%s key was revoked: %d, it answers %d", what, got.status, opens(second))
		}
	}
}

func TestAKeyOpensFromItsNetworksAlone(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	north := officeOf(ctx, t, h, "North")
	made := north.must(201, "POST", "/keys", map[string]any{"name": "Office", "networks": []string{"203.0.113.0/24", "2001:db8::7"}})
	for address, want := range map[string]int{"203.0.113.9:4711": 200, "[2001:db8::7]:4711": 200, "198.51.100.1:4711": 401, "[2001:db8::8]:4711": 401} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "http://api.localhost/v1/reseller", nil)
		r.Header.Set("Authorization", "Bearer "+made.text("secret"))
		r.RemoteAddr = address
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		if rec.Code != want {
			t.Errorf("from %s: %d, want %d", address, rec.Code, want)
		}
	}
}

func TestAnAccountAndItsDeeds(t *testing.T) {
	t.Parallel()
	_, ctx, h := testApp(t)
	north, south := officeOf(ctx, t, h, "North"), officeOf(ctx, t, h, "South")
	id := north.must(201, "POST", "/tenants", demoCasinoNamed("lucky-fox")).text("id")
	if got := north.must(200, "GET", "/reseller", nil); got.text("slug") != "north" || got.text("tenants") != "1" {
		t.Errorf("the account: %s", got.raw)
	}
	if got := north.must(200, "PATCH", "/reseller", map[string]any{"accent": "#1a6b54"}); got.text("accent") != "#1a6b54" || got.text("name") != "North" {
		t.Errorf("changed: %s", got.raw)
	}
	for _, bad := range []map[string]any{{"accent": "red"}, {"most_tenants": 1000}, {"pays": "casino"}} {
		if got := north.call("PATCH", "/reseller", bad); got.status != 422 {
			t.Errorf("%v answers %d %s", bad, got.status, got.raw)
		}
	}
	deeds := north.must(200, "GET", "/deeds", nil)
	if !strings.Contains(deeds.raw, "tenant.create") || !strings.Contains(deeds.raw, "lucky-fox") || !strings.Contains(deeds.raw, "reseller.change") {
		t.Errorf("deeds: %s", deeds.raw)
	}
	if got := south.must(200, "GET", "/deeds?reads=true", nil); strings.Contains(got.raw, "lucky-fox") || strings.Contains(got.raw, id) {
		t.Errorf("South reads %s", got.raw)
	}
	if got := north.within(id).must(200, "GET", "/plan", nil); got.text("state") != "trial" || got.text("usage", "seats") != "1" || !strings.Contains(got.raw, `"seats"`) {
		t.Errorf("the casino's plan: %s", got.raw)
	}
	if got := north.within(id).must(200, "GET", "/audit", nil); !strings.Contains(got.raw, "casino.founded") {
		t.Errorf("the casino's audit log: %s", got.raw)
	}
}
