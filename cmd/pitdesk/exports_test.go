package main

import (
	"net/url"
	"strings"
	"testing"

	"pitdesk/tenants"
	"pitdesk/tenants/exports"
)

func TestAClosedCasinoIsTakenAlong(t *testing.T) {
	t.Parallel()
	a, ctx, h := testApp(t)
	north, south := officeOf(ctx, t, h, "North"), officeOf(ctx, t, h, "South")
	made := north.must(201, "POST", "/tenants", demoCasinoNamed("lucky-fox"))
	id := made.text("id")
	inside := north.within(id)
	link, err := url.Parse(inside.must(201, "POST", "/staff/"+made.text("admin")+"/sign-in-links", nil).text("url"))
	if err != nil {
		t.Fatal(err)
	}
	entered := browse(t, h, "POST", "http://lucky-fox.localhost"+link.Path)
	cookie, _, _ := strings.Cut(entered.Header().Get("Set-Cookie"), ";")
	north.must(200, "POST", "/tenants/"+id+"/close", map[string]any{"why": "The operator has stopped."})

	asked := north.send("POST", "/tenants/"+id+"/export", "export-1", nil)
	again := north.send("POST", "/tenants/"+id+"/export", "export-1", nil)
	file := asked.text("id")
	if asked.status != 201 || asked.text("state") != "waiting" || again.raw != asked.raw {
		t.Fatalf("asked: %d %s, again %d %s", asked.status, asked.raw, again.status, again.raw)
	}
	if got := north.call("POST", "/tenants/"+id+"/export", nil); got.status != 409 {
		t.Errorf("another at once: %d", got.status)
	}
	if got := inside.call("GET", "/exports/"+file+"/file", nil); got.status != 404 {
		t.Errorf("before it is written: %d", got.status)
	}
	tenant, _ := tenants.ParseID(tenants.TenantPrefix, id)
	export, err := tenants.ParseID(tenants.ExportPrefix, file)
	if err != nil {
		t.Fatal(err)
	}
	if err := exports.Write(ctx, a.files, exports.Args{Tenant: tenant, Export: export}); err != nil {
		t.Fatal(err)
	}
	if got := inside.must(200, "GET", "/exports/"+file, nil); got.text("state") != "done" {
		t.Errorf("written: %s", got.raw)
	}
	got := inside.call("GET", "/exports/"+file+"/file", nil)
	if got.status != 200 || got.header.Get("Content-Type") != "application/zip" || !strings.HasPrefix(got.raw, "PK") ||
		!strings.Contains(got.header.Get("Content-Disposition"), "lucky-fox-") {
		t.Errorf("the file: %d %v", got.status, got.header)
	}
	page := browse(t, h, "GET", "http://lucky-fox.localhost/settings/export", "Cookie", cookie)
	mine := browse(t, h, "GET", "http://lucky-fox.localhost/settings/export/"+file, "Cookie", cookie)
	if page.Code != 200 || !strings.Contains(page.Body.String(), file) || mine.Code != 200 || mine.Body.String() != got.raw {
		t.Errorf("its own admin: the page %d, the file %d", page.Code, mine.Code)
	}
	if got := south.call("POST", "/tenants/"+id+"/export", nil); got.status != 404 {
		t.Errorf("another reseller: %d", got.status)
	}
}
